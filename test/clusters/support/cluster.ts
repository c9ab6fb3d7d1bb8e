import type { Lab } from "../../../lab/index.ts";
import type { ClusterProgram } from "../programs/cluster/index.ts";

/** A program for a cluster on a lab's hosts: the first is the control plane, the others are workers. */
export function clusterOn(lab: Lab, overrides: Partial<ClusterProgram["cluster"]> = {}): ClusterProgram {
	const [first, ...others] = lab.hosts.map(({ name, address }) => ({
		name,
		connection: { host: address, privateKeyFile: lab.sshKeyFile, knownHostsFile: lab.knownHostsFile },
	}));
	return {
		cluster: {
			kubernetesVersion: "1.37.2",
			networking: { podSubnet: lab.podSubnet, serviceSubnet: lab.serviceSubnet },
			kubelet: lab.kubeletConfiguration,
			kubeProxy: lab.kubeProxyConfiguration,
			controlPlanes: [first!],
			workers: others,
			...overrides,
		},
	};
}

/** The entries of a lab's hosts with these names, in the order of the names, as a program lists its nodes. */
export function nodesOn(lab: Lab, names: readonly string[]): ClusterProgram["cluster"]["controlPlanes"] {
	const { controlPlanes, workers = [] } = clusterOn(lab).cluster;
	return names.map((name) => [...controlPlanes, ...workers].find((node) => node.name === name)!);
}
