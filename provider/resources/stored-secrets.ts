import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/stored-secrets";
import { checkArguments } from "./check-arguments";
import type { ApiArgs, ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of a `StoredSecrets`. */
export interface StoredSecretsArgs extends ProgramArgs<Omit<lifecycle.StoredSecretsArgs, "controlPlanes">>, ApiArgs {}

/** The Secrets in etcd, which the API server writes again after each change of their encryption. */
export class StoredSecrets extends KubeadmResource {
	constructor(name: string, args: StoredSecretsArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("StoredSecrets", name, args, options);
		super("StoredSecrets", name, args, options);
	}
}
