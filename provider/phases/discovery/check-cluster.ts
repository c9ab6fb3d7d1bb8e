import { isDeepStrictEqual } from "node:util";
import { expected } from "../../config/expected";
import { minorRelease } from "../../facts/versions";
import { fromYaml } from "../../go/yaml/write";
import type { Host } from "../../hosts/host";
import { status } from "../../hosts/status";
import { waitFor } from "../../hosts/wait";
import { type Api, apiOver } from "../../kubernetes/api";
import { connectBy } from "../../kubernetes/connection";
import { parseKubeconfig, serverAccess } from "../../kubernetes/kubeconfig-file";
import { ApiError } from "../../kubernetes/requests";
import type { KubernetesObject } from "../../render/kubernetes-object";
import type { Discovered } from "./discover";
import { withExecCredentials } from "./exec-credentials";
import { discoveryError, nextOnControlPlane, PRINT_JOIN } from "./words";

/** What the program declares about the cluster that a node joins. */
export interface ExpectedCluster {
	/** `v1.37.2`; the minor release is compared. */
	kubernetesVersion: string;
	/** `cluster.local` */
	dnsDomain: string;
	/** `10.96.0.0/12` */
	serviceSubnet: string;
	/** The KubeletConfiguration that all nodes share; kubeadm reads it from the cluster. */
	kubelet: Record<string, unknown>;
}

/** How long a node of the same name may still be Ready: the API takes 40 s to notice that a kubelet is gone. */
const GONE_SECONDS = 90;

/** Compared part of the ConfigMap kubeadm-config. */
interface ClusterConfiguration {
	kubernetesVersion?: string;
	networking?: { dnsDomain?: string; serviceSubnet?: string };
}

/** Fields that must be equal in the program and in the cluster. */
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

/** Facts of a join that the check of the cluster needs. */
interface JoinCheck {
	host: Host;
	discovered: Discovered;
	nodeName: string;
	expected: ExpectedCluster;
	/** How long a request to the API is repeated. */
	patienceSeconds: number;
	/** Whether a registered node of this name is this machine's own. */
	rejoins: boolean;
}

/**
 * Checks, with the credentials of the join, that the cluster is as the program describes it, and that no other machine
 * has registered under this node's name. Waits up to 90 s for a node of this name to become not Ready.
 *
 * Source: `fetchInitConfiguration`, cmd/kubeadm/app/cmd/join.go; `runKubeletStartJoinPhase`, cmd/phases/join/kubelet.go.
 * @throws Error that lists every difference, or says that the cluster has no configuration or refuses the credentials
 * @throws WaitError where a Ready node has the name
 */
export async function checkCluster(joining: JoinCheck): Promise<void> {
	const { host, discovered, patienceSeconds } = joining;
	const access = serverAccess(await withExecCredentials(host, parseKubeconfig(discovered.kubeconfig)!))!;
	const connection = await connectBy({ host: async () => host, through: host.name, access });
	const server = apiOver(connection, patienceSeconds);
	const subject = `${host.name}: the cluster at ${discovered.server}`;
	const documentOf = async (name: string, key: string, phase: string) => {
		const configMap = await withReason(subject, () => server.read(object("ConfigMap", name, "kube-system")));
		const text = (configMap as { data?: Record<string, string> } | undefined)?.data?.[key];
		if (text) return fromYaml(text) as Record<string, unknown>;
		throw discoveryError(
			{ at: subject, expected: `its configuration in the ConfigMap ${name}`, got: "none" },
			`kubeadm init phase upload-config ${phase}`,
		);
	};
	const problems = [
		...configurationProblems(await documentOf("kubeadm-config", "ClusterConfiguration", "kubeadm"), joining.expected),
		...kubeletProblems(await documentOf("kubelet-config", "kubelet", "kubelet"), joining.expected.kubelet),
	];
	if (problems.length > 0)
		throw new Error(
			`${subject} is not as the program describes it\n${problems.map((problem) => `    ${problem}`).join("\n")}\n  next, on a control plane of the cluster: kubectl -n kube-system get cm kubeadm-config kubelet-config -o yaml`,
		);
	if (!joining.rejoins) await waitForName(server, joining);
}

