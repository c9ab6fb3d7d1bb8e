import { type LocalProxySpec, resolveLocalProxy } from "../config/endpoint-choice";
import { isUnknown, maskUnknowns } from "../facts/unknown";
import { type Digests, newId } from "../hosts/placement/place";
import { type HostReference, reach } from "../hosts/reach";
import { placeBalancer, readBalancer, removeBalancer } from "../phases/balancer/balancer";
import type { ApiServer } from "../render/balancer/haproxy";
import { type Balancer, localProxyBalancer } from "../render/balancer/pods";
import type { Lifecycle } from "./lifecycle";
import { apiServersAsKnown, unknownFields } from "./rendering";

/** Arguments of a `LocalProxy`. */
export interface LocalProxyArgs {
	/** The node's host. */
	host: HostReference;
	/** Name of the node. */
	nodeName: string;
	/** The API servers of all control planes. */
	apiServers: ApiServer[];
	/** Port and image of the proxy. */
	localProxy: LocalProxySpec;
}

/** Inputs of a `LocalProxy`, as the state keeps them. */
export interface LocalProxyInputs extends Balancer {
	/** The node's host. */
	host: HostReference;
	/** Name of the node. */
	nodeName: string;
}

/** Outputs of a `LocalProxy`. */
export interface LocalProxyOutputs {
	/** SHA-256 of each file on the host, hexadecimal, by absolute path. */
	digests: Digests;
}

/**
 * Lifecycle of the proxy of a node in front of all API servers: haproxy as a static pod, and its configuration. Placed
 * before the kubelet starts, which runs static pods before it has reached an API server, and so joins through it.
 */
export const localProxy: Lifecycle<LocalProxyArgs, LocalProxyInputs, LocalProxyOutputs> = {
	check({ host, nodeName, apiServers, localProxy: spec }) {
		const balancer = localProxyBalancer(resolveLocalProxy(spec), apiServersAsKnown(apiServers));
		return { host, nodeName, ...(isUnknown(spec) ? unknownFields(balancer) : maskUnknowns(balancer)) };
	},

	async create(inputs) {
		const id = newId(`local-proxy/${inputs.nodeName}`);
		return { id, outputs: { digests: await placeBalancer({ host: await reach(inputs.host), owner: id }, inputs) } };
	},

	async read(_id, state) {
		const found = await readBalancer(await reach(state.host), state);
		return found && { ...state, ...found };
	},

	async update(id, state, inputs) {
		const host = await reach(inputs.host);
		return { digests: await placeBalancer({ host, owner: id, stateDigests: state.digests ?? {} }, inputs) };
	},

	async delete(id, state) {
		await removeBalancer({ host: await reach(state.host), owner: id }, state);
	},
};
