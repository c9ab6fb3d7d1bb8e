import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/cluster-access";
import { checkArguments } from "./check-arguments";
import type { ApiArgs, ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of a `ClusterAccess`. */
export interface ClusterAccessArgs extends ProgramArgs<Omit<lifecycle.ClusterAccessArgs, "controlPlanes">>, ApiArgs {}

/**
 * The access rights of a new cluster: kubeadm's roles and bindings, and the ConfigMap cluster-info that joining nodes
 * read.
 */
export class ClusterAccess extends KubeadmResource {
	constructor(name: string, args: ClusterAccessArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("ClusterAccess", name, args, options);
		super("ClusterAccess", name, args, options);
	}
}
