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
