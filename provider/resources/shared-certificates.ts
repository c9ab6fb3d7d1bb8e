import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/shared-certificates";
import { checkArguments } from "./check-arguments";
import type { ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of a `SharedCertificates`. */
export interface SharedCertificatesArgs extends ProgramArgs<lifecycle.SharedCertificatesArgs> {}

/**
 * The CAs and the service account key pair on a control plane's host. Of an external CA, only the certificate is
 * placed.
 */
export class SharedCertificates extends KubeadmResource {
	/** SHA-256 of each file, hexadecimal, by path. */
	declare readonly digests: pulumi.Output<Record<string, string>>;

	constructor(name: string, args: SharedCertificatesArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("SharedCertificates", name, args, options);
		super("SharedCertificates", name, args, options);
	}
}
