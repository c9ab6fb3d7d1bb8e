import { isDeepStrictEqual } from "node:util";
import type { Cluster, ClusterSpec } from "../config/cluster";
import { isEnabled } from "../config/features";
import { type NodeSpec, timeoutOf } from "../config/node";
import { SpecError } from "../config/problems";
import type { RollArgs } from "../config/rollout";
import { etcdDataOwner } from "../facts/identities";
import { paths } from "../facts/paths";
import { hasUnknowns, isUnknown, UNKNOWN } from "../facts/unknown";
import { durationSeconds } from "../go/duration";
import { fromYaml, toYaml } from "../go/yaml/write";
import type { Host } from "../hosts/host";
import { type Digests, newId, placedFiles } from "../hosts/placement/place";
import { inTurn } from "../hosts/placement/turn";
import { forgetUndo, hasUndo, keepForUndo, putBack } from "../hosts/placement/undo";
import { type HostReference, reach } from "../hosts/reach";
import { serviceCommand } from "../hosts/service";
import { status } from "../hosts/status";
import { WaitError, waitFor } from "../hosts/wait";
import { awayFromVirtualIP } from "../phases/balancer/virtual-ip";
import type { EtcdPlacement } from "../phases/components/etcd";
import { health } from "../phases/components/health";
import { staticPodComponents } from "../phases/components/registry";
import { waitForTurn } from "../phases/control-plane/other-control-planes";
import { otherManifestsOf, refuseOtherManifests } from "../phases/control-plane/other-manifests";
import { runsAsPlaced } from "../phases/control-plane/sandboxes";
import { explain } from "../phases/diagnosis/explain";
import { memberOf } from "../phases/etcd/placed-member";
import { giveLeadAway } from "../phases/etcd/quorum";
import { isStandalone } from "../phases/kubelet/standalone";
import { acceptsForeignData } from "../phases/preflight/leftovers";
import { anonymousProbeProblems } from "../render/static-pods/anonymous-probes";
import { withoutWaitingFlags } from "../render/static-pods/at-next-start";
import { startsAlike } from "../render/static-pods/initial-cluster";
import type { EtcdMembers, Pod } from "../render/static-pods/pod";
import { type StaticPodName, staticPodPath } from "../render/static-pods/static-pods";
import { type Lifecycle, PartialFailure } from "./lifecycle";
import { membersAsKnown, renderNode } from "./rendering";

/** Arguments of a `StaticPodManifest`. */
export interface StaticPodManifestArgs extends RollArgs {
	/** The control plane's host. */
	host: HostReference;
	/** The component: "etcd", "kube-apiserver", "kube-controller-manager" or "kube-scheduler". */
	component: StaticPodName;
	/** The cluster that the manifest is rendered from. */
	cluster: ClusterSpec;
	/** The node that the manifest is rendered for. */
	node: NodeSpec;
	/** The etcd members that the cluster was founded with. */
	initialMembers: EtcdMembers;
	/**
	 * Names of flags, without dashes, that alone are no reason to restart the component: a running one gets them with its
	 * next other change. @default none
	 */
	flagsAtNextStart?: string[];
}

/** Inputs of a `StaticPodManifest`, as the state keeps them. */
export interface StaticPodManifestInputs {
	/** The control plane's host. */
	host: HostReference;
	/** The component: "etcd", "kube-apiserver", "kube-controller-manager" or "kube-scheduler". */
	component: StaticPodName;
	/** The pod that the manifest file describes. */
	manifest: Pod;
	/** Time limit for a changed component to be healthy again, in seconds. */
	timeoutSeconds: number;
	/** Name of the node, as waits and errors show it. */
	nodeName: string;
	/** For etcd: true where the preflight check for another cluster's data is ignored. Absent otherwise. */
	acceptsForeignData?: true;
	/** For etcd: user and group that own the data directory. Absent where that is the user that etcd runs as. */
	dataOwner?: string;
}

