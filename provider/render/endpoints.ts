import type { Cluster } from "../config/cluster";
import type { APIEndpoint, Node } from "../config/node";
import { paths } from "../facts/paths";
import { ports } from "../facts/ports";
import { isUnknown } from "../facts/unknown";
import { joinHostPort, splitHostPort } from "../go/address";

/** Fields of a node that an address depends on. */
export type Endpoints = Pick<Node, "localAPIEndpoint" | "apiServer">;

/**
 * `host:port` by which nodes reach the control plane: `controlPlaneEndpoint`, its port that of the API server unless
 * given; else the node's API server.
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

/** `https://host:port` of the control plane, with brackets around IPv6 alone. */
export function controlPlaneUrl(
	cluster: Pick<Cluster, "controlPlaneEndpoint">,
	node: Pick<Endpoints, "apiServer">,
): string {
	const endpoint = controlPlaneEndpoint(cluster, node);
	const { host, port } = splitHostPort(endpoint);
	return `https://${port ? joinHostPort(host, port) : endpoint}`;
}

/** `https://host:port` of the node's own API server. */
export function localApiServerUrl(node: Endpoints): string {
	return `https://${hostPort(node.localAPIEndpoint)}`;
}

/** `host:port` of an API server. */
export function hostPort({ advertiseAddress, bindPort }: APIEndpoint): string {
	return joinHostPort(advertiseAddress, bindPort);
}

export function etcdClientUrl(address: string): string {
	return `https://${joinHostPort(address, ports.etcdClient)}`;
}

export function etcdPeerUrl(address: string): string {
	return `https://${joinHostPort(address, ports.etcdPeer)}`;
}

/** A file in the cluster's certificates directory. */
export function certificateFile(cluster: Cluster, name: string): string {
	return joinFile(cluster.certificatesDir, name);
}

/** A file in /etc/kubernetes. */
export function kubernetesFile(name: string): string {
	return joinFile(paths.kubernetesDirectory, name);
}

/** Joins paths as Go's filepath.Join does: without doubled slashes, `.` and `..`. */
export function joinFile(directory: string, name: string): string {
	const parts: string[] = [];
	for (const part of `${directory}/${name}`.split("/")) {
		if (part === "..") parts.pop();
		else if (part !== "" && part !== ".") parts.push(part);
	}
	return `/${parts.join("/")}`;
}
