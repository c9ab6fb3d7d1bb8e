import type { Lab, LabHost } from "../../../lab/index.ts";
import type { ClusterProgram } from "../programs/cluster/index.ts";

/**
 * The real `kubeadm init` on a lab's host, told what a program says of its cluster.
 * @returns the seconds it took
 */
export async function kubeadmInit(lab: Lab, host: LabHost, cluster: ClusterProgram["cluster"]): Promise<number> {
	const text = configuration(cluster)
		.map((document) => JSON.stringify(document))
		.join("\n---\n");
	await host.exec("cat > /root/kubeadm.yaml", { check: true, input: text });
	const began = performance.now();
	const { exitCode, stdout, stderr } = await kubeadm(host, [
		"init",
		"--config=/root/kubeadm.yaml",
		...lab.kubeadmArguments,
	]);
	if (exitCode !== 0)
		throw new Error(`${host.name}: kubeadm init failed\n${stdout.slice(-3000)}${stderr.slice(-3000)}`);
	return (performance.now() - began) / 1000;
}

/** The real kubeadm on a host. */
export function kubeadm(host: LabHost, words: string[]): ReturnType<LabHost["exec"]> {
	return host.exec(["kubeadm", ...words], { timeout: 300_000 });
}

/** kubectl on a control plane's host, as its administrator. */
export async function kubectl(host: LabHost, words: string): Promise<string> {
	const { stdout } = await host.exec(
		`kubectl --cache-dir /tmp/kubectl --kubeconfig /etc/kubernetes/admin.conf ${words}`,
		{ check: true },
	);
	return stdout.trim();
}

/** A program's cluster as kubeadm's configuration file has it. */
function configuration({
	controlPlanes: _controlPlanes,
	workers: _workers,
	authorities: _authorities,
	serviceAccountKey: _key,
	kubelet,
	kubeProxy,
	...cluster
}: ClusterProgram["cluster"]): object[] {
	const apiVersion = "kubeadm.k8s.io/v1beta4";
	return [
		// Without this, kubeadm's first token has a description that tells so.
		{ apiVersion, kind: "InitConfiguration", bootstrapTokens: [{ ttl: "24h0m0s" }] },
		{ apiVersion, kind: "ClusterConfiguration", ...cluster, kubernetesVersion: `v${cluster.kubernetesVersion}` },
		{ apiVersion: "kubelet.config.k8s.io/v1beta1", kind: "KubeletConfiguration", ...(kubelet as object) },
		{ apiVersion: "kubeproxy.config.k8s.io/v1alpha1", kind: "KubeProxyConfiguration", ...(kubeProxy as object) },
	];
}

/** Names of the nodes that are Ready. */
export async function readyNodes(host: LabHost): Promise<string[]> {
	const nodes = JSON.parse(await kubectl(host, "get nodes -o json")) as {
		items: { metadata: { name: string }; status: { conditions: { type: string; status: string }[] } }[];
	};
	const isReady = ({ type, status }: { type: string; status: string }) => type === "Ready" && status === "True";
	return nodes.items
		.filter(({ status }) => status.conditions.some(isReady))
		.map(({ metadata }) => metadata.name)
		.sort();
}
