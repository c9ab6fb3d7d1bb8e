import type { ClusterSpec } from "../config/cluster";
import { type NodeSpec, timeoutOf } from "../config/node";
import { paths } from "../facts/paths";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { durationSeconds } from "../go/duration";
import type { Host } from "../hosts/host";
import { type Digests, newId } from "../hosts/placement/place";
import { type HostReference, reach } from "../hosts/reach";
import { status } from "../hosts/status";
import { health } from "../phases/components/health";
import { staticPodComponents } from "../phases/components/registry";
import { restartFailed, restartStale } from "../phases/control-plane/restart";
import type { EtcdMembers, Pod } from "../render/static-pods/pod";
import { mainContainer } from "../render/static-pods/readiness";
import { type StaticPodName, staticPodNamesOf } from "../render/static-pods/static-pods";
import { type Lifecycle, PartialFailure } from "./lifecycle";
import { membersAsKnown, renderNode } from "./rendering";

/** Arguments of a `Gate`. */
export interface GateArgs {
	/** The control plane's host. */
	host: HostReference;
	/** The cluster that the control plane belongs to. */
	cluster: ClusterSpec;
	/** The control plane's node. */
	node: NodeSpec;
	/** The etcd members that the cluster was founded with. */
	initialMembers: EtcdMembers;
	/**
	 * Digests of the files that the components read: by kubeadm's name, then by path. A changed digest restarts the
	 * components that read the file, once.
	 */
	credentials: Record<string, Digests>;
}

/** Inputs of a `Gate`, as the state keeps them. */
export interface GateInputs {
	host: HostReference;
	/** The pods that must be healthy, reduced to their probes and the files that they read. */
	pods: Pod[];
	credentials: Record<string, Digests>;
	timeoutSeconds: number;
	/** Name of the node in waits and errors. */
	nodeName: string;
	/** Names of the other control planes that the cluster is founded with. */
	otherFounders: string[];
}

/**
 * A gate, which passes when every component of a host's control plane is healthy. Changes on the next host wait for it.
 */
export const gate: Lifecycle<GateArgs, GateInputs, object> = {
	check({ host, cluster, node, initialMembers, credentials }) {
		const rendered = renderNode({ cluster, node, role: "control-plane" }, (resolved, resolvedNode) => ({
			nodeName: resolvedNode.name,
			pods: staticPodNamesOf(resolved).map((name) =>
				probePart(
					name,
					staticPodComponents[name].render({
						cluster: resolved,
						node: resolvedNode,
						initialMembers: membersAsKnown(initialMembers, resolvedNode),
					}),
				),
			),
		}));
		const timeoutSeconds = durationSeconds(timeoutOf(node, "controlPlaneComponentHealthCheck"));
		return { host, ...rendered, credentials, timeoutSeconds, otherFounders: otherFounders(initialMembers, node) };
	},

	async create(inputs) {
		const id = newId("gate");
		try {
			if (await isFounding(inputs))
				status(`${inputs.nodeName}: comes up together with ${inputs.otherFounders.join(", ")}`);
			else await waitHealthy(inputs);
		} catch (error) {
			throw new PartialFailure(id, {}, error as Error);
		}
		return { id, outputs: {} };
	},

	async update(id, state, inputs) {
		try {
			const host = await reach(inputs.host);
			const served = await apiServerServes(host, inputs);
			const stopped = await restartStale(host, inputs.pods);
			// A container that this update stopped while it served has not failed.
			await waitHealthy(inputs, served ? stopped : []);
		} catch (error) {
			throw new PartialFailure(id, { credentials: state.credentials }, error as Error);
		}
		return {};
	},

	async delete() {},
};

/** Names of the founders other than this node. A name that is not known yet is `UNKNOWN`. */
function otherFounders(members: EtcdMembers, node: NodeSpec): string[] {
	if (isUnknown(members) || isUnknown(node) || isUnknown(node.name)) return UNKNOWN as never;
	const names = members.map((member) => (isUnknown(member) ? UNKNOWN : (member.name ?? UNKNOWN)));
	return names.filter((name) => name !== node.name);
}

/**
 * Whether several control planes are founding the cluster. etcd has no quorum before most of them run, so none waits
 * for another. A cluster with a serving API has been founded.
 */
async function isFounding(inputs: GateInputs): Promise<boolean> {
	return inputs.otherFounders.length > 0 && !(await apiServerServes(await reach(inputs.host), inputs));
}

/** Waits bottom-up, from etcd on. All components start together, and the lowest failing one is the cause. */
async function waitHealthy(inputs: GateInputs, stopped: readonly string[] = []): Promise<void> {
	const { pods, timeoutSeconds, nodeName } = inputs;
	const host = await reach(inputs.host);
	const isUp = await apiServerServes(host, inputs);
	if (!isUp) await restartFailed(host, pods, stopped);
	for (const pod of isUp ? pods : pods.map(withoutReadiness)) {
		const name = pod.metadata.name as StaticPodName;
		await staticPodComponents[name].run({ host, nodeName }, pod, { timeoutSeconds, onStatus: status });
	}
}

async function apiServerServes(host: Host, { pods }: Pick<GateInputs, "pods">): Promise<boolean> {
	return (await health(host, pods.find(({ metadata }) => metadata.name === "kube-apiserver")!)) === "ok";
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

/**
 * The part of a pod that says where it is probed and which files it reads. Any other change of the pod, such as of a
 * probe's limits, does not change the gate.
 */
function probePart(name: StaticPodName, pod: Pod): Pod {
	if (isUnknown(pod)) return pod;
	const { apiVersion, kind, metadata, spec } = pod;
	const container = mainContainer(pod);
	const ports = container.ports?.filter((port) => isProbed(container, port.name));
	const probes = {
		readinessProbe: endpointOf(container.readinessProbe),
		livenessProbe: endpointOf(container.livenessProbe),
	};
	const volumes = (spec.volumes ?? []).filter(({ hostPath }) => hostPath?.path.startsWith(paths.kubernetesDirectory));
	return {
		apiVersion,
		kind,
		// The gate finds the component by this name, even where a patch renames the pod.
		metadata: { name, namespace: metadata.namespace },
		spec: { containers: [{ name: container.name, ports, ...probes }], volumes },
	} as Pod;
}

/** Endpoint of a probe, without the probe's limits. */
function endpointOf(probe: unknown): { httpGet?: unknown } | undefined {
	const { httpGet } = (probe ?? {}) as { httpGet?: unknown };
	return httpGet === undefined ? undefined : { httpGet };
}

/** Whether a probe asks at this port. */
function isProbed(
	{ readinessProbe, livenessProbe }: Pod["spec"]["containers"][number],
	port: string | undefined,
): boolean {
	return [readinessProbe, livenessProbe].some(
		(probe) => (probe as { httpGet?: { port?: unknown } } | undefined)?.httpGet?.port === port,
	);
}
