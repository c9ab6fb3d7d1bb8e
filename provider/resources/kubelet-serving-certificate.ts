import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/kubelet-serving-certificate";
import { checkArguments } from "./check-arguments";
import type { ApiArgs, ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of a `KubeletServingCertificate`. */
export interface KubeletServingCertificateArgs
	extends ProgramArgs<Omit<lifecycle.KubeletServingCertificateArgs, "controlPlanes">>,
		ApiArgs {}

/**
 * The approval of a kubelet's serving certificate, for the node's own names and addresses only. The kubelet asks for the
 * certificate where its configuration has `serverTLSBootstrap: true`.
 */
export class KubeletServingCertificate extends KubeadmResource {
	/** End of the certificate's validity, ISO 8601. */
	declare readonly notAfter: pulumi.Output<string>;

	constructor(name: string, args: KubeletServingCertificateArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("KubeletServingCertificate", name, args, options);
		super("KubeletServingCertificate", name, args, options);
	}
}
