import type { ClusterSpec } from "../config/cluster";
import { type NodeSpec, timeoutOf } from "../config/node";
import { paths } from "../facts/paths";
import { isUnknown } from "../facts/unknown";
import { durationSeconds } from "../go/duration";
import type { Host } from "../hosts/host";
import { newId } from "../hosts/placement/place";
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

export interface GateArgs {
	host: HostReference;
	cluster: ClusterSpec;
	node: NodeSpec;
	initialMembers: EtcdMembers;
	/** What the components read: a change of any of it restarts those that read it, once. */
	credentials: Record<string, string>;
}

export interface GateInputs {
	host: HostReference;
	/** The pods that must be healthy, as far as it takes to ask them. */
	pods: Pod[];
	credentials: Record<string, string>;
	timeoutSeconds: number;
	/** As waits and their errors name it. */
	nodeName: string;
}

/** Passes when a host's control plane is well: whatever comes after it on other hosts waits for that. */
export const gate: Lifecycle<GateArgs, GateInputs, object> = {
	outputs: [],

	check({ host, cluster, node, initialMembers, credentials }) {
		const rendered = renderNode({ cluster, node, role: "control-plane" }, (resolved, resolvedNode) => ({
			nodeName: resolvedNode.name,
			pods: staticPodNamesOf(resolved).map((name) =>
				askable(
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
		return { host, ...rendered, credentials, timeoutSeconds };
	},

	async create(inputs) {
		const id = newId("gate");
		try {
			await pass(inputs);
		} catch (error) {
			throw new PartialFailure(id, {}, error as Error);
		}
		return { id, outputs: {} };
	},

	async update(id, state, inputs) {
		try {
			const host = await reach(inputs.host);
			const served = await serves(host, inputs);
			const stopped = await restartStale(host, inputs.pods);
			// What served before it was stopped here has not failed.
			await pass(inputs, served ? stopped : []);
		} catch (error) {
			throw new PartialFailure(id, { credentials: state.credentials }, error as Error);
		}
		return {};
	},

	async delete() {},
};

/** From etcd upwards: they start together, but the lowest that fails is the cause. */
async function pass(inputs: GateInputs, stopped: readonly string[] = []): Promise<void> {
	const { pods, timeoutSeconds, nodeName } = inputs;
	const host = await reach(inputs.host);
	const isUp = await serves(host, inputs);
	if (!isUp) await restartFailed(host, pods, stopped);
	for (const pod of isUp ? pods : pods.map(living)) {
		const name = pod.metadata.name as StaticPodName;
		await staticPodComponents[name].run({ host, nodeName }, pod, { timeoutSeconds, onStatus: status });
	}
}

async function serves(host: Host, { pods }: Pick<GateInputs, "pods">): Promise<boolean> {
	return (await health(host, pods.find(({ metadata }) => metadata.name === "kube-apiserver")!)) === "ok";
}

/**
 * In a bring-up it is enough that the API server's clients live, as it is for kubeadm: what makes them ready is brought
 * through the API that can be used from then on. Source: `WaitForControlPlaneComponents`, kubeadm util/apiclient/wait.go.
 */
function living(pod: Pod): Pod {
	if (!clients.includes(pod.metadata.name)) return pod;
	const { readinessProbe: _, ...container } = pod.spec.containers[0]!;
	return { ...pod, spec: { ...pod.spec, containers: [container] } };
}

const clients = ["kube-controller-manager", "kube-scheduler"];

/** Only what says how to ask, and what is read: another flag of the pod is no change of the gate. */
function askable(name: StaticPodName, pod: Pod): Pod {
	if (isUnknown(pod)) return pod;
	const { apiVersion, kind, metadata, spec } = pod;
	const { name: container, ports, readinessProbe, livenessProbe, startupProbe } = mainContainer(pod);
	const volumes = (spec.volumes ?? []).filter(({ hostPath }) => hostPath?.path.startsWith(paths.kubernetesDirectory));
	return {
		apiVersion,
		kind,
		// By this it is known here, whatever a patch calls the pod.
		metadata: { name, namespace: metadata.namespace },
		spec: { containers: [{ name: container, ports, readinessProbe, livenessProbe, startupProbe }], volumes },
	} as Pod;
}