/** Outputs of a `StaticPodManifest`. */
export interface StaticPodManifestOutputs {
	/** SHA-256 of each file on the host, hexadecimal, by absolute path. */
	digests: Digests;
	/**
	 * The pod as it was placed. Present only where the file on the host has other text. A delete removes the host's
	 * files that this pod names.
	 */
	placedManifest?: Pod;
	/**
	 * True after a refresh that found a second manifest of this pod on the host. The next update refuses that file by
	 * name. Absent otherwise.
	 */
	hasOtherManifest?: true;
	/**
	 * True after a refresh that found an interrupted change of this manifest: the new pod was not yet seen healthy.
	 * Absent otherwise.
	 */
	unproved?: true;
}

/**
 * Lifecycle of the static pod of a control plane component. In a bring-up the file is placed without a wait, and the
 * gate waits for all components. Where the component serves already, a change waits until the component serves again,
 * and puts the old file back if it does not. Components of one host change one after the other.
 */
export const staticPodManifest: Lifecycle<StaticPodManifestArgs, StaticPodManifestInputs, StaticPodManifestOutputs> = {
	check({ host, component, cluster, node, initialMembers, flagsAtNextStart = [] }, old) {
		const rendered = renderNode({ cluster, node, role: "control-plane" }, (resolved, resolvedNode) => ({
			nodeName: resolvedNode.name,
			...(component === "etcd" && acceptsForeignData(resolved, resolvedNode)
				? { acceptsForeignData: true as const }
				: {}),
			...(component === "etcd" && hasDataOwner(resolved) ? { dataOwner: etcdDataOwner } : {}),
			manifest: isUnknown(component)
				? (UNKNOWN as never)
				: staticPodComponents[component].render({
						cluster: resolved,
						node: resolvedNode,
						initialMembers: membersAsKnown(initialMembers, resolvedNode),
					}),
		}));
		const problems = anonymousProbeProblems(rendered.manifest);
		if (problems.length > 0) throw new SpecError("StaticPodManifest", problems);
		const manifest =
			old && !hasUnknowns([rendered.manifest, flagsAtNextStart])
				? withoutWaitingFlags(old.manifest, rendered.manifest, flagsAtNextStart)
				: rendered.manifest;
		return { host, component, ...rendered, manifest, timeoutSeconds: healthLimit(node) };
	},

	diff(state, inputs) {
		if (state.component !== inputs.component) return { replaces: ["component"] };
		// A change that was cut off is finished (proved, or undone), whatever the file is like.
		if (state.unproved) return { changes: true, reason: "the last change of the manifest was interrupted" };
		if (state.hasOtherManifest) return { changes: true, reason: "the host has a second manifest of this pod" };
		const { digests: _digests, placedManifest: _placed, acceptsForeignData: _was, ...was } = state;
		const { acceptsForeignData: _is, ...is } = inputs;
		return isDeepStrictEqual(was, is) ? { changes: false } : {};
	},

	async create(inputs) {
		const id = newId(staticPodPath(inputs.component));
		return { id, outputs: await apply(id, inputs) };
	},

	async read(id, state) {
		const path = staticPodPath(state.component);
		const host = await reach(state.host);
		const fileOnHost = (await host.read([path])).get(path);
		if (!fileOnHost) return undefined;
		const others = await otherManifestsOf(host, state.placedManifest ?? state.manifest, path);
		const unproved = await hasUndo({ host, owner: id, path });
		if (unproved)
			status(`${state.nodeName}: ${path}: its last change was cut off; the next \`pulumi up\` proves or undoes it`);
		const drifted = fileOnHost.digest !== state.digests?.[path];
		const manifest = podOf(fileOnHost.content.toString());
		return {
			...state,
			manifest: startsAlike(manifest, state.manifest) ? state.manifest : manifest,
			digests: { [path]: fileOnHost.digest },
			...(drifted ? { placedManifest: state.placedManifest ?? state.manifest } : {}),
			...(unproved ? { unproved: true as const } : {}),
			...(others.length > 0 ? { hasOtherManifest: true as const } : {}),
		};
	},

	async update(id, state, inputs) {
		const isReturned = state.dataOwner !== undefined && inputs.dataOwner === undefined;
		const wanted = isReturned ? { ...inputs, dataOwner: "root" } : inputs;
		const host = await reach(inputs.host);
		const change = () => apply(id, wanted, state.digests ?? {});
		// What is put back on a damaged host may need what is put back beside it, so that none waits for another.
		return (await isOtherOnHost(host, inputs)) ? inTurn(host, () => leaving(host, inputs, change)) : change();
	},

	async delete(id, state) {
		const host = await reach(state.host);
		const path = staticPodPath(state.component);
		if (await hasUndo({ host, owner: id, path })) await forgetUndo(host, path);
		await staticPodComponents[state.component].clean({ host, owner: id }, state.placedManifest ?? state.manifest);
	},
};

