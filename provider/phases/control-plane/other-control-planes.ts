import { splitHostPort } from "../../go/address";
import type { Host } from "../../hosts/host";
import { probe } from "../../hosts/probe";
import type { HostReference } from "../../hosts/reach";
import { status } from "../../hosts/status";
import { waitFor } from "../../hosts/wait";
import { type Api, api } from "../../kubernetes/api";
import type { KubernetesObject } from "../../render/kubernetes-object";
import type { Pod } from "../../render/static-pods/pod";
import { shortReason } from "../diagnosis/short-reason";
import { memberOf } from "../etcd/placed-member";
import { etcdProblem } from "../etcd/quorum";

/** Annotation with the address of an API server, on its mirror pod. Source: cmd/kubeadm/app/constants/constants.go. */
const ADDRESS = "kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint";

/** Seconds without a renewal after which the lease of a node is stale. Source: the node lifecycle controller's grace period. */
const LEASE_SECONDS = 40;

/** A control plane whose turn it is. */
export interface Turn {
	/** Reference to the control plane's host. */
	reference: HostReference;
	/** The control plane's host. */
	host: Host;
	/** Name of the node. */
	nodeName: string;
	/** etcd's pod on the host. Absent where etcd is external. */
	etcd?: Pod | undefined;
	/** Whether the host runs etcd without a control plane, so that there is no API to ask. @default false */
	etcdOnly?: boolean;
	/** Limit in seconds. */
	timeoutSeconds: number;
}

/**
 * Waits, before something is restarted on a control plane, until the cluster can do without it: every other API server is
 * ready, etcd has all of its members, and the kubelets of the other control planes renew their leases. On a host with etcd
 * alone, only etcd counts. Does nothing in a cluster of one control plane.
 * @throws WaitError that says what is not well; nothing was changed
 */
export async function waitForTurn({ timeoutSeconds, ...turn }: Turn): Promise<void> {
	const { nodeName, etcdOnly = false } = turn;
	const other = etcdOnly ? "etcd member" : "control plane";
	await waitFor({
		subject: `${nodeName}: not touched while another ${other} is not well`,
		timeoutSeconds,
		onStatus: status,
		observe: async () => {
			try {
				const problems = await (etcdOnly ? etcdProblems(turn) : problemsBeside(turn));
				return problems.length === 0 ? { done: true, value: undefined } : { done: false, saw: problems.join("; ") };
			} catch (error) {
				return { done: false, saw: shortReason(error) };
			}
		},
		explain: async () =>
			`${nodeName} still runs as before. Next: bring the other ${other} back, then run \`pulumi up\` again; where its machine is gone for good, say \`gone: true\` on its node first`,
	});
}

async function problemsBeside({ reference, host, nodeName, etcd }: Omit<Turn, "timeoutSeconds">): Promise<string[]> {
	const server = await api({ controlPlanes: [reference], kubernetesAPICall: "30s" });
	const pods = await server.list("v1", "Pod", { fieldSelector: "metadata.namespace=kube-system" });
	const servers = pods.filter(({ metadata }) => metadata.labels?.component === "kube-apiserver");
	const others = servers.filter((pod) => nodeOf(pod) !== nodeName);
	if (others.length === 0) return [];
	const own = await renewalOf(server, nodeName);
	const found = await Promise.all([
		...others.map((pod) => apiServerProblem(host, pod)),
		...others.map(async (pod) => leaseProblem(nodeOf(pod), own, await renewalOf(server, nodeOf(pod)))),
		etcdProblems({ host, etcd }),
	]);
	return found.flat().filter((problem) => problem !== undefined);
}

async function etcdProblems({ host, etcd }: Pick<Turn, "host" | "etcd">): Promise<string[]> {
	const member = etcd && memberOf(host, etcd);
	const problem = member && (await etcdProblem(member));
	return problem === undefined ? [] : [problem];
}

async function apiServerProblem(host: Host, pod: KubernetesObject): Promise<string | undefined> {
	const { metadata } = pod;
	const nodeName = nodeOf(pod);
	const { host: address, port } = splitHostPort(metadata.annotations?.[ADDRESS] ?? "");
	if (!address) return undefined;
	try {
		const { status: code } = await probe(host, { scheme: "https", address, port: Number(port), path: "/readyz" });
		// An API server that takes no anonymous request answers 401.
		return code === 200 || code === 401 ? undefined : `${nodeName}: kube-apiserver is not ready (status ${code})`;
	} catch (error) {
		return `${nodeName}: kube-apiserver does not answer (${shortReason(error)})`;
	}
}

/** Time at which a node's kubelet renewed the node's lease, in milliseconds. NaN where there is no lease. */
async function renewalOf(server: Api, nodeName: string): Promise<number> {
	const metadata = { name: nodeName, namespace: "kube-node-lease" };
	const lease = await server.read({ apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata });
	return Date.parse((lease?.spec as { renewTime?: string } | undefined)?.renewTime ?? "");
}

/** The own kubelet's last renewal stands for now: this machine's clock may differ from the hosts'. */
function leaseProblem(nodeName: string, own: number, renewed: number): string | undefined {
	return own - renewed < LEASE_SECONDS * 1000 ? undefined : `${nodeName}: its kubelet does not renew the node's lease`;
}

function nodeOf({ spec }: KubernetesObject): string {
	return (spec as { nodeName: string }).nodeName;
}
