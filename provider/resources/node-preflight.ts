import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/node-preflight";
import { checkArguments } from "./check-arguments";
import type { ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of a `Preflight`. */
export interface PreflightArgs extends ProgramArgs<lifecycle.NodePreflightArgs> {}

/**
 * kubeadm's preflight checks of a control plane's host, and the pull of its images. Everything that is placed on the
 * host depends on this resource.
 */
export class Preflight extends KubeadmResource {
	/** Time at which the host was found without a static pod, in milliseconds since 1970. @internal */
	declare readonly emptyAt: pulumi.Output<number | undefined>;

	constructor(name: string, args: PreflightArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("Preflight", name, args, options);
		super("Preflight", name, args, options);
	}
}
