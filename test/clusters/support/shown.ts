import { isDeepStrictEqual } from "node:util";
import type { Shape } from "../../../provider/lifecycle/shape.ts";
import { shapes } from "../../../provider/lifecycle/shapes.ts";
import { plain } from "../../support/preview-form";
import type { Step } from "./stack.ts";

/** What changes on hosts and in the API, and what starts anew there. */
export interface Effects {
	/** `cp-1 /etc/kubernetes/manifests/etcd.yaml` */
	files: string[];
	/** `ConfigMap kube-system/kubeadm-config` */
	objects: string[];
	/** `cp-1 etcd`; `coredns` alone, which runs on any node. */
	restarts: string[];
}

type Values = Record<string, any>;
type Host = { name: string; address: string };

/** What a preview shows of each resource: the inputs that change, each by its path, which ends at a list of words. */
export function shown(steps: readonly Step[]): Record<string, string[]> {
	return Object.fromEntries(
		steps
			.map(inPlainForm)
			.map(({ op, type, name, was, is }) => [
				`${op} ${type} ${name.replace(/^test-/, "")}`,
				op === "update" ? changedPaths(was, is).sort() : [],
			]),
	);
}

/** What a preview says that will change, told by what the inputs of each resource name. */
export function promised(steps: readonly Step[], hosts: readonly Host[]): Effects {
	const plainSteps = steps.map(inPlainForm);
	const all = plainSteps.map((step) => ({ step, host: hostOf(step, hosts) }));
	const files = all.flatMap(({ step, host }) => filesOf(step).map((path) => `${host} ${path}`));
	const restarts = plainSteps.flatMap((step) => [...restartsSaid(step, hosts), ...ended(step, hosts)]);
	return { files: sorted(files), objects: sorted(plainSteps.flatMap(objectsOf)), restarts: sorted(restarts) };
}

function inPlainForm({ was, is, ...step }: Step): Step {
	const { usual = {} } = (shapes as Record<string, Shape>)[step.type] ?? {};
	const whole = (inputs: Values): Values => ({ ...usual, ...plain(inputs) });
	return { ...step, ...(was ? { was: whole(was) } : {}), ...(is ? { is: whole(is) } : {}) };
}

/** Each once, in order. */
export function sorted(lines: Iterable<string>): string[] {
	return [...new Set(lines)].sort();
}

/** `ConfigMap kube-system/kubeadm-config` */
export function nameOf({ kind, metadata }: { kind: string; metadata: { name: string; namespace?: string } }): string {
	return `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ""}${metadata.name}`;
}

function changedPaths(was: unknown, is: unknown, path = ""): string[] {
	if (isDeepStrictEqual(was, is)) return [];
	const [before, after] = [partsOf(was), partsOf(is)];
	if (!before || !after) return [path];
	const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
		(name) => name !== "__provider" && name !== "restarts",
	);
	const step = (name: string) => (Array.isArray(is) ? `${path}[${name}]` : path ? `${path}.${name}` : name);
	return names.flatMap((name) => changedPaths(before[name], after[name], step(name)));
}

/** The parts of an object; those of a list by their names. */
function partsOf(value: unknown): Values | undefined {
	if (typeof value !== "object" || value === null) return undefined;
	if (!Array.isArray(value)) return value as Values;
	if (value.some((item) => typeof item !== "object")) return undefined;
	return Object.fromEntries(
		value.map((item, index) => [item?.kind ? nameOf(item) : (item?.name ?? item?.key ?? index), item]),
	);
}

function hostOf({ was, is }: Step, hosts: readonly Host[]): string | undefined {
	const said = JSON.stringify((is ?? was)?.host ?? {});
	return hosts.find(({ address }) => said.includes(`"${address}"`))?.name;
}

/** Which file each input of a resource is. */
const filesBy: Record<string, Record<string, (inputs: Values) => string[]>> = {
	StaticPodManifest: { manifest: ({ component }) => [`/etc/kubernetes/manifests/${component}.yaml`] },
	Kubelet: {
		configuration: () => ["/var/lib/kubelet/config.yaml"],
		instanceConfiguration: () => ["/var/lib/kubelet/instance-config.yaml"],
		flags: () => ["/var/lib/kubelet/kubeadm-flags.env"],
		subject: ({ kubeconfigPath }) => [kubeconfigPath],
	},
	Certificate: { request: ({ request }) => [request.certificatePath, request.keyPath] },
	// Without a path it is an output of the program.
	Kubeconfig: { subject: ({ path }) => (path ? [path] : []) },
	HostFile: Object.fromEntries(
		["content", "mode", "owner", "group"].map((input) => [input, ({ path }: Values) => [path]]),
	),
};

function filesOf({ type, was, is }: Step): string[] {
	const changed = Object.entries(filesBy[type] ?? {}).filter(([name]) => !isDeepStrictEqual(was?.[name], is?.[name]));
	return changed.flatMap(([, paths]) => paths((is ?? was)!));
}

function objectsOf({ type, op, was, is }: Step): string[] {
	if (type === "NodeRegistration")
		return ["labels", "annotations", "taints"].some((name) => !isDeepStrictEqual(was?.[name], is?.[name]))
			? [`Node ${(is ?? was)!.nodeName}`]
			: [];
	// Its id is a part of a secret.
	if (type === "BootstrapToken" && op !== "same") return ["Secret kube-system/bootstrap-token-ID"];
	const [before, after] = [was, is].map((inputs) => partsOf(inputs?.objects ?? []) ?? {});
	return [...new Set([...Object.keys(before!), ...Object.keys(after!)])].filter(
		(name) => !isDeepStrictEqual(before![name], after![name]),
	);
}

/** What the input `restarts` of a changed resource says that is new: `cp-1 etcd`. */
function restartsSaid({ op, was, is }: Step, hosts: readonly Host[]): string[] {
	const text: string = is?.restarts ?? "";
	if (op !== "update" || text === "" || text === was?.restarts) return [];
	return text
		.replace(/ again$/, "")
		.split(", ")
		.flatMap((said) => {
			const [component, node] = said.split(" on ");
			return node ? [`${node} ${component}`] : podsOf(said.split("/").at(-1)!, hosts);
		});
}

/** Pods of the workloads that a change deletes. */
function ended({ was, is }: Step, hosts: readonly Host[]): string[] {
	const names = (inputs?: Values): string[] =>
		(inputs?.objects ?? [])
			.filter(({ kind }: Values) => kind === "DaemonSet" || kind === "Deployment")
			.map(({ metadata }: Values) => metadata.name);
	return names(was)
		.filter((name) => !names(is).includes(name))
		.flatMap((name) => podsOf(name, hosts));
}

/** kube-proxy runs on each host; any other workload runs on any node. */
function podsOf(workload: string, hosts: readonly Host[]): string[] {
	return workload === "kube-proxy" ? hosts.map((host) => `${host.name} ${workload}`) : [workload];
}
