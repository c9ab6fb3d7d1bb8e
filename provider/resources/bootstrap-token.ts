import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/bootstrap-token";
import { checkArguments } from "./check-arguments";
import type { ApiArgs, ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

export interface BootstrapTokenArgs extends ProgramArgs<Omit<lifecycle.BootstrapTokenArgs, "controlPlanes">>, ApiArgs {}

/**
 * A token with which `kubeadm join` adds a node. A generated token is generated again after it has expired; a token that is
 * given, or that has `expires`, expires for good.
 */
export class BootstrapToken extends KubeadmResource {
	/** `id.secret`, secret. */
	declare readonly token: pulumi.Output<string>;
	/** ISO 8601; empty for a token that never expires. */
	declare readonly expiration: pulumi.Output<string>;

	constructor(name: string, args: BootstrapTokenArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("BootstrapToken", name, args, options);
		super("BootstrapToken", name, args, options);
	}
}
