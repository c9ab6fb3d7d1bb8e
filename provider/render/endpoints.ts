import type { Cluster } from "../config/cluster";
import type { APIEndpoint, Node } from "../config/node";
import { paths } from "../facts/paths";
import { ports } from "../facts/ports";
import { isUnknown } from "../facts/unknown";
import { joinHostPort, splitHostPort } from "../go/address";

/** Fields of a node that an address depends on. */
export type Endpoints = Pick<Node, "localAPIEndpoint" | "apiServer">;

/**
 * Returns `host:port` by which nodes reach the control plane: `controlPlaneEndpoint`, with the port of the node's API
 * server where no port is given; without `controlPlaneEndpoint`, the node's API server.
 *
 * Source: cmd/kubeadm/app/util/endpoint.go.
 */
export function controlPlaneEndpoint(
	cluster: Pick<Cluster, "controlPlaneEndpoint">,
	node: Pick<Endpoints, "apiServer">,
): string {
	const declaredEndpoint = cluster.controlPlaneEndpoint;
	if (!declaredEndpoint) return hostPort(node.apiServer);
	const { host, port } = splitHostPort(declaredEndpoint);
	return port || isUnknown(declaredEndpoint) ? declaredEndpoint : joinHostPort(host, node.apiServer.bindPort);
}

/** Returns `https://host:port` of the control plane. Only an IPv6 address has brackets. */
export function controlPlaneUrl(
	cluster: Pick<Cluster, "controlPlaneEndpoint">,
	node: Pick<Endpoints, "apiServer">,
): string {
	const endpoint = controlPlaneEndpoint(cluster, node);
	const { host, port } = splitHostPort(endpoint);
	return `https://${port ? joinHostPort(host, port) : endpoint}`;
}

/** Returns `https://host:port` of the node's own API server. */
export function localApiServerUrl(node: Endpoints): string {
	return `https://${hostPort(node.localAPIEndpoint)}`;
}

/** Returns `host:port` of an API server. Only an IPv6 address has brackets. */
export function hostPort({ advertiseAddress, bindPort }: APIEndpoint): string {
	return joinHostPort(advertiseAddress, bindPort);
}

/** Returns the URL at which an etcd member serves clients: https, port 2379. */
export function etcdClientUrl(address: string): string {
	return `https://${joinHostPort(address, ports.etcdClient)}`;
}

/** Returns the URL at which an etcd member serves the other members: https, port 2380. */
export function etcdPeerUrl(address: string): string {
	return `https://${joinHostPort(address, ports.etcdPeer)}`;
}

/** Returns the absolute path of a file in the cluster's `certificatesDir`. */
export function certificateFile(cluster: Cluster, name: string): string {
	return joinFile(cluster.certificatesDir, name);
}

/** Returns the absolute path of a file in /etc/kubernetes. */
export function kubernetesFile(name: string): string {
	return joinFile(paths.kubernetesDirectory, name);
}

/**
 * Joins a directory and a name to an absolute path as Go's filepath.Join does: without doubled slashes, `.` and `..`.
 */
export function joinFile(directory: string, name: string): string {
	const parts: string[] = [];
	for (const part of `${directory}/${name}`.split("/")) {
		if (part === "..") parts.pop();
		else if (part !== "" && part !== ".") parts.push(part);
	}
	return `/${parts.join("/")}`;
}
