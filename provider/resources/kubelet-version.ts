import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/kubelet-version";
import { checkArguments } from "./check-arguments";
import type { ApiArgs, ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of a `KubeletVersion`. */
export interface KubeletVersionArgs extends ProgramArgs<Omit<lifecycle.KubeletVersionArgs, "controlPlanes">>, ApiArgs {}

/**
 * The version of the kubelet of a node whose machine is prepared by a `HostPreparation`. A change of the version moves the
 * node's pods away, installs the packages, starts the kubelet again, and waits until the node is well. A kubelet that does
 * not become healthy gets its last packages back.
 */
export class KubeletVersion extends KubeadmResource {
	constructor(name: string, args: KubeletVersionArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("KubeletVersion", name, args, options);
		super("KubeletVersion", name, args, options);
	}
}