function configurationProblems(configuration: ClusterConfiguration, declared: ExpectedCluster): string[] {
	return compared.flatMap(({ field, of, expected: wanted }) => {
		const [actual, wantedText] = [of(configuration), wanted(declared)];
		return actual === wantedText
			? []
			: [expected({ at: `cluster.${field}`, expected: `${actual} as the cluster has it`, got: wantedText })];
	});
}

/** Fields of the KubeletConfiguration that differ from host to host. Source: `Mutate`, componentconfigs/kubelet_unix.go. */
const ofTheHost = ["resolvConf", "containerRuntimeEndpoint"];

/** Differences between the program's kubelet configuration and the cluster's, which kubeadm would use. */
function kubeletProblems(configuration: Record<string, unknown>, declared: Record<string, unknown>): string[] {
	const names = [...new Set([...Object.keys(configuration), ...Object.keys(declared)])].filter(
		(name) => !ofTheHost.includes(name),
	);
	return names.flatMap((name) => {
		const [actual, wanted] = [withoutZeros(configuration[name]), withoutZeros(declared[name])];
		if (isDeepStrictEqual(actual, wanted)) return [];
		return [
			expected({ at: `cluster.kubelet.${name}`, expected: `${show(actual)} as the cluster has it`, value: wanted }),
		];
	});
}

/** Removes zero values: Go writes them for fields that nobody set. */
function withoutZeros(value: unknown): unknown {
	if (["", "0", "0s", 0, null].includes(value as never)) return undefined;
	if (typeof value !== "object") return value;
	if (Array.isArray(value)) return value.length > 0 ? value.map(withoutZeros) : undefined;
	const entries = Object.entries(value as object)
		.map(([name, item]) => [name, withoutZeros(item)] as const)
		.filter(([, item]) => item !== undefined);
	return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function show(value: unknown): string {
	return value === undefined ? "nothing" : JSON.stringify(value);
}

async function waitForName(server: Api, { host, nodeName, discovered }: JoinCheck): Promise<void> {
	const subject = `${host.name}: the cluster at ${discovered.server}`;
	await waitFor({
		subject: `${subject}: the name ${nodeName}`,
		timeoutSeconds: GONE_SECONDS,
		intervalSeconds: 5,
		onStatus: status,
		observe: async () => {
			const nodeInApi = await withReason(subject, () => server.read(object("Node", nodeName)));
			const { conditions = [] } = (nodeInApi?.status ?? {}) as { conditions?: { type: string; status: string }[] };
			if (!conditions.some((condition) => condition.type === "Ready" && condition.status === "True"))
				return { done: true, value: undefined };
			return {
				done: false,
				saw: "a node of this name is Ready: it belongs to another machine, or belonged to this one until a minute ago",
			};
		},
		explain: async () =>
			`  next, on a control plane of the cluster: kubectl get node ${nodeName} -o wide; then: kubectl delete node ${nodeName}, or give this node another name`,
	});
}

/** Explains why the API refuses the credentials. */
async function withReason<T>(subject: string, ask: () => Promise<T>): Promise<T> {
	try {
		return await ask();
	} catch (error) {
		if (!(error instanceof ApiError) || ![401, 403].includes(error.status)) throw error;
		const what =
			error.status === 401
				? "the server does not know these credentials: the token (or certificate) has expired, or belongs to another cluster"
				: 'these credentials may not read what a joining node reads: the token\'s groups must include "system:bootstrappers:kubeadm:default-node-token"';
		throw new Error(`${subject}: ${what}\n    ${error.message}${nextOnControlPlane(PRINT_JOIN)}`, { cause: error });
	}
}

function object(kind: string, name: string, namespace?: string): KubernetesObject {
	return { apiVersion: "v1", kind, metadata: { name, ...(namespace ? { namespace } : {}) } };
}
