import type { ClusterSpec } from "../config/cluster";
import type { NodeSpec } from "../config/node";
import { newId } from "../hosts/placement/place";
import { type HostReference, reach } from "../hosts/reach";
import { claimEtcdData, hasEtcdData, removeEtcdData } from "../phases/etcd/data";
import { acceptsForeignData } from "../phases/preflight/leftovers";
import type { Lifecycle } from "./lifecycle";
import { renderNode } from "./rendering";

/** Arguments of an `EtcdData`. */
export interface EtcdDataArgs {
	/** The control plane's host. */
	host: HostReference;
	/** The cluster whose data it is. */
	cluster: ClusterSpec;
	/** The node that etcd runs on. */
	node: NodeSpec;
}

/** Inputs of an `EtcdData`, as the state keeps them. */
export interface EtcdDataInputs {
	/** The control plane's host. */
	host: HostReference;
	/** Absolute path of etcd's data directory. */
	directory: string;
	/** What a delete does, for the preview of a destroy. */
	onDelete: string;
	/** True where the preflight check for another cluster's data is ignored. Absent otherwise. */
	acceptsForeignData?: true;
}

/**
 * Lifecycle of the data of an etcd on a control plane. etcd's manifest depends on it, so the data is deleted after etcd has
 * ended. Data that a create finds stays on the host. `create` throws an Error for data of another cluster or program.
 */
export const etcdData: Lifecycle<EtcdDataArgs, EtcdDataInputs, object> = {
	check({ host, cluster, node }) {
		const rendered = renderNode({ cluster, node, role: "control-plane" }, (resolved, resolvedNode) => {
			const directory = resolved.etcd.local.dataDir;
			const accepts = acceptsForeignData(resolved, resolvedNode);
			return {
				directory,
				onDelete: `removes ${directory} on ${resolvedNode.name}: all data of the cluster${accepts ? ", unless the data was there before" : ""}`,
				...(accepts ? { acceptsForeignData: true as const } : {}),
			};
		});
		return { host, ...rendered };
	},

	diff: (state, inputs) => (state.directory === inputs.directory ? {} : { replaces: ["directory"] }),

	async create({ host, directory, acceptsForeignData }) {
		const id = newId(directory);
		await claimEtcdData({ host: await reach(host), owner: id, directory }, { acceptsForeignData });
		return { id, outputs: {} };
	},

	async read(_id, state) {
		return (await hasEtcdData(await reach(state.host), state.directory)) ? state : undefined;
	},

	async update() {
		return {};
	},

	async delete(owner, { host, directory }) {
		await removeEtcdData({ host: await reach(host), owner, directory });
	},
};
