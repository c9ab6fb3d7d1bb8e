import type * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "./check-arguments";
import type { ClusterObjectsArgs } from "./cluster-objects";
import { KubeadmResource } from "./shell";

/** The addon kube-proxy, as kubeadm installs it. */
export class KubeProxy extends KubeadmResource {
	constructor(name: string, args: ClusterObjectsArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("KubeProxy", name, args, options);
		super("KubeProxy", name, args, options);
	}
}
