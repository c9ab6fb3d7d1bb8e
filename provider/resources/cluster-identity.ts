import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/cluster-identity";
import { checkArguments } from "./check-arguments";
import type { ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

export interface ClusterIdentityArgs extends ProgramArgs<lifecycle.ClusterIdentityArgs> {}

/** What makes a cluster this cluster, and what it was founded with. Every other resource of the cluster depends on it. */
export class ClusterIdentity extends KubeadmResource {
	/** Name of the control plane that the cluster was founded with. */
	declare readonly founder: pulumi.Output<string>;
	/** The etcd members that were started together. */
	declare readonly initialMembers: pulumi.Output<{ name: string; address: string }[]>;

	constructor(name: string, args: ClusterIdentityArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("ClusterIdentity", name, args, options);
		super("ClusterIdentity", name, args, options);
	}
}
