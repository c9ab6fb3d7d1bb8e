import type * as pulumi from "@pulumi/pulumi";
import { KubeletServingCertificate, StoredSecrets } from "../resources";
import type { Access } from "./cluster-api";
import type { Context } from "./cluster-context";
import type { Made } from "./cluster-nodes";

/** Makes what the hardened profile needs once the API serves: approved serving certificates, and Secrets written again. */
export function makeHardening(
	{ name, spec: cluster, controlPlanes, workers, hardened, parent }: Context,
	{ hosts, nodes, authorities, access, registrations }: Made & { access: Access; registrations: pulumi.Resource[] },
): void {
	const { api } = access;
	const encryption = hardened.files.find((file) => file.name === "encryption");
	if (encryption) new StoredSecrets(`${name}-stored-secrets`, { api, writtenWith: encryption.path }, parent);
	if (!hardened.approvesServing) return;
	const behind = { ...parent, dependsOn: registrations };
	const all = [
		...controlPlanes.map((node) => ({ node, role: "control-plane" as const })),
		...workers.map((node) => ({ node, role: "worker" as const })),
	];
	for (const { node, role } of all) {
		const { discovery: _ofTheKubelet, ...known } = nodes.get(node.name)!;
		const args = { host: hosts.get(node.name)!, api, cluster, node: known, role, authority: authorities.ca };
		new KubeletServingCertificate(`${name}-${node.name}-kubelet-serving`, args, behind);
	}
}
