import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/standalone-kubelet";
import { checkArguments } from "./check-arguments";
import type { ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of a `StandaloneKubelet`. */
export interface StandaloneKubeletArgs extends ProgramArgs<lifecycle.StandaloneKubeletArgs> {}

/**
 * A kubelet that runs static pods without an API server, for a host with etcd alone.
 *
 * Source: https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/setup-ha-etcd-with-kubeadm/
 */
export class StandaloneKubelet extends KubeadmResource {
	/** SHA-256 of each placed file, hexadecimal, by path. */
	declare readonly digests: pulumi.Output<Record<string, string>>;
	/** Status of the kubelet: "running", or the reason why the next `up` has to update it. */
	declare readonly status: pulumi.Output<string>;

	constructor(name: string, args: StandaloneKubeletArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("StandaloneKubelet", name, args, options);
		super("StandaloneKubelet", name, args, options);
	}
}