/** Without its etcd, an API server serves no more: before either restarts, the virtual IP leaves the host. */
function leaving<T>(host: Host, { component }: StaticPodManifestInputs, change: () => Promise<T>): Promise<T> {
	return component === "etcd" || component === "kube-apiserver" ? awayFromVirtualIP(host, change) : change();
}

/** Whether the host has the manifest of another pod than the wanted one. The kubelet compares pods, not texts. */
async function isOtherOnHost(host: Host, { component, manifest }: StaticPodManifestInputs): Promise<boolean> {
	const path = staticPodPath(component);
	const fileOnHost = (await host.read([path])).get(path);
	return fileOnHost !== undefined && !isDeepStrictEqual(podOf(fileOnHost.content.toString()), podOf(toYaml(manifest)));
}

async function apply(
	id: string,
	inputs: StaticPodManifestInputs,
	stateDigests?: Digests,
): Promise<StaticPodManifestOutputs> {
	const { component: name, timeoutSeconds, nodeName } = inputs;
	const component = staticPodComponents[name];
	const host = await reach(inputs.host);
	const placement: EtcdPlacement = {
		host,
		owner: id,
		stateDigests,
		nodeName,
		acceptsForeignData: inputs.acceptsForeignData,
		dataOwner: inputs.dataOwner,
	};
	const path = staticPodPath(name);
	await refuseOtherManifests(host, inputs.manifest, path);
	const patience = { timeoutSeconds, onStatus: status };
	const before = (await host.read([path])).get(path);
	const was = before && podOf(before.content.toString());
	// The kubelet compares pods too: a changed comment restarts nothing.
	const isOther = was && !isDeepStrictEqual(was, podOf(toYaml(inputs.manifest)));
	const isWell = isOther && (await health(host, was)) === "ok";
	const staysAsFound = isWell && stateDigests === undefined && startsAlike(was, inputs.manifest);
	const manifest = staysAsFound ? was : inputs.manifest;
	const serving = isWell && !staysAsFound;
	if (!serving && !(await hasUndo({ host, owner: id, path }))) {
		// A recorded file that does not exist was deleted by somebody else.
		const isPutBack = stateDigests !== undefined || (!before && (await placedFiles(host, [path])).length > 0);
		const digests = await component.save(placement, manifest);
		// An etcd that lost its data joins anew: its vote comes from the others, and no gate changes with it.
		const joinsAnew = stateDigests !== undefined && name === "etcd" && memberOf(host, manifest)?.joins;
		if (joinsAnew) await waitUntilStarted(host, inputs);
		if (joinsAnew || (isPutBack && (await dependenciesServe(host, name, was))))
			await component.run(placement, manifest, patience);
		return { digests };
	}

	const api = serving && (await healthOf(host, "kube-apiserver"));
	const etcdOnly = api === undefined && name === "etcd" && (await isStandalone(host));
	if (api === "ok" || etcdOnly) {
		const etcd = name === "etcd" ? manifest : await podOnHost(host, "etcd");
		await waitForTurn({ reference: inputs.host, host, nodeName, etcd, etcdOnly, timeoutSeconds });
		const member = name === "etcd" && memberOf(host, manifest);
		if (member) await giveLeadAway(member);
	}
	if (before) await keepForUndo(host, id, before);
	const digests = await component.save(placement, manifest);
	try {
		await waitUntilStarted(host, inputs);
		await component.run(placement, manifest, patience);
	} catch (error) {
		// Any other error, such as a lost connection, tells nothing of the change: the next update goes on from the kept
		// old content.
		if (!(error instanceof WaitError)) throw new PartialFailure(id, { digests }, error as Error);
		status(`${nodeName}: ${name} does not start: the last manifest is put back`);
		const undone = await putBack({ host, owner: id, path });
		const served = podOf(undone.content);
		const after = await component.run(placement, served, patience).then(
			() => `and ${name} serves again`,
			(failure: Error) => `but ${name} does not serve again: ${failure.message}`,
		);
		const message = `${error.message}\n${nodeName}: ${path}: the last manifest that served is put back, ${after}`;
		const outputs = { manifest: served, digests: undone.digests };
		throw new PartialFailure(id, outputs, new Error(message, { cause: error }));
	}
	await forgetUndo(host, path);
	return { digests };
}

