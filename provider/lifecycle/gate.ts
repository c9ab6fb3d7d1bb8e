import { isDeepStrictEqual } from "node:util";
import type { ClusterSpec } from "../config/cluster";
import { type NodeSpec, timeoutOf } from "../config/node";
import type { RollArgs } from "../config/rollout";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { durationSeconds } from "../go/duration";
import type { Host } from "../hosts/host";
import { type Digests, newId } from "../hosts/placement/place";
import { type HostReference, reach } from "../hosts/reach";
import { status } from "../hosts/status";
import { awayFromVirtualIP } from "../phases/balancer/virtual-ip";
import { health } from "../phases/components/health";
import { staticPodComponents } from "../phases/components/registry";
import { isFounding } from "../phases/control-plane/founding";
import { waitForTurn } from "../phases/control-plane/other-control-planes";
import { type HealthChecks, healthCheckOf, placedPods } from "../phases/control-plane/placed-pods";
import { restartFailed, type StalePod, stalePods, stopContainers } from "../phases/control-plane/restart";
import { waitForCertificates } from "../phases/control-plane/served-certificates";
import type { EtcdMembers, Pod } from "../render/static-pods/pod";
import { type StaticPodName, staticPodNamesOf } from "../render/static-pods/static-pods";
import { type Lifecycle, nothingToDelete, PartialFailure } from "./lifecycle";
import { membersAsKnown, renderNode } from "./rendering";

/** Arguments of a `Gate`. */
export interface GateArgs extends RollArgs {
	/** The control plane's host. */
	host: HostReference;
	/** The cluster that the control plane belongs to. */
	cluster: ClusterSpec;
	/** The control plane's node. */
	node: NodeSpec;
	/** The etcd members that the cluster was founded with. */
	initialMembers: EtcdMembers;
	/** The components that are asked. @default all that a control plane of the cluster has */
	components?: StaticPodName[];
	/**
	 * Whether the gate waits also while the cluster is being founded. Nothing that the other founders need may depend on it.
	 * @default false
	 */
	waitsInFounding?: boolean;
	/**
	 * Digests of the files that the components read: by kubeadm's name, then by path. A changed digest restarts the
	 * components that read the file, once.
	 */
	credentials: Record<string, Digests>;
}

/** Inputs of a `Gate`, as the state keeps them. */
export interface GateInputs {
	/** The control plane's host. */
	host: HostReference;
	/**
	 * Address at which each component is asked for its health, by kubeadm's name of the component. All else that the
	 * gate needs is in the manifests on the host.
	 */
	healthChecks: HealthChecks;
	/** SHA-256 of the files that each component reads: by kubeadm's name of the component, then by path. */
	credentials: Record<string, Digests>;
	/** Time limit of the wait for each component, in seconds. */
	timeoutSeconds: number;
	/** Name of the node in waits and errors. */
	nodeName: string;
	/** Names of the other control planes that the cluster is founded with. */
	otherFounders: string[];
}

/**
 * Lifecycle of a gate, which passes when every component of a host's control plane is healthy. Changes on the next host
 * wait for the gate. The first `create` of a cluster with several founders does not wait, as etcd has no quorum yet.
 * `create` and `update` throw PartialFailure for a component that is not healthy within its limit.
 */
export const gate: Lifecycle<GateArgs, GateInputs, object> = {
	check({ host, cluster, node, initialMembers, components, waitsInFounding = false, credentials }) {
		const rendered = renderNode({ cluster, node, role: "control-plane" }, (resolved, resolvedNode) => ({
			nodeName: resolvedNode.name,
			healthChecks: Object.fromEntries(
				(components ?? staticPodNamesOf(resolved)).map((name) => [
					name,
					healthCheckOf(
						staticPodComponents[name].render({
							cluster: resolved,
							node: resolvedNode,
							initialMembers: membersAsKnown(initialMembers, resolvedNode),
						}),
					),
				]),
			) as HealthChecks,
		}));
		const timeoutSeconds = durationSeconds(timeoutOf(node, "controlPlaneComponentHealthCheck"));
		const others = waitsInFounding ? [] : otherFounders(initialMembers, node);
		return { host, ...rendered, credentials, timeoutSeconds, otherFounders: others };
	},

	// Which founders the program still has concerns no health.
	diff({ otherFounders: _was, ...state }, { otherFounders: _is, ...inputs }) {
		return isDeepStrictEqual(state, inputs) ? { changes: false } : {};
	},

	async create(inputs) {
		const id = newId("gate");
		try {
			const plane = await controlPlaneOf(inputs);
			const starts = inputs.otherFounders.length > 0 && !(await serves(plane));
			// etcd has no quorum before most of the founders run, so none waits for another.
			const waitsForNone = starts && (await isFounding(plane.host, plane.pods));
			if (!waitsForNone) await waitHealthy(inputs, plane);
		} catch (error) {
			throw new PartialFailure(id, {}, error as Error);
		}
		return { id, outputs: {} };
	},

	async update(id, state, inputs) {
		try {
			await takeUpFiles(inputs, await controlPlaneOf(inputs));
		} catch (error) {
			throw new PartialFailure(id, { credentials: state.credentials }, error as Error);
		}
		return {};
	},

	delete: nothingToDelete,
};

