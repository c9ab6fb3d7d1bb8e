import { isDeepStrictEqual } from "node:util";
import type { ClusterSpec } from "../config/cluster";
import { inputProblem } from "../config/expected";
import { type NodeRole, type NodeSpec, type Taint, timeoutOf } from "../config/node";
import { SpecError } from "../config/problems";
import { structureProblems } from "../config/structure";
import { controlPlaneLabels } from "../facts/identities";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { durationSeconds } from "../go/duration";
import { forgetObjects, objectsOwnedBy, recordObjectOwner } from "../hosts/placement/object-owners";
import { newId } from "../hosts/placement/place";
import { isDestroy } from "../hosts/placement/program";
import { type HostReference, reach } from "../hosts/reach";
import { status } from "../hosts/status";
import { waitFor } from "../hosts/wait";
import { type Api, api, callTimeout, deleteFromApi, readFromApi } from "../kubernetes/api";
import { DRAIN_SECONDS, drain, FORCED_DRAINS } from "../kubernetes/drain";
import { identityOf } from "../kubernetes/objects";
import { ApiError } from "../kubernetes/requests";
import { explainKubelet } from "../phases/diagnosis/explain";
import { watchKubelet } from "../phases/diagnosis/kubelet-ends";
import { refuseLossOfQuorum } from "../phases/etcd/quorum-without";
import { hostOfKubelet } from "../phases/kubelet/kubelet-hosts";
import type { KubernetesObject } from "../render/kubernetes-object";
import { nodeMarks } from "../render/objects/node-marks";
import { type Lifecycle, PartialFailure } from "./lifecycle";
import { isDeclaredGone, isListedIn } from "./machine-guards";
import { renderNode } from "./rendering";

/** Arguments of a `NodeRegistration`. */
export interface NodeRegistrationArgs {
	/** Control planes through which the API is reached, tried in this order. */
	controlPlanes: HostReference[];
	/** The cluster that the node belongs to. */
	cluster: ClusterSpec;
	/** The node, with its labels, annotations and taints. */
	node: NodeSpec;
	/** Role of the node: "control-plane" or "worker". */
	role: NodeRole;
	/** Time limit of the drain before the node is removed, in seconds. @default 120 */
	drainTimeoutSeconds?: number;
	/**
	 * Whether the node is removed even where its drain does not end within the limit, for example because a disruption
	 * budget blocks it. @default false
	 */
	forceDrain?: boolean;
}

/** Inputs of a `NodeRegistration`, as the state keeps them. */
export interface NodeRegistrationInputs {
	/** Control planes through which the API is reached, tried in this order. */
	controlPlanes: HostReference[];
	/** Time limit of a request with its retries, as a Go duration. @default "1m0s" */
	kubernetesAPICall?: string;
	/** Name of the Node object. */
	nodeName: string;
	/** Labels that the program sets, by key. Other labels of the node stay. */
	labels: Record<string, string>;
	/** Annotations that the program sets, by key. Other annotations of the node stay. */
	annotations: Record<string, string>;
	/** Taints that the program sets. Other taints of the node stay. */
	taints: Taint[];
	/** Time limit of the wait until the kubelet has registered the node, in seconds. */
	timeoutSeconds: number;
	/** Time limit of the drain before the node is removed, in seconds. */
	drainTimeoutSeconds: number;
	/** True where the node is removed even if its drain does not end within the limit. Absent otherwise. */
	forceDrain?: boolean;
}

/** Outputs of a `NodeRegistration`. */
export interface NodeRegistrationOutputs {
	/** UID of the Node object. */
	uid: string;
}

/**
 * Lifecycle of the Node object of a node. A create waits until the kubelet has registered the node, then sets labels,
 * annotations and taints. A delete drains the node first, and does nothing where another resource owns the node.
 * `check` throws SpecError for another name of a running node. `create` throws PartialFailure.
 */
