import { isDeepStrictEqual } from "node:util";
import { minorRelease } from "../../facts/versions";
import { fromYaml } from "../../go/yaml/write";
import type { Host } from "../../hosts/host";
import { status } from "../../hosts/status";
import { waitFor } from "../../hosts/wait";
import { type Api, apiOver } from "../../kubernetes/api";
import { connectBy } from "../../kubernetes/connection";
import { parseKubeconfig, wayOf } from "../../kubernetes/kubeconfig-file";
import { ApiError } from "../../kubernetes/requests";
import type { KubernetesObject } from "../../render/kubernetes-object";
import type { Discovered } from "./discover";
import { withExecCredentials } from "./exec-credentials";
import { PRINT_JOIN } from "./words";

/** What the program says of the cluster that a node joins, as far as the node depends on it. */
export interface ExpectedCluster {
	/** `v1.37.2` */
	kubernetesVersion: string;
	dnsDomain: string;
	serviceSubnet: string;
	/** The KubeletConfiguration that all of its nodes share, which kubeadm would take from the cluster. */
	kubelet: Record<string, unknown>;
}

/** How long a node of the same name may be Ready: the API believes a kubelet that is gone for 40 s. */
const GONE_SECONDS = 90;

/** What the ConfigMap kubeadm-config tells of a cluster. */
interface ClusterConfiguration {
	kubernetesVersion?: string;
	networking?: { dnsDomain?: string; serviceSubnet?: string };
}

/** What must be the same in the program and in the cluster. */
const compared: {
	field: string;
	of: (found: ClusterConfiguration) => string;
	expected: (cluster: ExpectedCluster) => string;
}[] = [
	{
		field: "kubernetesVersion (its minor release)",
		of: ({ kubernetesVersion = "" }) => minorRelease(kubernetesVersion),
		expected: ({ kubernetesVersion }) => minorRelease(kubernetesVersion),
	},
	{
		field: "networking.dnsDomain",
		of: ({ networking }) => networking?.dnsDomain ?? "",
		expected: ({ dnsDomain }) => dnsDomain,
	},
	{
		field: "networking.serviceSubnet",
		of: ({ networking }) => networking?.serviceSubnet ?? "",
		expected: ({ serviceSubnet }) => serviceSubnet,
	},
];

/** With what a node joins, and what it expects. */
interface Joining {
	host: Host;
	discovered: Discovered;
	nodeName: string;
	expected: ExpectedCluster;
	patienceSeconds: number;
	/** Whether a node of this name may be there: it is this one's own. */
	rejoins: boolean;
}

/**
 * Looks, with the credentials of the join, whether the cluster is the one that the program describes, and whether another
 * machine is a node under this name.
 *
 * Source: `fetchInitConfiguration`, cmd/kubeadm/app/cmd/join.go; `runKubeletStartJoinPhase`, cmd/phases/join/kubelet.go.
 */
export async function checkCluster(joining: Joining): Promise<void> {
	const { host, discovered, patienceSeconds } = joining;
	const way = wayOf(await withExecCredentials(host, parseKubeconfig(discovered.kubeconfig)!))!;
	const connection = connectBy({ host: async () => host, through: host.name, way });
	const server = apiOver(connection, patienceSeconds);
	const subject = `${host.name}: the cluster at ${discovered.server}`;
	const documentOf = async (name: string, key: string, phase: string) => {
		const found = await answered(subject, () => server.read(object("ConfigMap", name, "kube-system")));
		const text = (found as { data?: Record<string, string> } | undefined)?.data?.[key];
		if (text) return fromYaml(text) as Record<string, unknown>;
		throw new Error(
			`${subject}: expected its configuration in the ConfigMap ${name}, got none\n  next, on a control plane of the cluster: kubeadm init phase upload-config ${phase}`,
		);
	};
	const { expected } = joining;
	const problems = [
		...configurationProblems(await documentOf("kubeadm-config", "ClusterConfiguration", "kubeadm"), expected),
		...kubeletProblems(await documentOf("kubelet-config", "kubelet", "kubelet"), expected.kubelet),
	];
	if (problems.length > 0)
		throw new Error(
			`${subject} is not as the program describes it\n${problems.map((problem) => `    ${problem}`).join("\n")}\n  next, on a control plane of the cluster: kubectl -n kube-system get cm kubeadm-config kubelet-config -o yaml`,
		);
	if (!joining.rejoins) await waitForName(server, joining);
}

