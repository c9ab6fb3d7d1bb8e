import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/node-registration";
import { checkArguments } from "./check-arguments";
import type { ApiArgs, ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of a `NodeRegistration`. */
export interface NodeRegistrationArgs
	extends ProgramArgs<Omit<lifecycle.NodeRegistrationArgs, "controlPlanes">>,
		ApiArgs {}

/** The Node object in the cluster's API, with its labels, annotations and taints. */
export class NodeRegistration extends KubeadmResource {
	/** UID of the Node object. */
	declare readonly uid: pulumi.Output<string>;

	constructor(name: string, args: NodeRegistrationArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("NodeRegistration", name, args, options);
		super("NodeRegistration", name, args, options);
	}
}
