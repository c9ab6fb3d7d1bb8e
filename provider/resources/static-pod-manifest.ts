import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/static-pod-manifest";
import { checkArguments } from "./check-arguments";
import type { ClusterIdentity } from "./cluster-identity";
import type { EtcdData } from "./etcd-data";
import type { ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of a `StaticPodManifest`. */
export interface StaticPodManifestArgs extends ProgramArgs<Omit<lifecycle.StaticPodManifestArgs, "initialMembers">> {
	/** What knows the etcd members that etcd starts with: for etcd the `EtcdData` of the host, else the identity of the cluster. */
	identity: ClusterIdentity | EtcdData;
}

/** The manifest of a control plane component on a host, byte for byte as kubeadm writes it. */
export class StaticPodManifest extends KubeadmResource {
	/** SHA-256 of the manifest, hexadecimal, by path. */
	declare readonly digests: pulumi.Output<Record<string, string>>;

	constructor(name: string, args: StaticPodManifestArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("StaticPodManifest", name, args, options);
		super("StaticPodManifest", name, args, options);
	}
}
