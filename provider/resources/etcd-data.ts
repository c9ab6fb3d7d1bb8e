import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/etcd-data";
import { checkArguments } from "./check-arguments";
import type { ClusterIdentity } from "./cluster-identity";
import type { ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of an `EtcdData`. */
export interface EtcdDataArgs extends ProgramArgs<Omit<lifecycle.EtcdDataArgs, "initialMembers">> {
	/** The identity of the cluster: the etcd members that it was founded with. */
	identity: ClusterIdentity;
}

/**
 * The data of etcd on a control plane's host. A delete removes it, and the preview of a delete says so. etcd's manifest
 * must depend on this resource. With Pulumi's option `protect`, the data stays.
 */
export class EtcdData extends KubeadmResource {
	/** The etcd members with which etcd starts on this host: node names and addresses. */
	declare readonly initialMembers: pulumi.Output<{ name: string; address: string }[]>;

	constructor(name: string, args: EtcdDataArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("EtcdData", name, args, options);
		super("EtcdData", name, args, options);
	}
}
