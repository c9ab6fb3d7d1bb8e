import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/cluster-ready";
import { checkArguments } from "./check-arguments";
import type { ApiArgs, ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of a `ClusterReady`. */
export interface ClusterReadyArgs extends ProgramArgs<Omit<lifecycle.ClusterReadyArgs, "controlPlanes">>, ApiArgs {}

/**
 * Waits until the nodes are Ready and the workloads are rolled out, for at most `timeoutSeconds` seconds in all. Make
 * this resource depend on the pod network.
 */
export class ClusterReady extends KubeadmResource {
	constructor(name: string, args: ClusterReadyArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("ClusterReady", name, args, options);
		super("ClusterReady", name, args, options);
	}
}
