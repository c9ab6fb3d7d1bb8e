import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/service-account-key";
import { checkArguments } from "./check-arguments";
import type { ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of a `ServiceAccountKey`. */
export interface ServiceAccountKeyArgs extends ProgramArgs<lifecycle.ServiceAccountKeyArgs> {}

/** The key pair that signs service account tokens. The private key is a secret in the state. */
export class ServiceAccountKey extends KubeadmResource {
	/** Private key, PEM, secret. */
	declare readonly privateKey: pulumi.Output<string>;
	/** Public key, PEM. */
	declare readonly publicKey: pulumi.Output<string>;

	constructor(name: string, args: ServiceAccountKeyArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("ServiceAccountKey", name, args, options);
		super("ServiceAccountKey", name, args, options);
	}
}
