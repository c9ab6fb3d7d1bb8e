import { isDeepStrictEqual } from "node:util";
import type { ClusterSpec } from "../config/cluster";
import type { NodeSpec } from "../config/node";
import { leaveRuntime } from "../hosts/container-runtime/runtime";
import { newId } from "../hosts/placement/place";
import { type HostReference, reach } from "../hosts/reach";
import { preflight } from "../phases/preflight/preflight";
import { pullImages } from "../phases/preflight/pull";
import { type PreflightSubject, preflightSubject } from "../phases/preflight/subject";
import type { Lifecycle } from "./lifecycle";
import { renderNode } from "./rendering";

export interface NodePreflightArgs {
	/** The host that is checked. */
	host: HostReference;
	/** The cluster that the host is to be a control plane of. */
	cluster: ClusterSpec;
	/** The node that the host is to be. */
	node: NodeSpec;
	/** Whether the node is checked as by `kubeadm join`, or else as by `kubeadm init`. @default true */
	joins?: boolean;
}

export interface NodePreflightInputs extends PreflightSubject {
	host: HostReference;
}

/** What a control plane's images are pulled by: a change of anything else is nothing to do for a host that is a node. */
const pulledBy = ["host", "images", "imagePullPolicy", "criSocket"] as const;

/** The look at a control plane's host before anything is placed there, and the pull of its images, also when they change. */
export const nodePreflight: Lifecycle<NodePreflightArgs, NodePreflightInputs, object> = {
	check({ host, cluster, node, joins = true }) {
		const rendered = renderNode({ cluster, node, role: "control-plane" }, (resolved, resolvedNode) =>
			preflightSubject(resolved, resolvedNode, joins ? "control plane join" : "init"),
		);
		return { host, ...rendered };
	},

	diff: (state, inputs) =>
		pulledBy.every((name) => isDeepStrictEqual(state[name], inputs[name])) ? { changes: false } : {},

	async create(inputs) {
		const host = await reach(inputs.host);
		await preflight(host, inputs);
		return { id: newId(`preflight/${inputs.nodeName}`), outputs: {} };
	},

	async update(_id, state, inputs) {
		if (isDeepStrictEqual(state.images, inputs.images)) return {};
		const host = await reach(inputs.host);
		await pullImages(host, inputs).finally(() => leaveRuntime(host, inputs.criSocket));
		return {};
	},

	async delete() {},
};
