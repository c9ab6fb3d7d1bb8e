import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/certificate";
import { checkArguments } from "./check-arguments";
import type { ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of a `Certificate`. */
export type CertificateArgs = ProgramArgs<lifecycle.CertificateArgs>;

/** A certificate with its private key on a host. The key is stored on the host only; the state holds its digest. */
export class Certificate extends KubeadmResource {
	/** The certificate, PEM. */
	declare readonly certificate: pulumi.Output<string>;
	/** End of the certificate's validity, ISO 8601. */
	declare readonly notAfter: pulumi.Output<string>;
	/** SHA-256 of each file as it is on the host, hexadecimal, by path. */
	declare readonly digests: pulumi.Output<Record<string, string>>;
	/**
	 * SHA-256 of each file as this resource placed it last, hexadecimal, by path. A renewal by kubeadm does not change
	 * it.
	 */
	declare readonly placedDigests: pulumi.Output<Record<string, string>>;

	constructor(name: string, args: CertificateArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("Certificate", name, args, options);
		super("Certificate", name, args, options);
	}
}
