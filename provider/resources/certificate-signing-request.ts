import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/certificate-signing-request";
import { checkArguments } from "./check-arguments";
import type { ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of a `CertificateSigningRequest`. */
export type CertificateSigningRequestArgs = ProgramArgs<lifecycle.CertificateSigningRequestArgs>;

/**
 * A private key on a host and the request for its certificate. Paths and content are those of `kubeadm certs
 * generate-csr`. The key is stored on the host only.
 */
export class CertificateSigningRequest extends KubeadmResource {
	/** The request, PEM. */
	declare readonly csr: pulumi.Output<string>;
	/** SHA-256 of each file, hexadecimal, by path. */
	declare readonly digests: pulumi.Output<Record<string, string>>;

	constructor(name: string, args: CertificateSigningRequestArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("CertificateSigningRequest", name, args, options);
		super("CertificateSigningRequest", name, args, options);
	}
}
