import { isDeepStrictEqual } from "node:util";
import type { RollArgs } from "../config/rollout";
import { hasUnknowns, isUnknown } from "../facts/unknown";
import type { KubernetesObject } from "../render/kubernetes-object";
import type { GateInputs } from "./gate";
import type { KubeletInputs } from "./kubelet-inputs";
import type { KubeletVersionInputs } from "./kubelet-version";
import type { LocalProxyInputs } from "./local-proxy";
import type { ObjectsInputs } from "./objects-lifecycle";
import { keyOfObject } from "./preview-form";
import type { ResourceKind } from "./shapes";
import type { StandaloneKubeletInputs } from "./standalone-kubelet";
import type { StaticPodManifestInputs } from "./static-pod-manifest";

/**
 * Name of the input that says what an update restarts: `kube-apiserver on cp-1`. The input is shown in a preview and is
 * neither compared nor used.
 */
export const RESTARTS = "restarts";

/**
 * Returns the text of `restarts` for new inputs. A text that the state has already is said with "again", as a preview
 * shows only what differs.
 * @param args arguments of the program, which say the order of a roll
 * @param before the inputs of the state, and the text of `restarts` among them
 * @returns `undefined` for a resource that is created, and where no update since the last refresh restarts anything
 */
export function restartsOf(
	kind: ResourceKind,
	before: { inputs: object | undefined; restarts: unknown },
	inputs: object,
	{ rollsAfter = [] }: RollArgs = {},
): string | undefined {
	const { inputs: olds, restarts: last } = before;
	if (!olds || isDeepStrictEqual(olds, inputs)) return undefined;
	const names = restarts[kind]?.(olds, inputs) ?? [];
	const order = names.length > 0 && rollsAfter.length > 0 ? ` after ${rollsAfter.join(" and ")}` : "";
	const text = `${names.join(", ")}${order}`;
	if (text === "") return typeof last === "string" ? last : undefined;
	return text === last ? `${text} ${AGAIN}` : text;
}

const AGAIN = "again";

/** What an update restarts, by kind of resource. A kind that is not listed restarts nothing. */
const restarts: { readonly [kind in ResourceKind]?: (olds: any, inputs: any) => string[] } = {
	StaticPodManifest: (olds: StaticPodManifestInputs, { manifest, component, nodeName }: StaticPodManifestInputs) =>
		differs(olds.manifest, manifest) ? [on(component, nodeName)] : [],
	Kubelet: (olds: KubeletInputs, inputs: KubeletInputs) =>
		differs(readByKubelet(olds), readByKubelet(inputs)) ? [on("kubelet", inputs.nodeName)] : [],
	KubeletVersion: (olds: KubeletVersionInputs, { version, nodeName }: KubeletVersionInputs) =>
		differs(olds.version, version) ? [`${on("kubelet", nodeName)}, whose pods move away before`] : [],
	StandaloneKubelet: (olds: StandaloneKubeletInputs, inputs: StandaloneKubeletInputs) =>
		differs([olds.configuration, olds.flags], [inputs.configuration, inputs.flags])
			? [on("kubelet", inputs.nodeName)]
			: [],
	VirtualIP: changedPods,
	LocalProxy: changedPods,
	Gate: (olds: GateInputs, { credentials, nodeName, healthChecks }: GateInputs) => {
		const changed = Object.keys(credentials).filter((name) => isOther(olds.credentials?.[name], credentials[name]));
		const components = new Set(changed.map((name) => readAtStart[name]));
		return Object.keys(healthChecks)
			.filter((component) => components.has(component))
			.map((component) => on(component, nodeName));
	},
	Addon: podTemplates,
	CoreDns: podTemplates,
	KubeProxy: podTemplates,
};

/** The static pods that differ. */
function changedPods({ pods: olds }: LocalProxyInputs, { pods, nodeName }: LocalProxyInputs): string[] {
	const names = Object.keys(pods) as (keyof typeof pods)[];
	return names.filter((name) => differs(olds?.[name], pods[name])).map((name) => on(name, nodeName));
}

/** What the kubelet reads when it starts. */
function readByKubelet({ configuration, instanceConfiguration, flags, subject }: KubeletInputs): object {
	return { configuration, instanceConfiguration, flags, server: subject?.server };
}

/**
 * The component that reads a credential only when it starts, by the credential's file. The API server and etcd read their
 * certificates again by themselves.
 *
 * Source: BuildConfigFromFlags in kube-controller-manager app/options/options.go and kube-scheduler app/options/options.go.
 */
const readAtStart: Readonly<Record<string, string>> = {
	"controller-manager.conf": "kube-controller-manager",
	"scheduler.conf": "kube-scheduler",
};

/** The pods that are replaced, as the template of their workload differs: `pods of Deployment kube-system/coredns`. */
function podTemplates(olds: ObjectsInputs, { objects }: ObjectsInputs): string[] {
	if (!Array.isArray(olds.objects) || !Array.isArray(objects)) return [];
	const before = new Map(olds.objects.filter(isNamed).map((object) => [keyOfObject(object), object]));
	return objects
		.filter(isNamed)
		.filter(
			(object) =>
				before.has(keyOfObject(object)) && differs(templateOf(before.get(keyOfObject(object))!), templateOf(object)),
		)
		.map((object) => `pods of ${keyOfObject(object)}`);
}

/** Whether an object's kind and name are known. */
function isNamed(object: KubernetesObject): boolean {
	return (
		!isUnknown(object) && !isUnknown(object.kind) && !isUnknown(object.metadata) && !hasUnknowns(keyOfObject(object))
	);
}

function templateOf({ spec }: KubernetesObject): unknown {
	return (spec as { template?: unknown } | undefined)?.template;
}

function on(component: string, nodeName: string): string {
	return `${component} on ${isUnknown(nodeName) ? "this node" : nodeName}`;
}

/** Whether a credential changes. A digest that is not known yet is that of a file that will be written. */
function isOther(old: unknown, value: unknown): boolean {
	return hasUnknowns(value) || differs(old, value);
}

/** Whether two values differ where both are known. */
function differs(old: unknown, value: unknown): boolean {
	if (isUnknown(old) || isUnknown(value)) return false;
	if (typeof old !== "object" || typeof value !== "object" || old === null || value === null) return old !== value;
	const keys = new Set([...Object.keys(old), ...Object.keys(value)]);
	return [...keys].some((key) => differs(old[key as never], value[key as never]));
}
