import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/addon";
import { checkArguments } from "./check-arguments";
import type { ApiArgs, ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of an `Addon`. */
export interface AddonArgs extends ProgramArgs<Omit<lifecycle.AddonArgs, "controlPlanes">>, ApiArgs {}

/**
 * Kubernetes objects of your own, such as a pod network. The objects are applied server-side, pruned when they leave
 * the YAML, and deleted with the resource.
 */
export class Addon extends KubeadmResource {
	constructor(name: string, args: AddonArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("Addon", name, args, options);
		super("Addon", name, args, options);
	}
}
