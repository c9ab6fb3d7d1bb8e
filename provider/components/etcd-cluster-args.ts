import type * as pulumi from "@pulumi/pulumi";
import type { LocalEtcdSpec } from "../config/cluster";
import type { etcdClusterFields } from "../config/etcd-cluster";
import { paths } from "../facts/paths";
import type { Authority, ClusterInputs, DeepInput, HostArgs, NodeInputs } from "../resources";
import { typedAt } from "../resources/typed-paths";
import type { PreparationInputs } from "./host-preparation";
import { mapped } from "./merged-settings";

/** A machine that becomes a member of an `EtcdCluster`. */
export interface EtcdMemberArgs
	extends HostArgs,
		Pick<NodeInputs, "nodeRegistration" | "patches" | "kubelet" | "timeouts"> {
	/** Name of the member and of its resources: the identity of the member. */
	name: string;
	/** IP address of the member, for clients and for the other members. @default the address of the default route */
	address?: pulumi.Input<string>;
	/**
	 * Whether the machine is gone for good and cannot be reached again. The member's resources are then removed without
	 * contact to the machine, and the member leaves etcd through the others. Take the whole entry out of the program after
	 * the next `up`. @default false
	 */
	gone?: boolean;
	/** How this machine is prepared, where that differs from the `prepare` of all, part by part. @default as all machines */
	prepare?: boolean | PreparationInputs;
}

/** Arguments of an `EtcdCluster`. Those that a `Cluster` has too have the same meaning. */
export interface EtcdClusterArgs extends Pick<ClusterInputs, (typeof etcdClusterFields)[number]> {
	/** The machines of the members: an odd number of them, best three or five. */
	members: EtcdMemberArgs[];
	/** Settings of etcd: `etcd.local` of a `Cluster`. @default {} */
	etcd?: DeepInput<LocalEtcdSpec>;
	/**
	 * Whether the machines are prepared first, and how: docs/hosts.md says what each step does. Another version of Kubernetes'
	 * packages restarts the kubelets, and etcd runs on meanwhile. @default false: the machines have what a member needs
	 */
	prepare?: boolean | PreparationInputs;
	/** CA of your own for members and clients, with its key. @default a CA is generated */
	authority?: Required<Authority>;
	/** Names of warnings that are not shown: `EvenMembers`, `UnknownFlag`, `FlagWithDashes`, or `all`. @default none */
	ignoreWarnings?: string[];
}

/** The cluster from whose arguments the resources of an etcd cluster are rendered. */
export function clusterOfEtcd(args: EtcdClusterArgs) {
	const { members: _members, authority: _authority, prepare: _prepare, ignoreWarnings: _names, etcd, ...shared } = args;
	const cluster: ClusterInputs = { ...shared, ...(etcd === undefined ? {} : { etcd: { local: etcd } }) };
	return typedAt({ "": "", "etcd.local": "etcd" }, cluster);
}

/** Paths on a control plane of the files by which an API server is a client of an etcd cluster: those of a local etcd. */
export function clientFiles({ certificatesDir = paths.certificatesDirectory }: Pick<ClusterInputs, "certificatesDir">) {
	const file = (name: string) => mapped(certificatesDir, (directory: string) => `${directory}/${name}`);
	return {
		caFile: file("etcd/ca.crt"),
		certFile: file("apiserver-etcd-client.crt"),
		keyFile: file("apiserver-etcd-client.key"),
	};
}
