import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/cluster-identity";
import { checkArguments } from "./check-arguments";
import type { ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

export type { EncryptionMode } from "../lifecycle/cluster-identity";

/** Arguments of a `ClusterIdentity`. */
export interface ClusterIdentityArgs extends ProgramArgs<lifecycle.ClusterIdentityArgs> {}

/**
 * The identity of a cluster: values that a running cluster cannot change, and the members that it was founded with.
 * Every other resource of the cluster depends on this one.
 */
export class ClusterIdentity extends KubeadmResource {
	/** Name of the control plane node that the cluster was founded with. */
	declare readonly founder: pulumi.Output<string>;
	/** The etcd members that were started together: node names and addresses. */
	declare readonly initialMembers: pulumi.Output<{ name: string; address: string }[]>;
	/** Time at which the cluster was founded, in milliseconds since 1970. @internal */
	declare readonly foundedAt: pulumi.Output<number | undefined>;

	constructor(name: string, args: ClusterIdentityArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("ClusterIdentity", name, args, options);
		super("ClusterIdentity", name, args, options);
	}
}
