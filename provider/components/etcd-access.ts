import * as pulumi from "@pulumi/pulumi";
import {
	Certificate,
	type CertificateAuthority,
	type ClusterInputs,
	HostFile,
	type HostInput,
	type NodeInputs,
} from "../resources";
import { isResource } from "../resources/argument-checks";
import type { ClusterArgs } from "./cluster-args";
import type { EtcdCluster } from "./etcd-cluster";
import { clientFiles } from "./etcd-cluster-args";

/** A control plane that is a client of an etcd cluster. */
interface EtcdClient {
	/** Prefix of the resources' names. */
	name: string;
	host: HostInput;
	/** The cluster of the control plane. */
	cluster: ClusterInputs;
	node: NodeInputs;
	/** The CA of the etcd cluster. */
	authority: CertificateAuthority;
}

/**
 * Places the files by which an API server is a client of an etcd cluster, where a local etcd has them too. The key of the
 * client's certificate is made on the way to the host and stays there alone.
 */
export function etcdClient(
	{ name, host, cluster, node, authority }: EtcdClient,
	own: pulumi.CustomResourceOptions,
): { files: pulumi.Resource[]; certificate: Certificate } {
	const path = clientFiles(cluster).caFile;
	const ca = new HostFile(`${name}-etcd-ca`, { host, path, content: authority.certificate }, own);
	// Rendered as for a local etcd, so that the user of a rootless API server can read the key.
	const { etcd: _external, ...local } = cluster;
	const inputs = { host, cluster: local, node, name: "apiserver-etcd-client" as const, authority };
	const certificate = new Certificate(`${name}-apiserver-etcd-client`, inputs, own);
	return { files: [ca, certificate], certificate };
}

/**
 * The arguments of a cluster with the endpoints and files of its `EtcdCluster` in place of the resource.
 * @returns the arguments, unchanged where `etcd.external` is no `EtcdCluster`
 */
export function withPlainEtcd(args: ClusterArgs): { args: ClusterArgs; etcdCluster?: EtcdCluster } {
	const etcdCluster = (args as Partial<ClusterArgs> | undefined)?.etcd;
	const external: unknown = isObject(etcdCluster) ? Reflect.get(etcdCluster, "external") : undefined;
	if (!isResource(external, "EtcdCluster")) return { args };
	const { endpoints } = external as EtcdCluster;
	const etcd = { ...(etcdCluster as object), external: { endpoints, ...clientFiles(args) } };
	return { args: { ...args, etcd }, etcdCluster: external as EtcdCluster };
}

function isObject(value: unknown): value is object {
	return typeof value === "object" && value !== null && !pulumi.Output.isInstance(value);
}