export const nodeRegistration: Lifecycle<NodeRegistrationArgs, NodeRegistrationInputs, NodeRegistrationOutputs> = {
	check({ controlPlanes, cluster, node, role, drainTimeoutSeconds = DRAIN_SECONDS, forceDrain = false }, old) {
		const limits = { drainTimeoutSeconds, forceDrain };
		const problems = structureProblems({ drainTimeoutSeconds: "int", forceDrain: "bool" }, limits);
		if (problems.length > 0) throw new SpecError("NodeRegistration", problems);
		// The API server's address has no effect here, and a worker that discovers its cluster does not give one.
		const anywhere = isUnknown(node) ? node : { apiServer: { advertiseAddress: UNKNOWN }, ...node };
		const marks = renderNode({ cluster, node: anywhere, role }, (resolved, resolvedNode) => ({
			nodeName: resolvedNode.name,
			...nodeMarks(resolved, resolvedNode),
		}));
		if (old && !isUnknown(marks.nodeName) && old.nodeName !== marks.nodeName) {
			throw new SpecError("NodeRegistration", [
				inputProblem({
					path: "node.name",
					expected: `"${old.nodeName}" as the running node has it`,
					got: `"${marks.nodeName}": a node cannot be renamed`,
					next: "remove it and add one with the new name",
				}),
			]);
		}
		return {
			controlPlanes,
			...callTimeout(node),
			...marks,
			timeoutSeconds: durationSeconds(timeoutOf(node, "tlsBootstrap")),
			drainTimeoutSeconds,
			...(forceDrain ? { forceDrain } : {}),
		};
	},

	async create(inputs) {
		const id = newId(`node/${inputs.nodeName}`);
		try {
			return { id, outputs: await register(id, inputs) };
		} catch (error) {
			throw new PartialFailure(id, {}, error as Error);
		}
	},

	async read(_id, state) {
		const node = await readFromApi(state, (server) => server.read(nodeObject(state.nodeName)));
		if (!node) return undefined;
		const {
			labels = {},
			annotations = {},
			uid,
		} = node.metadata as { labels?: Record<string, string>; annotations?: Record<string, string>; uid?: string };
		return {
			...state,
			uid: uid ?? "",
			labels: only(labels, state.labels),
			annotations: only(annotations, state.annotations),
			taints: ownTaints(node, state.taints),
		};
	},

	async update(id, state, inputs) {
		return register(id, inputs, state);
	},

	async delete(id, state) {
		const { made: ownObjects } = await objectsOwnedBy(state.controlPlanes, [recordedName(state)], id);
		if (ownObjects.length === 0) return;
		if (controlPlaneLabels[0] in state.labels) await refuseLossOfQuorum(state.nodeName);
		await deleteFromApi(state, async (server) => {
			await drainUnlessGone(server, state);
			await server.delete(nodeObject(state.nodeName));
		});
		await forgetObjects(state.controlPlanes, ownObjects);
	},
};

/**
 * Drains a node, unless its name or one of its addresses in the API is declared gone: then no kubelet is there to end the
 * node's pods.
 */
async function drainUnlessGone(server: Api, state: NodeRegistrationInputs): Promise<void> {
	const { nodeName, drainTimeoutSeconds: timeoutSeconds } = state;
	const node = await server.read(nodeObject(nodeName));
	const { addresses = [] } = (node?.status ?? {}) as { addresses?: { address: string }[] };
	if ([nodeName, ...addresses.map(({ address }) => address)].some(isDeclaredGone))
		return status(`node ${nodeName}: its machine is gone, so the node is not drained`);
	// A destroy takes away all nodes: no other one can take the pods over.
	const isForced = state.forceDrain === true || isListedIn(FORCED_DRAINS, nodeName) || isDestroy();
	await drain(server, { nodeName, timeoutSeconds, isForced, onStatus: status });
}

