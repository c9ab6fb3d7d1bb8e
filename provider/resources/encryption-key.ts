import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/encryption-key";
import { checkArguments } from "./check-arguments";
import type { ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of an `EncryptionKey`. */
export interface EncryptionKeyArgs extends ProgramArgs<lifecycle.EncryptionKeyArgs> {}

/** The key that encrypts Secrets in etcd. It is a secret in the state. */
export class EncryptionKey extends KubeadmResource {
	/** 32 random bytes, base64, secret: the `secret` of a key of secretbox in an EncryptionConfiguration. */
	declare readonly secretboxKey: pulumi.Output<string>;

	constructor(name: string, args: EncryptionKeyArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("EncryptionKey", name, args, options);
		super("EncryptionKey", name, args, options);
	}
}