/** Names of the founders other than this node. A name that is not known yet is `UNKNOWN`. */
function otherFounders(members: EtcdMembers, node: NodeSpec): string[] {
	if (isUnknown(members) || isUnknown(node) || isUnknown(node.name)) return UNKNOWN as never;
	const names = members.map((member) => (isUnknown(member) ? UNKNOWN : (member.name ?? UNKNOWN)));
	return names.filter((name) => name !== node.name);
}

/** A control plane as its manifests on the host define it. */
interface ControlPlane {
	host: Host;
	pods: Pod[];
}

async function controlPlaneOf({ host: reference, healthChecks }: GateInputs): Promise<ControlPlane> {
	const host = await reach(reference);
	return { host, pods: await placedPods(host, healthChecks) };
}

/** Waits bottom-up, from etcd on. All components start together, and the lowest failing one is the cause. */
async function waitHealthy(
	{ timeoutSeconds, nodeName }: GateInputs,
	plane: ControlPlane,
	stopped: readonly string[] = [],
): Promise<void> {
	const { host, pods } = plane;
	const isUp = await serves(plane);
	if (!isUp) await restartFailed(host, pods, stopped);
	for (const pod of isUp ? pods : pods.map(withoutReadiness)) {
		const name = pod.metadata.name as StaticPodName;
		await staticPodComponents[name].run({ host, nodeName }, pod, { timeoutSeconds, onStatus: status });
	}
}

/**
 * Brings the files on the host into use: waits for what the components read again by themselves, and restarts those that read
 * a changed file only when they start.
 */
async function takeUpFiles(inputs: GateInputs, plane: ControlPlane): Promise<void> {
	const { host, pods } = plane;
	const stale = await stalePods(host, pods);
	if (stale.length === 0) await waitHealthy(inputs, plane);
	else await restartStale(inputs, plane, stale);
	await waitForCertificates(host, inputs.nodeName, pods);
}

/** Restarts pods, once the cluster can do without what this control plane serves. */
async function restartStale(inputs: GateInputs, plane: ControlPlane, stale: readonly StalePod[]): Promise<void> {
	const { host, pods } = plane;
	const { nodeName, timeoutSeconds } = inputs;
	const served = await serves(plane);
	if (served) {
		// The look at the others goes through this API server, which is not trusted with an expired certificate.
		const others = pods.filter((pod) => !stale.some((each) => each.pod === pod));
		await waitForCertificates(host, nodeName, others);
		const etcd = pods.find(({ metadata }) => metadata.name === "etcd");
		const etcdOnly = apiServerOf(plane) === undefined;
		await waitForTurn({ reference: inputs.host, host, nodeName, etcd, etcdOnly, timeoutSeconds });
	}
	const stopped = stale.map(({ container }) => container);
	await awayFromVirtualIP(host, async () => {
		await stopContainers(host, stopped);
		// A container that this update stopped while it served has not failed.
		await waitHealthy(inputs, plane, served ? stopped : []);
	});
}

/** Whether the API server is ready, or the last component of a host without one. A cluster with a serving API has been founded. */
async function serves(plane: ControlPlane): Promise<boolean> {
	return (await health(plane.host, apiServerOf(plane) ?? plane.pods.at(-1)!)) === "ok";
}

function apiServerOf({ pods }: ControlPlane): Pod | undefined {
	return pods.find(({ metadata }) => metadata.name === "kube-apiserver");
}

/**
 * Removes the readiness probe of the API server's clients in a bring-up, so that their liveness decides, as with
 * kubeadm. Clients become ready only through objects that are created once the API serves.
 *
 * Source: `WaitForControlPlaneComponents`, kubeadm util/apiclient/wait.go.
 */
function withoutReadiness(pod: Pod): Pod {
	if (!clients.includes(pod.metadata.name)) return pod;
	const { readinessProbe: _, ...container } = pod.spec.containers[0]!;
	return { ...pod, spec: { ...pod.spec, containers: [container] } };
}

const clients = ["kube-controller-manager", "kube-scheduler"];
