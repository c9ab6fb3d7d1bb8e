import type { Host } from "../../hosts/host";
import { waitFor } from "../../hosts/wait";
import type { KubernetesObject } from "../../render/kubernetes-object";
import { fromYaml } from "../../render/yaml";
import { type Api, apiOver } from "../kubernetes/api";
import { connectBy } from "../kubernetes/connection";
import { parseKubeconfig, wayOf } from "../kubernetes/kubeconfig-file";
import { ApiError } from "../kubernetes/requests";
import { status } from "../status";
import type { Discovered } from "./discover";
import { withExecCredentials } from "./exec-credentials";
import { PRINT_JOIN } from "./words";

/** What the program says of the cluster that a node joins, as far as the node depends on it. */
export interface ExpectedCluster {
	/** `v1.37.2` */
	kubernetesVersion: string;
	dnsDomain: string;
	serviceSubnet: string;
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
		of: ({ kubernetesVersion = "" }) => minorOf(kubernetesVersion),
		expected: ({ kubernetesVersion }) => minorOf(kubernetesVersion),
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
	await compareConfiguration(server, joining);
	if (!joining.rejoins) await waitForName(server, joining);
}

async function compareConfiguration(server: Api, { host, discovered, expected }: Joining): Promise<void> {
	const subject = `${host.name}: the cluster at ${discovered.server}`;
	const found = await answered(subject, () => server.read(object("ConfigMap", "kubeadm-config", "kube-system")));
	const text = (found as { data?: Record<string, string> } | undefined)?.data?.ClusterConfiguration;
	if (!text)
		throw new Error(
			`${subject}: expected its configuration in the ConfigMap kubeadm-config, got none\n  next, on a control plane of the cluster: kubeadm init phase upload-config kubeadm`,
		);
	const configuration = fromYaml(text) as ClusterConfiguration;
	const problems = compared.flatMap(({ field, of, expected: wanted }) => {
		const [is, said] = [of(configuration), wanted(expected)];
		return is === said ? [] : [`cluster.${field}: expected ${is} as the cluster has it, got ${said}`];
	});
	if (problems.length > 0)
		throw new Error(
			`${subject} is not as the program describes it\n${problems.map((problem) => `    ${problem}`).join("\n")}\n  next, on a control plane of the cluster: kubectl -n kube-system get cm kubeadm-config -o jsonpath='{.data.ClusterConfiguration}'`,
		);
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

function minorOf(version: string): string {
	return /^v?(\d+\.\d+)/.exec(version)?.[1] ?? version;
}