async function register(
	id: string,
	inputs: NodeRegistrationInputs,
	old?: Partial<NodeRegistrationInputs>,
): Promise<NodeRegistrationOutputs> {
	const server = await api(inputs);
	const machine = hostOfKubelet(inputs.nodeName);
	/** Looks at the node's machine only where the node is missing: a registered node is marked also while its machine is down. */
	let ended: (() => Promise<string | undefined>) | undefined;
	const node = await waitFor<KubernetesObject>({
		subject: `node ${inputs.nodeName}`,
		timeoutSeconds: inputs.timeoutSeconds,
		onStatus: status,
		observe: async () => {
			const nodeInApi = await server.read(nodeObject(inputs.nodeName));
			if (!nodeInApi) {
				ended ??= machine ? watchKubelet(await reach(machine)) : async () => undefined;
				const end = await ended();
				return end
					? { done: false, saw: `the kubelet ${end}`, hopeless: true }
					: { done: false, saw: "the kubelet has not registered the node yet" };
			}
			try {
				await mark(server, nodeInApi, inputs, old);
			} catch (error) {
				if (error instanceof ApiError && error.status === 409) return { done: false, saw: error.message };
				throw error;
			}
			return { done: true, value: nodeInApi };
		},
		...(machine ? { explain: async () => explainKubelet(await reach(machine)) } : {}),
	});
	await recordObjectOwner(inputs.controlPlanes, [recordedName(inputs)], id);
	return { uid: String((node.metadata as { uid?: string }).uid) };
}

/**
 * Sets the node's labels, annotations and taints, and keeps those of others.
 *
 * Source: `MarkControlPlane`, kubeadm phases/markcontrolplane/markcontrolplane.go.
 */
async function mark(
	server: Api,
	node: KubernetesObject,
	inputs: NodeRegistrationInputs,
	old: Partial<NodeRegistrationInputs> = {},
): Promise<void> {
	const gone = (was: Record<string, string> = {}, is: Record<string, string>): Record<string, string> =>
		Object.fromEntries(
			Object.keys(was)
				.filter((key) => !(key in is))
				.map((key) => [key, null as never]),
		);
	const others = taintsOf(node).filter(
		(taint) => ![...(old.taints ?? []), ...inputs.taints].some((managedTaint) => sameTaint(managedTaint, taint)),
	);
	const taints = [...others, ...inputs.taints];
	const sameTaints = isDeepStrictEqual(taintsOf(node), taints);
	const { resourceVersion } = node.metadata as { resourceVersion?: string };
	await server.patch({
		...nodeObject(inputs.nodeName),
		metadata: {
			name: inputs.nodeName,
			// A merge patch replaces the whole list. With the version, the patch fails where somebody else changed the taints
			// meanwhile.
			...(sameTaints ? {} : { resourceVersion }),
			labels: { ...gone(old.labels, inputs.labels), ...inputs.labels },
			annotations: { ...gone(old.annotations, inputs.annotations), ...inputs.annotations },
		},
		...(sameTaints ? {} : { spec: { taints } }),
	} as KubernetesObject);
}

function ownTaints(node: KubernetesObject, wanted: Taint[]): Taint[] {
	const current = taintsOf(node);
	return wanted.flatMap((taint) => {
		const currentTaint = current.find((other) => sameTaint(other, taint));
		return currentTaint
			? [{ ...taint, ...(currentTaint.value || taint.value ? { value: currentTaint.value ?? "" } : {}) }]
			: [];
	});
}

function taintsOf(node: KubernetesObject): Taint[] {
	return (node.spec as { taints?: Taint[] } | undefined)?.taints ?? [];
}

function sameTaint(a: Taint, b: Taint): boolean {
	return a.key === b.key && a.effect === b.effect;
}

function only(current: Record<string, string>, wanted: Record<string, string>): Record<string, string> {
	return Object.fromEntries(
		Object.keys(wanted).flatMap((key) => (current[key] === undefined ? [] : [[key, current[key]]])),
	);
}

function recordedName({ nodeName }: Pick<NodeRegistrationInputs, "nodeName">): string {
	return identityOf(nodeObject(nodeName));
}

function nodeObject(name: string): KubernetesObject {
	return { apiVersion: "v1", kind: "Node", metadata: { name } };
}
