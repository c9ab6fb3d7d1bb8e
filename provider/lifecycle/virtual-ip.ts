import { resolveVirtualIP, type VirtualIPSpec } from "../config/endpoint-choice";
import type { RollArgs } from "../config/rollout";
import { isUnknown, maskUnknowns, UNKNOWN } from "../facts/unknown";
import type { Host } from "../hosts/host";
import { type Digests, newId } from "../hosts/placement/place";
import { inTurn } from "../hosts/placement/turn";
import { type HostReference, reach } from "../hosts/reach";
import { awaitBalancer, placeBalancer, readBalancer, removeBalancer } from "../phases/balancer/balancer";
import { awayFromVirtualIP, interfaceFor } from "../phases/balancer/virtual-ip";
import type { ApiServer } from "../render/balancer/haproxy";
import { keepalivedPaths } from "../render/balancer/keepalived";
import { type Balancer, virtualIPBalancer } from "../render/balancer/pods";
import { type Lifecycle, PartialFailure } from "./lifecycle";
import { apiServersAsKnown, unknownFields } from "./rendering";

/** Arguments of a `VirtualIP`. */
export interface VirtualIPArgs extends RollArgs {
	/** The control plane's host. */
	host: HostReference;
	/** Name of the control plane's node. */
	nodeName: string;
	/** The API servers of all control planes, this one's too. */
	apiServers: ApiServer[];
	/** The virtual IP. */
	virtualIP: VirtualIPSpec;
}

/** Inputs of a `VirtualIP`, as the state keeps them. */
export interface VirtualIPInputs extends Balancer {
	/** The control plane's host. */
	host: HostReference;
	/** Name of the control plane's node. */
	nodeName: string;
	/** The virtual IP. */
	address: string;
	/** Addresses of the API servers, by the name of the node. */
	apiServers: Record<string, string>;
	/** Network interface that gets the address. Absent where it is the one with the address of the API server. */
	interface?: string;
}

/** Outputs of a `VirtualIP`. */
export interface VirtualIPOutputs {
	/** SHA-256 of each file on the host, hexadecimal, by absolute path. */
	digests: Digests;
}

/** Limit of the wait for a pod, in seconds: kubeadm's for a component of the control plane. */
const LIMIT = 240;

/**
 * Lifecycle of what a control plane needs to hold a virtual IP: keepalived and haproxy as static pods, and their files.
 * Placed once the kubelet runs. Before an update restarts them, the address moves to another control plane.
 */
export const virtualIP: Lifecycle<VirtualIPArgs, VirtualIPInputs, VirtualIPOutputs> = {
	check({ host, nodeName, apiServers: given, virtualIP: spec }) {
		const apiServers = apiServersAsKnown(given);
		const resolved = resolveVirtualIP(spec);
		const rendered = {
			address: resolved.address,
			...(resolved.interface === undefined ? {} : { interface: resolved.interface }),
			// A name that is not known cannot be a key.
			apiServers: apiServers.some(({ name }) => isUnknown(name))
				? (UNKNOWN as never)
				: Object.fromEntries(apiServers.map(({ name, address }) => [name, address])),
			...virtualIPBalancer({ virtualIP: resolved, nodeName, apiServers }),
		};
		const isOpen = isUnknown(spec) || isUnknown(spec.images);
		return { host, nodeName, ...(isOpen ? unknownFields(rendered) : maskUnknowns(rendered)) };
	},

	async create(inputs) {
		const id = newId(`virtual-ip/${inputs.nodeName}`);
		const host = await reach(inputs.host);
		const files = await interfaceFile(host, inputs);
		return { id, outputs: await place(host, id, { inputs, files }) };
	},

	async read(_id, state) {
		const found = await readBalancer(await reach(state.host), state);
		return found && { ...state, ...found };
	},

	async update(id, state, inputs) {
		const host = await reach(inputs.host);
		const files = await interfaceFile(host, inputs, state);
		const stateDigests = state.digests ?? {};
		return inTurn(host, () => awayFromVirtualIP(host, () => place(host, id, { inputs, files, stateDigests })));
	},

	async delete(id, state) {
		const host = await reach(state.host);
		const files = { ...state.files, [keepalivedPaths.interface]: "" };
		await removeBalancer({ host, owner: id }, { files, pods: state.pods });
	},
};

/**
 * The file with the interface's name, as the host has it. Refuses an address that does not belong there.
 * @param was the inputs of the state: a control plane that goes may hold the address until it is gone
 */
async function interfaceFile(
	host: Host,
	inputs: VirtualIPInputs,
	was?: VirtualIPInputs,
): Promise<Record<string, string>> {
	const { nodeName, address, apiServers, interface: named } = inputs;
	const { [nodeName]: advertiseAddress = "", ...others } = apiServers;
	const { [nodeName]: _own, ...former } = was?.address === address ? was.apiServers : {};
	const place = { nodeName, address, advertiseAddress, peers: [...Object.values(others), ...Object.values(former)] };
	const name = await interfaceFor(host, named === undefined ? place : { ...place, interface: named });
	return named === undefined ? { [keepalivedPaths.interface]: `$INTERFACE=${name}\n` } : {};
}

async function place(
	host: Host,
	owner: string,
	{
		inputs: { files, pods, nodeName },
		files: own,
		stateDigests,
	}: { inputs: VirtualIPInputs; files: Record<string, string>; stateDigests?: Digests },
): Promise<VirtualIPOutputs> {
	const digests = await placeBalancer({ host, owner, stateDigests }, { files: { ...own, ...files }, pods });
	try {
		await awaitBalancer(host, { pods, nodeName, timeoutSeconds: LIMIT });
	} catch (error) {
		throw new PartialFailure(owner, { digests }, error as Error);
	}
	return { digests };
}
