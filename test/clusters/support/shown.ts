import { isDeepStrictEqual } from "node:util";
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
	const restarts = all.flatMap(({ step, host }) => {
		if (step.type === "Gate") return readers(step, host, files);
		if (["StaticPodManifest", "Kubelet"].includes(step.type) && filesOf(step).length > 0)
			return [`${host} ${step.type === "Kubelet" ? "kubelet" : (step.is ?? step.was)!.component}`];
		return rolledOut(step, hosts);
	});
	return { files: sorted(files), objects: sorted(plainSteps.flatMap(objectsOf)), restarts: sorted(restarts) };
}

function inPlainForm({ was, is, ...step }: Step): Step {
	return { ...step, ...(was ? { was: plain(was) } : {}), ...(is ? { is: plain(is) } : {}) };
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
	const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => name !== "__provider");
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

/** A gate that is told that credentials change starts those anew which read them. */
function readers({ was, is }: Step, host: string | undefined, files: string[]): string[] {
	if (isDeepStrictEqual(was?.credentials, is?.credentials)) return [];
	return Object.entries(mounted)
		.filter(([, paths]) => files.some((file) => paths.some((path) => `${file}/`.startsWith(`${host} ${path}/`))))
		.map(([component]) => `${host} ${component}`);
}

/** What kubeadm mounts in each component's pod of the files that it writes. */
const mounted = {
	etcd: ["/etc/kubernetes/pki/etcd"],
	"kube-apiserver": ["/etc/kubernetes/pki"],
	"kube-controller-manager": ["/etc/kubernetes/pki", "/etc/kubernetes/controller-manager.conf"],
	"kube-scheduler": ["/etc/kubernetes/scheduler.conf"],
};

/** Pods whose template changes, and those that go. */
function rolledOut({ was, is }: Step, hosts: readonly Host[]): string[] {
	const templates = (inputs?: Values): Map<string, unknown> =>
		new Map(
			(inputs?.objects ?? [])
				.filter(({ kind }: Values) => kind === "DaemonSet" || kind === "Deployment")
				.map(({ metadata, spec }: Values) => [metadata.name, spec.template]),
		);
	const [before, after] = [templates(was), templates(is)];
	return [...new Set([...before.keys(), ...after.keys()])]
		.filter((name) => !isDeepStrictEqual(before.get(name), after.get(name)))
		.flatMap((name) => (name === "kube-proxy" ? hosts.map((host) => `${host.name} ${name}`) : [name]));
}
