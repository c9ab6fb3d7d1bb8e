import type { Api } from "../../kubernetes/api";
import type { KubernetesObject } from "../../render/kubernetes-object";

/** What the API says of a pod, as far as it is looked at. */
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

/** One way in which a pod does not become ready, recognised in its status. */
interface Symptom {
	layer: string;
	seen: (status: Status) => string | undefined;
	next: (pod: string) => string;
}

/** From the bottom up: the first that fits is the cause. */
const symptoms: Symptom[] = [
	{
		layer: "scheduling",
		seen: ({ conditions = [] }) =>
			conditions.find(({ type, status }) => type === "PodScheduled" && status === "False")?.message,
		next: () => "kubectl describe nodes",
	},
	{
		layer: "image",
		seen: (status) => waiting(status, /Image|RegistryUnavailable|SignatureValidation/),
		next: (pod) => `kubectl describe pod ${pod}`,
	},
	{
		layer: "container exit",
		seen: ended,
		next: (pod) => `kubectl logs ${pod} --all-containers`,
	},
	{
		layer: "pod",
		seen: (status) =>
			waiting(status, /(?:)/) ??
			status.conditions?.find((each) => each.type === "Ready" && each.status !== "True")?.message,
		next: (pod) => `kubectl describe pod ${pod}`,
	},
];

/**
 * Why a workload is not all there, by what scheduler and kubelet say of its pods: the layer, what was seen, the next command.
 */
export async function explainPods(api: Pick<Api, "list">, workload: KubernetesObject): Promise<string> {
	const { namespace, name } = workload.metadata;
	const { selector } = workload.spec as { selector: { matchLabels?: Record<string, string> } };
	const wanted = Object.entries(selector.matchLabels ?? {});
	const pods = (await api.list("v1", "Pod", { fieldSelector: `metadata.namespace=${namespace}` })).filter(
		({ metadata: { labels = {} } }) => wanted.every(([label, value]) => labels[label] === value),
	);
	for (const { layer, seen, next } of symptoms) {
		for (const { metadata, status } of pods) {
			const found = seen(status as Status);
			if (found === undefined) continue;
			const pod = `-n ${namespace} ${metadata.name}`;
			return `  layer: ${layer}\n    pod ${namespace}/${metadata.name}: ${found}\n  next: ${next(pod)}`;
		}
	}
	return `  layer: unknown; no pod of it says why\n  next: kubectl describe ${workload.kind.toLowerCase()} -n ${namespace} ${name}`;
}

/** What a container waits for. */
function waiting(status: Status, reasons: RegExp): string | undefined {
	for (const { name, ready, state } of containers(status)) {
		const { reason = "", message } = state?.waiting ?? {};
		if (!ready && reason && reasons.test(reason))
			return [`container ${name}: ${reason}`, message].filter(Boolean).join(": ");
	}
	return undefined;
}

/** With which code a container ended, now or before it began again. */
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
