import type { Lab } from "../../../lab/index.ts";
import { kubectl } from "../../clusters/support/kubeadm.ts";
import { objectsOf } from "../../clusters/support/objects.ts";
import { treeOf } from "../../clusters/support/tree.ts";

/** The state of a cluster, a line for each thing: files of all hosts, objects of the API, and what the records on the hosts are about. */
export type ClusterState = Record<string, string>;

/**
 * The state of a cluster once all is rolled out, without what differs from one bring-up to the next.
 * @param same takes out what one text of a program makes different. @default nothing
 */
export async function stateOf({ hosts }: Lab, same = (text: string) => text): Promise<ClusterState> {
	const [controlPlane] = hosts;
	for (const workload of ["deployment/coredns", "daemonset/kube-proxy"])
		await kubectl(controlPlane!, `-n kube-system rollout status ${workload} --timeout=120s`);
	const state: ClusterState = {};
	for (const host of hosts)
		for (const [path, text] of Object.entries(await treeOf(host, folders))) {
			if (own.test(path)) continue;
			const said = path.startsWith(RECORDS) ? text.split("\n")[0]! : undated(text);
			state[`${host.name}: ${path}`] = same(said);
		}
	for (const [name, object] of Object.entries(await objectsOf(controlPlane!)))
		if (!passing.test(name)) state[name] = same(undated(JSON.stringify(object)));
	return state;
}

/** What differs between two states, a line for each thing. */
export function changesOf(wanted: ClusterState, found: ClusterState): string[] {
	const names = [...new Set([...Object.keys(wanted), ...Object.keys(found)])].sort();
	return names
		.filter((name) => wanted[name] !== found[name])
		.map((name) =>
			name in wanted
				? name in found
					? `${name}: ${firstDifference(wanted[name]!, found[name]!)}`
					: `- ${name}`
				: `+ ${name}`,
		);
}

const RECORDS = "/var/lib/pulumi-kubeadm";
const folders = ["/etc/kubernetes", "/var/lib/kubelet", RECORDS];

/**
 * What the kubelet makes for pods, named by their UIDs, and its own certificates, named by their times; records of changes,
 * named by random ids of resources.
 */
const own =
	/^\/var\/lib\/(kubelet\/(pods\/|(actuated|allocated)_pods_state$|dra_manager_state$|pki\/kubelet-client-\d)|pulumi-kubeadm\/updates(\/|$))/;

/** Objects that tell how often something was begun, and pods, which follow from the others. */
const passing = /^(CertificateSigningRequest|Pod|ControllerRevision|ReplicaSet|EndpointSlice|Endpoints|IPAddress) /;

/**
 * A certificate made later than its CA, because of a kill in between, is valid for some minutes less. Nodes get their networks
 * in the order in which the controller manager meets them.
 */
function undated(text: string): string {
	return text
		.replaceAll(/kubelet-client-\d[\d-]+/g, "kubelet-client-TIME")
		.replaceAll(/"podCIDRs?":("[^"]*"|\["[^"]*"\])/g, '"podCIDR":"NETWORK"')
		.replaceAll(/valid for (\d+) min/g, (_, minutes) => `valid for ${Math.round(minutes / 1440)} days`);
}

function firstDifference(wanted: string, found: string): string {
	const index = [...wanted].findIndex((letter, at) => letter !== found[at]);
	const from = Math.max(0, (index < 0 ? wanted.length : index) - 60);
	const part = (text: string) => JSON.stringify(text.slice(from, from + 300));
	return `from character ${from} on, expected ${part(wanted)}, got ${part(found)}`;
}
