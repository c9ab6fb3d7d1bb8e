import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/bootstrap-token";
import { checkArguments } from "./check-arguments";
import type { ApiArgs, ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of a `BootstrapToken`. */
export interface BootstrapTokenArgs extends ProgramArgs<Omit<lifecycle.BootstrapTokenArgs, "controlPlanes">>, ApiArgs {}

/**
 * A token with which `kubeadm join` adds a node. A generated token is made anew after it has expired. A token that the
 * program gives, or that has `expires`, stays expired.
 */
export class BootstrapToken extends KubeadmResource {
	/** Text of the token, `id.secret`, secret. */
	declare readonly token: pulumi.Output<string>;
	/** Time of expiry, ISO 8601. Empty for a token that never expires. */
	declare readonly expiration: pulumi.Output<string>;

	constructor(name: string, args: BootstrapTokenArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("BootstrapToken", name, args, options);
		super("BootstrapToken", name, args, options);
	}
}
