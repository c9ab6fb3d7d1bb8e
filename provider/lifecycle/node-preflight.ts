import { isDeepStrictEqual } from "node:util";
import type { ClusterSpec } from "../config/cluster";
import type { NodeSpec } from "../config/node";
import { SpecError } from "../config/problems";
import { leaveRuntime } from "../hosts/container-runtime/runtime";
import { releaseNode } from "../hosts/placement/node-claim";
import { newId } from "../hosts/placement/place";
import { type HostReference, reach } from "../hosts/reach";
import { becomeNode } from "../phases/preflight/become-node";
import { fixedFieldProblems } from "../phases/preflight/fixed-fields";
import { checkEndpoint, preflight } from "../phases/preflight/preflight";
import { pullImages } from "../phases/preflight/pull";
import { type PreflightSubject, preflightSubject } from "../phases/preflight/subject";
import { nodeParts } from "../render/node-plan";
import { staticPodPath } from "../render/static-pods/static-pods";
import { declareControlPlanes } from "./cluster-lock";
import type { Lifecycle } from "./lifecycle";
import { renderNode } from "./rendering";

/** Arguments of a `Preflight`. */
export interface NodePreflightArgs {
	/** The host that is checked. */
	host: HostReference;
	/** The cluster that the host becomes a control plane of. */
	cluster: ClusterSpec;
	/** The node that the host becomes. */
	node: NodeSpec;
	/** Whether the checks are those of `kubeadm join`. `false` selects those of `kubeadm init`. @default true */
	joins?: boolean;
	/**
	 * Whether the host runs etcd without a control plane. The checks are then those of any node and of etcd.
	 * @default false
	 */
	etcdOnly?: boolean;
	/**
	 * Whether the program places the files of `etcd.external` after these checks, which then do not look for them and ask no
	 * member. @default false
	 */
	placesEtcdClient?: boolean;
	/**
	 * Hosts of the cluster's other control planes. Where they know the host as a node that `kubeadm join` made, the node is
	 * taken over. @default none: such a host is refused
	 */
	otherControlPlanes?: HostReference[];
}

/** Inputs of a `Preflight`, as the state keeps them. */
export interface NodePreflightInputs extends PreflightSubject {
	/** The host that is checked. */
	host: HostReference;
	/** Present where the program has no kubelet on this host, because kubeadm's phase `kubelet-start` is skipped. */
	keepsKubelet?: true;
	/** Hosts of the cluster's other control planes, when the host became one. Absent where there were none. */
	otherControlPlanes?: HostReference[];
}

/**
 * Inputs whose change is checked on a host that is already a node: those that decide how images are pulled, and the host
 * name of the cluster's endpoint.
 */
const updatedBy = ["host", "images", "imagePullPolicy", "criSocket", "endpointName"] as const;

/** Outputs of a `Preflight`. */
export interface NodePreflightOutputs {
	/**
	 * Time at which the host was found without a static pod, in milliseconds since 1970. Absent where it had one, and in states
	 * of before this output was there.
	 */
	emptyAt?: number;
}

/**
 * Lifecycle of the preflight checks of a host with a control plane, or with etcd alone, which run once, before anything
 * is placed there, and of the pull of its images. `create` throws at once where the machine is another node, else with
 * all failed checks, else with all images that cannot be pulled. An update pulls the images only where their list
 * changed, and throws where the host name of a changed endpoint does not resolve. `check` throws SpecError for a field
 * that a running node cannot change.
 */
export const nodePreflight: Lifecycle<NodePreflightArgs, NodePreflightInputs, NodePreflightOutputs> = {
	check({ host, cluster, node, joins = true, etcdOnly = false, placesEtcdClient = false, otherControlPlanes }, old) {
		const action = etcdOnly ? "etcd" : joins ? "control plane join" : "init";
		const subjectFor = placesEtcdClient ? withoutEtcdClient : (subject: PreflightSubject) => subject;
		const rendered = renderNode({ cluster, node, role: "control-plane" }, (resolved, resolvedNode) => ({
			...subjectFor(preflightSubject(resolved, resolvedNode, action)),
			...(nodeParts({ ...resolvedNode, command: "join", etcd: resolved.etcd }).hasKubelet
				? {}
				: { keepsKubelet: true as const }),
		}));
		declareControlPlanes(host, otherControlPlanes ?? []);
		const problems = old ? fixedFieldProblems(old, rendered) : [];
		if (problems.length > 0) throw new SpecError("Preflight", problems);
		// Only a create asks them: those of then stay.
		const asked = old ? old.otherControlPlanes : otherControlPlanes;
		const images = inOrder(rendered.images);
		return { host, ...rendered, images, ...(asked ? { otherControlPlanes: asked } : {}) };
	},

	diff: (state, inputs) =>
		// A state that an older release made has no name of an endpoint, and its images in another order.
		updatedBy.every((name) => isDeepStrictEqual(inOrder(state[name] ?? ""), inputs[name])) ? { changes: false } : {},

	async create(inputs) {
		const id = newId(`preflight/${inputs.nodeName}`);
		const { nodeName: node, keepsKubelet, otherControlPlanes: controlPlanes } = inputs;
		const host = await reach(inputs.host);
		const joined = { subject: inputs, controlPlanes };
		const placed = await host.read((["etcd", "kube-apiserver"] as const).map(staticPodPath));
		await becomeNode(host, { owner: id, node, joined, keepsKubelet, check: () => preflight(host, inputs) });
		return { id, outputs: placed.size === 0 ? { emptyAt: Date.now() } : {} };
	},

	async update(_id, state, inputs) {
		const was = state.emptyAt === undefined ? {} : { emptyAt: state.emptyAt };
		const host = await reach(inputs.host);
		if (inputs.endpointName !== "" && state.endpointName !== inputs.endpointName) await checkEndpoint(host, inputs);
		if (isDeepStrictEqual(inOrder(state.images), inputs.images)) return was;
		await pullImages(host, inputs).finally(() => leaveRuntime(host, inputs.criSocket));
		return was;
	},

	async delete(id, state) {
		await releaseNode(await reach(state.host), id);
	},
};

/** Lists words in the alphabet's order, in which a preview shows each by itself. */
function inOrder<T>(value: T): T {
	return Array.isArray(value) ? ([...value].sort() as T) : value;
}

function withoutEtcdClient({ externalEtcd: _files, ...subject }: PreflightSubject): PreflightSubject {
	return subject;
}
