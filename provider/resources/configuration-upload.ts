import type * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "./check-arguments";
import type { ClusterObjectsArgs } from "./cluster-objects";
import { KubeadmResource } from "./shell";

/** The ConfigMaps kubeadm-config and kubelet-config, from which kubeadm's own commands read the cluster's configuration. */
export class ConfigurationUpload extends KubeadmResource {
	constructor(name: string, args: ClusterObjectsArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("ConfigurationUpload", name, args, options);
		super("ConfigurationUpload", name, args, options);
	}
}
