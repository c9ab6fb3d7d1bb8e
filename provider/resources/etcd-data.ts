import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/etcd-data";
import { checkArguments } from "./check-arguments";
import type { ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of an `EtcdData`. */
export interface EtcdDataArgs extends ProgramArgs<lifecycle.EtcdDataArgs> {}

/**
 * The data of etcd on a control plane's host. A delete removes it, and the preview of a delete says so. etcd's manifest
 * must depend on this resource. With Pulumi's option `protect`, the data stays.
 */
export class EtcdData extends KubeadmResource {
	constructor(name: string, args: EtcdDataArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("EtcdData", name, args, options);
		super("EtcdData", name, args, options);
	}
}
