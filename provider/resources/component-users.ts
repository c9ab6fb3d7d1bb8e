import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/component-users";
import { checkArguments } from "./check-arguments";
import type { ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of a `ComponentUsers`. */
export interface ComponentUsersArgs extends ProgramArgs<lifecycle.ComponentUsersArgs> {}

/** The users and groups of a rootless control plane on a host: existing ones, or new ones with free ids. */
export class ComponentUsers extends KubeadmResource {
	/** User ids, by user name. */
	declare readonly users: pulumi.Output<Record<string, number>>;
	/** Group ids, by group name. */
	declare readonly groups: pulumi.Output<Record<string, number>>;

	constructor(name: string, args: ComponentUsersArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("ComponentUsers", name, args, options);
		super("ComponentUsers", name, args, options);
	}
}
