import { isDeepStrictEqual } from "node:util";
import type { Cluster, ClusterSpec } from "../config/cluster";
import { isEnabled } from "../config/features";
import { type NodeSpec, timeoutOf } from "../config/node";
import { SpecError } from "../config/problems";
import type { RollArgs } from "../config/rollout";
import { etcdDataOwner } from "../facts/identities";
import { hasUnknowns, isUnknown, UNKNOWN } from "../facts/unknown";
import { durationSeconds } from "../go/duration";
import { type Digests, newId } from "../hosts/placement/place";
import { forgetUndo, hasUndo } from "../hosts/placement/undo";
import { type HostReference, reach } from "../hosts/reach";
import { status } from "../hosts/status";
import { staticPodComponents } from "../phases/components/registry";
import { podOf } from "../phases/control-plane/host-manifests";
import { otherManifestsOf } from "../phases/control-plane/other-manifests";
import { ManifestChangeError, placeManifest } from "../phases/control-plane/place-manifest";
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
		return { id, outputs: await place(id, inputs) };
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
		return place(id, wanted, state.digests ?? {});
	},

	async delete(id, state) {
		const host = await reach(state.host);
		const path = staticPodPath(state.component);
		if (await hasUndo({ host, owner: id, path })) await forgetUndo(host, path);
		await staticPodComponents[state.component].clean({ host, owner: id }, state.placedManifest ?? state.manifest);
	},
};

/** Places the manifest, and keeps what is on the host also where that failed. */
async function place(
	id: string,
	inputs: StaticPodManifestInputs,
	stateDigests?: Digests,
): Promise<StaticPodManifestOutputs> {
	const { host: reference, ...placed } = inputs;
	const host = await reach(reference);
	try {
		return { digests: await placeManifest({ ...placed, reference, host, owner: id, stateDigests }) };
	} catch (error) {
		if (!(error instanceof ManifestChangeError)) throw error;
		throw new PartialFailure(id, error.onHost, error);
	}
}

/** Whether etcd's data belongs to a user of its own although etcd runs as root. */
function hasDataOwner(cluster: Cluster): boolean {
	return cluster.restrictedFiles === true && !isEnabled(cluster, "RootlessControlPlane");
}

/** kubeadm's time limit for a component to be healthy, in seconds. */
function healthLimit(node: NodeSpec): number {
	return durationSeconds(timeoutOf(node, "controlPlaneComponentHealthCheck"));
}
