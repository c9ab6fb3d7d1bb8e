import type * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "./check-arguments";
import type { ClusterObjectsArgs } from "./cluster-objects";
import { KubeadmResource } from "./shell";

/** The addon CoreDNS, as kubeadm installs it. */
export class CoreDns extends KubeadmResource {
	constructor(name: string, args: ClusterObjectsArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("CoreDns", name, args, options);
		super("CoreDns", name, args, options);
	}
}
