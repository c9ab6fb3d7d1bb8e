import { type Lab, type LabHost, until } from "../../../lab/index.ts";
import { kubectl } from "./kubeadm.ts";
import { listing } from "./listing.ts";
import { type Effects, nameOf, sorted } from "./shown.ts";

/** All files of a cluster's hosts, all that its objects ask for, and what runs: each by name, with what tells it from another. */
export interface Scene {
	files: Map<string, string>;
	objects: Map<string, string>;
	/** Containers by component, and the kubelet's process. */
	running: Map<string, string[]>;
}

/** Looks each time once all that was asked for is rolled out. */
export async function scenes({ hosts }: Pick<Lab, "hosts">): Promise<() => Promise<Scene>> {
	const kinds = (await kubectl(hosts[0]!, "api-resources --verbs=list -o name")).split("\n");
	const wanted = kinds.filter((kind) => !consequences.test(kind));
	const looked = [...wanted, "pods", "replicasets.apps"].join(",");
	return async () => {
		const items = await until(
			"DaemonSets and Deployments are rolled out, and removed pods have ended",
			180,
			async (seen) => {
				const { items } = JSON.parse(await kubectl(hosts[0]!, `get ${looked} -A -o json`)) as { items: Found[] };
				const uids = new Set(items.map(({ metadata }) => metadata.uid));
				const behind = items.filter((item) => isBehind(item) || goes(item, uids)).map(nameOf);
				seen(`not yet: ${behind.join(", ")}`);
				return behind.length === 0 ? items : undefined;
			},
		);
		const [files, running] = await Promise.all([Promise.all(hosts.map(filesOf)), Promise.all(hosts.map(runningOn))]);
		return {
			objects: textsOf(items.filter(({ kind }) => kind !== "Pod" && kind !== "ReplicaSet")),
			files: new Map(files.flat()),
			running: joined(running.flat()),
		};
	};
}

interface Found {
	kind: string;
	metadata: {
		name: string;
		namespace?: string;
		uid: string;
		generation?: number;
		deletionTimestamp?: string;
		ownerReferences?: { uid: string }[];
	};
	spec?: { replicas?: number };
	status?: Record<string, number>;
}

/** Source: `kubectl rollout status`, k8s.io/kubectl/pkg/polymorphichelpers/rollout_status.go. */
function isBehind({ kind, metadata, spec, status = {} }: Found): boolean {
	const is = (name: string) => status[name] ?? 0;
	if (kind !== "DaemonSet" && kind !== "Deployment") return false;
	if (is("observedGeneration") < metadata.generation!) return true;
	const [counts, count] =
		kind === "DaemonSet"
			? [["updatedNumberScheduled", "numberAvailable"], is("desiredNumberScheduled")]
			: [["replicas", "updatedReplicas", "availableReplicas"], spec!.replicas!];
	return counts.some((name) => is(name) !== count);
}

/** A kubelet takes a pod's object away when its containers have ended; a collector those whose owner is gone. */
function goes({ kind, metadata }: Found, uids: ReadonlySet<string>): boolean {
	if (kind !== "Pod" && kind !== "ReplicaSet") return false;
	return Boolean(metadata.deletionTimestamp || metadata.ownerReferences?.some(({ uid }) => !uids.has(uid)));
}

/** What is otherwise in a later scene: files and objects that came, went or changed; what runs anew or no longer. */
export function between(before: Scene, after: Scene): Effects {
	return {
		files: changed(before.files, after.files),
		objects: changed(before.objects, after.objects),
		restarts: [...new Set([...before.running.keys(), ...after.running.keys()])]
			.filter((name) => !sameStart(before.running.get(name), after.running.get(name)))
			.sort(),
	};
}

function sameStart(before: string[] = [], after: string[] = []): boolean {
	return after.every((id) => before.includes(id)) && (after.length > 0 || before.length === 0);
}

function changed(before: Map<string, string>, after: Map<string, string>): string[] {
	const names = [...before.keys(), ...after.keys()].filter((name) => before.get(name) !== after.get(name));
	return sorted(names.map((name) => name.replace(/bootstrap-token-[a-z0-9]{6}$/, "bootstrap-token-ID")));
}

/** What components write as they run, the account of what was placed, and what is on its way. */
const passing =
	/^\/(tmp|run|proc|dev|sys)\/|^\/var\/(tmp|cache|log)\/|^\/var\/lib\/(etcd\/member|kubelet\/(pods|plugins|plugins_registry|device-plugins|checkpoints|pod-resources|pki)|pulumi-kubeadm|cni|dhcp|chrony|private|systemd)(\/|$)|cpu_manager_state$|memory_manager_state$|actuated_pods_state|allocated_pods_state/;

async function filesOf(host: LabHost): Promise<[string, string][]> {
	const found = new Map<string, string>();
	for (const line of await listing(host)) {
		const [, kind, facts, path] = /^(file|digest) (.+?) +(\/.*)$/.exec(line) ?? [];
		// A folder's size and time are not in the listing, its mode and owner are.
		if (!kind || passing.test(path!)) continue;
		const name = `${host.name} ${path}`;
		found.set(name, `${found.get(name) ?? ""} ${facts}`);
	}
	return [...found];
}

/** What only follows from other objects, or says what happened. */
const consequences =
	/^(events|leases|componentstatuses|pods|replicasets|controllerrevisions|endpoints|endpointslices|ipaddresses|certificatesigningrequests|podtemplates)(\.|$)/;

function textsOf(items: Found[]): Map<string, string> {
	return new Map(
		items.map((item) => {
			const { status: _status, ...rest } = item;
			return [nameOf(item), JSON.stringify(rest, asked)];
		}),
	);
}

/** Without what the API server counts, and what the cluster's controllers write of their own accord. */
function asked(name: string, value: unknown): unknown {
	if (/^(managedFields|resourceVersion|generation|deployment\.kubernetes\.io\/revision)$/.test(name)) return undefined;
	if (/^jws-kubeconfig-/.test(name)) return undefined;
	if (name === "taints") {
		const taints = (value as { key: string }[]).filter(({ key }) => !key.startsWith("node.kubernetes.io/"));
		return taints.length > 0 ? taints : undefined;
	}
	return value;
}

async function runningOn(host: LabHost): Promise<[string, string][]> {
	const { stdout } = await host.exec(
		"crictl ps -o json && systemctl show -p ExecMainStartTimestampMonotonic --value kubelet",
		{
			check: true,
		},
	);
	const end = stdout.lastIndexOf("}") + 1;
	const { containers } = JSON.parse(stdout.slice(0, end)) as {
		containers: { id: string; metadata: { name: string } }[];
	};
	return [
		[`${host.name} kubelet`, stdout.slice(end).trim()],
		...containers.map(({ id, metadata: { name } }): [string, string] => [
			name === "coredns" ? name : `${host.name} ${name}`,
			id,
		]),
	];
}

function joined(entries: [string, string][]): Map<string, string[]> {
	const found = new Map<string, string[]>();
	for (const [name, id] of entries) found.set(name, [...(found.get(name) ?? []), id]);
	return found;
}