function configurationProblems(found: ClusterConfiguration, expected: ExpectedCluster): string[] {
	return compared.flatMap(({ field, of, expected: wanted }) => {
		const [is, said] = [of(found), wanted(expected)];
		return is === said ? [] : [`cluster.${field}: expected ${is} as the cluster has it, got ${said}`];
	});
}

/** What each host says of itself in its own configuration. Source: `Mutate`, componentconfigs/kubelet_unix.go. */
const ofTheHost = ["resolvConf", "containerRuntimeEndpoint"];

/** Where a node would have another kubelet configuration than one that kubeadm joins, which takes the cluster's. */
function kubeletProblems(found: Record<string, unknown>, expected: Record<string, unknown>): string[] {
	const names = [...new Set([...Object.keys(found), ...Object.keys(expected)])].filter(
		(name) => !ofTheHost.includes(name),
	);
	return names.flatMap((name) => {
		const [is, said] = [withoutZeros(found[name]), withoutZeros(expected[name])];
		if (isDeepStrictEqual(is, said)) return [];
		return [`cluster.kubelet.${name}: expected ${shown(is)} as the cluster has it, got ${shown(said)}`];
	});
}

/** Go writes the zero of a field that was not said. */
function withoutZeros(value: unknown): unknown {
	if (["", "0", "0s", 0, null].includes(value as never)) return undefined;
	if (typeof value !== "object") return value;
	if (Array.isArray(value)) return value.length > 0 ? value.map(withoutZeros) : undefined;
	const entries = Object.entries(value as object)
		.map(([name, item]) => [name, withoutZeros(item)] as const)
		.filter(([, item]) => item !== undefined);
	return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function shown(value: unknown): string {
	return value === undefined ? "nothing" : JSON.stringify(value);
}

async function waitForName(server: Api, { host, nodeName, discovered }: Joining): Promise<void> {
	const subject = `${host.name}: the cluster at ${discovered.server}`;
	await waitFor({
		subject: `${subject}: the name ${nodeName}`,
		timeoutSeconds: GONE_SECONDS,
		intervalSeconds: 5,
		onStatus: status,
		observe: async () => {
			const found = await answered(subject, () => server.read(object("Node", nodeName)));
			const { conditions = [] } = (found?.status ?? {}) as { conditions?: { type: string; status: string }[] };
			if (!conditions.some((condition) => condition.type === "Ready" && condition.status === "True"))
				return { done: true, value: undefined };
			return { done: false, saw: "a node of this name is Ready: another machine's, or this one's until a minute ago" };
		},
		explain: async () =>
			`  next, on a control plane of the cluster: kubectl get node ${nodeName} -o wide; then: kubectl delete node ${nodeName}, or give this node another name`,
	});
}

/** Says what is wrong with credentials that were not taken. */
async function answered<T>(subject: string, ask: () => Promise<T>): Promise<T> {
	try {
		return await ask();
	} catch (error) {
		if (!(error instanceof ApiError) || ![401, 403].includes(error.status)) throw error;
		const what =
			error.status === 401
				? "it does not know these credentials: the token (or certificate) has expired, or is another cluster's"
				: 'these credentials may not read what a node has to: a token\'s groups must have "system:bootstrappers:kubeadm:default-node-token" among them';
		throw new Error(`${subject}: ${what}\n    ${error.message}\n  next: ${PRINT_JOIN}`, { cause: error });
	}
}

function object(kind: string, name: string, namespace?: string): KubernetesObject {
	return { apiVersion: "v1", kind, metadata: { name, ...(namespace ? { namespace } : {}) } };
}
