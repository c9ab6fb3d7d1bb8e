import type { Outcome } from "../clusters/support/stack";

/** What is done when the last resource of these kinds is, in the order in which a bring-up goes. */
const milestones: readonly (readonly [done: string, kinds: readonly string[]])[] = [
	["engine and program run, first resource made", ["ClusterIdentity"]],
	["all hosts answer over SSH", ["Host"]],
	["CAs and keys made", ["CertificateAuthority", "ServiceAccountKey"]],
	["preflight passed, images there", ["Preflight"]],
	["certificates and kubeconfigs placed", ["Certificate", "Kubeconfig", "SharedCertificates"]],
	["kubelets of control planes run, static pods placed", ["StaticPodManifest"]],
	["etcd and API servers healthy", ["Gate"]],
	["kubeadm's objects in the API", ["ClusterAccess", "ConfigurationUpload"]],
	["addons applied", ["CoreDns", "KubeProxy"]],
	["worker joined, all nodes registered", ["Kubelet", "NodeRegistration"]],
	["all Ready, DNS rolled out", ["ClusterReady"]],
];

/** Where the time of a bring-up went: the seconds at which each part of it was done, a line for each. */
export function milestonesOf({ ends, duration }: Outcome): string[] {
	const lines = milestones.map(([done, kinds]) => {
		const at = ends.filter(({ type }) => kinds.includes(type)).map((end) => end.at);
		return at.length === 0
			? []
			: [
					`${Math.max(...at)
						.toFixed(0)
						.padStart(4)} s  ${done}`,
				];
	});
	return [...lines.flat(), `${duration.toFixed(0).padStart(4)} s  pulumi up has ended`];
}
