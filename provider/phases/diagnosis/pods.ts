import type { Api } from "../../kubernetes/api";
import type { KubernetesObject } from "../../render/kubernetes-object";

/** Part of a pod's status that is examined. */
interface Status {
	conditions?: { type: string; status: string; message?: string }[];
	initContainerStatuses?: Container[];
	containerStatuses?: Container[];
}

interface Container {
	name: string;
	ready: boolean;
	state?: { waiting?: { reason?: string; message?: string }; terminated?: { exitCode: number } };
	lastState?: { terminated?: { exitCode: number } };
}

/** A known reason why a pod is not ready, recognised in its status. */
interface KnownReason {
	layer: string;
	recognise: (status: Status) => string | undefined;
	next: (pod: string) => string;
}

/** Known reasons, lowest layer first: the first that is recognised is the cause. */
const knownReasons: KnownReason[] = [
	{
		layer: "scheduling",
		recognise: ({ conditions = [] }) =>
			conditions.find(({ type, status }) => type === "PodScheduled" && status === "False")?.message,
		next: () => "kubectl describe nodes",
	},
	{
		layer: "image",
		recognise: (status) => waiting(status, /Image|RegistryUnavailable|SignatureValidation/),
		next: (pod) => `kubectl describe pod ${pod}`,
	},
	{
		layer: "container exit",
		recognise: ended,
		next: (pod) => `kubectl logs ${pod} --all-containers`,
	},
	{
		layer: "pod",
		recognise: (status) =>
			waiting(status, /(?:)/) ??
			status.conditions?.find((each) => each.type === "Ready" && each.status !== "True")?.message,
		next: (pod) => `kubectl describe pod ${pod}`,
	},
];

/**
 * Explains why a DaemonSet or Deployment is not rolled out, by the status of its pods.
 * @returns indented lines with the layer, the evidence and the next command to type; `layer: unknown` where no pod gives a reason
 */
export async function explainPods(api: Pick<Api, "list">, workload: KubernetesObject): Promise<string> {
	const { namespace, name } = workload.metadata;
	const { selector } = workload.spec as { selector: { matchLabels?: Record<string, string> } };
	const wanted = Object.entries(selector.matchLabels ?? {});
	const pods = (await api.list("v1", "Pod", { fieldSelector: `metadata.namespace=${namespace}` })).filter(
		({ metadata: { labels = {} } }) => wanted.every(([label, value]) => labels[label] === value),
	);
	for (const { layer, recognise, next } of knownReasons) {
		for (const { metadata, status } of pods) {
			const symptom = recognise(status as Status);
			if (symptom === undefined) continue;
			const pod = `-n ${namespace} ${metadata.name}`;
			return `  layer: ${layer}\n    pod ${namespace}/${metadata.name}: ${symptom}\n  next: ${next(pod)}`;
		}
	}
	return `  layer: unknown; no pod of the workload gives a reason\n  next: kubectl describe ${workload.kind.toLowerCase()} -n ${namespace} ${name}`;
}

/** The reason that a container gives for waiting, where it matches. */
function waiting(status: Status, reasons: RegExp): string | undefined {
	for (const { name, ready, state } of containers(status)) {
		const { reason = "", message } = state?.waiting ?? {};
		if (!ready && reason && reasons.test(reason))
			return [`container ${name}: ${reason}`, message].filter(Boolean).join(": ");
	}
	return undefined;
}

/** Exit code of a container that ended, also where it has been restarted since. */
function ended(status: Status): string | undefined {
	for (const { name, ready, state, lastState } of containers(status)) {
		const { exitCode = 0 } = state?.terminated ?? lastState?.terminated ?? {};
		if (!ready && exitCode !== 0) return `container ${name}: ended with exit code ${exitCode}`;
	}
	return undefined;
}

function containers({ initContainerStatuses = [], containerStatuses = [] }: Status): Container[] {
	return [...initContainerStatuses, ...containerStatuses];
}