/** Waits until the kubelet has started a pod of the placed manifest. */
async function waitUntilStarted(host: Host, inputs: StaticPodManifestInputs): Promise<void> {
	const { component: name, manifest, timeoutSeconds, nodeName } = inputs;
	const runsNew = runsAsPlaced(host, manifest, staticPodPath(name));
	await waitFor({
		subject: `${nodeName}: ${name}`,
		timeoutSeconds,
		onStatus: status,
		observe: async () =>
			(await runsNew())
				? { done: true, value: undefined }
				: { done: false, saw: `the kubelet has not started the new ${name} yet` },
		explain: () => explain(host, manifest),
	});
}

/**
 * Whether a component's dependencies serve. A repaired component then starts by itself, and the update waits for it.
 */
async function dependenciesServe(host: Host, name: StaticPodName, was: Pod | undefined): Promise<boolean> {
	if (name !== "kube-apiserver" && name !== "etcd") return (await healthOf(host, "kube-apiserver")) === "ok";
	// The kubelet does not restart a pod that failed in a bring-up, but the gate does.
	if (typeof was === "object") return false;
	const kubelet = await host.run({
		intent: "see whether the kubelet runs",
		// systemd restarts a kubelet without configuration for ever.
		script: `${serviceCommand.isActive("kubelet")} && [ -s ${paths.kubeletConfiguration} ] && echo runs || echo stopped`,
	});
	if (kubelet.stdout.trim() !== "runs") return false;
	// An external etcd is not asked, as the API server's readiness covers it.
	return name === "etcd" || ["ok", undefined].includes(await healthOf(host, "etcd"));
}

/** Health of a component: "ok", or the symptom. `undefined` where the host has no manifest of the component. */
async function healthOf(host: Host, name: StaticPodName): Promise<string | undefined> {
	const pod = await podOnHost(host, name);
	return pod && health(host, pod);
}

/** The manifest of a component on the host; undefined where there is none. */
async function podOnHost(host: Host, name: StaticPodName): Promise<Pod | undefined> {
	const path = staticPodPath(name);
	const fileOnHost = (await host.read([path])).get(path);
	return fileOnHost && podOf(fileOnHost.content.toString());
}

/** Whether etcd's data belongs to a user of its own although etcd runs as root. */
function hasDataOwner(cluster: Cluster): boolean {
	return cluster.restrictedFiles === true && !isEnabled(cluster, "RootlessControlPlane");
}

/** kubeadm's time limit for a component to be healthy, in seconds. */
function healthLimit(node: NodeSpec): number {
	return durationSeconds(timeoutOf(node, "controlPlaneComponentHealthCheck"));
}

/** Parses a manifest. A broken manifest is returned as its text. */
function podOf(text: string): Pod {
	try {
		return fromYaml(text) as Pod;
	} catch {
		return text as never;
	}
}
