import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/certificate-authority";
import { checkArguments } from "./check-arguments";
import type { ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of a `CertificateAuthority`. */
export interface CertificateAuthorityArgs extends ProgramArgs<lifecycle.CertificateAuthorityArgs> {}

/** A certificate authority. The CA's key is a secret in the state, unless the CA is external. */
export class CertificateAuthority extends KubeadmResource {
	/** Certificate of the CA, PEM. */
	declare readonly certificate: pulumi.Output<string>;
	/** Private key of the CA, PEM, secret. Empty for an external CA. */
	declare readonly privateKey: pulumi.Output<string>;
	/** SHA-256 of the public key, hexadecimal, for `kubeadm join --discovery-token-ca-cert-hash sha256:…`. */
	declare readonly publicKeyHash: pulumi.Output<string>;
	/** End of the certificate's validity, ISO 8601. */
	declare readonly notAfter: pulumi.Output<string>;

	constructor(name: string, args: CertificateAuthorityArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("CertificateAuthority", name, args, options);
		const isExternal = args.certificate !== undefined && args.privateKey === undefined;
		super("CertificateAuthority", name, isExternal ? { ...args, privateKey: "" } : args, options);
	}
}
