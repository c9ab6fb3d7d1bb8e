import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/virtual-ip";
import { checkArguments } from "./check-arguments";
import type { ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of a `VirtualIP`. */
export interface VirtualIPArgs extends ProgramArgs<lifecycle.VirtualIPArgs> {}

/**
 * What a control plane needs to hold a virtual IP: keepalived and haproxy as static pods, and their files. The kubelet
 * must run before.
 */
export class VirtualIP extends KubeadmResource {
	/** SHA-256 of each file, hexadecimal, by path. */
	declare readonly digests: pulumi.Output<Record<string, string>>;

	constructor(name: string, args: VirtualIPArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("VirtualIP", name, args, options);
		super("VirtualIP", name, args, options);
	}
}
