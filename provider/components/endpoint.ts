import * as pulumi from "@pulumi/pulumi";
import { type LocalProxySpec, localProxyAddress, type VirtualIPSpec } from "../config/endpoint-choice";
import { ports } from "../facts/ports";
import { joinHostPort } from "../go/address";
import type { ApiServer } from "../render/balancer/haproxy";
import type { Inputs, VirtualIP } from "../resources";
import type { ClusterArgs } from "./cluster-args";
import { added, mapped } from "./merged-settings";
import type { Endpoint } from "./node-inputs";

/** What stands in front of the API servers, of this package's own. At most one of the two. */
export interface BalancerChoice {
	/** The address that one of the control planes holds. */
	virtualIP?: Inputs<VirtualIPSpec>;
	/** The proxy on each node. */
	localProxy?: Inputs<LocalProxySpec>;
	/**
	 * Flags that the balancer gives the API servers. One that runs already gets them with its next other change: a restart
	 * for them alone would be an outage of a single control plane. @default none
	 */
	flagsAtNextStart?: pulumi.Input<string[]>;
}

/** What stands in front of the API servers, on one node. */
export interface BalancerArgs extends BalancerChoice {
	/** The API servers of all control planes. */
	apiServers: pulumi.Input<Inputs<ApiServer>[]>;
	/** Virtual IPs of the control planes before this one, which change before this one's. @default none */
	after?: readonly VirtualIP[];
}

/**
 * A cluster's arguments without `virtualIP` and `localProxy`, and with what follows from them. What the program gives
 * itself stays.
 *
 * An API server that ends serves for `shutdown-delay-duration` after it said so at /readyz, which haproxy sees within 2 s. Then it
 * ends its watches one after the other within `shutdown-watch-termination-grace-period`. Without that it waits for them, and its
 * kubelet kills it after 30 s.
 */
export function chooseEndpoint({ virtualIP, localProxy, ...args }: ClusterArgs): {
	args: ClusterArgs;
	balancer: BalancerChoice;
} {
	if (virtualIP) {
		const { address, port = ports.virtualIP } = virtualIP;
		const endpoint = pulumi.Output.isInstance(address) || pulumi.Output.isInstance(port) || isPromise(address);
		const controlPlaneEndpoint = endpoint
			? pulumi.all([address, port]).apply(([host, number]) => joinHostPort(host, number))
			: joinHostPort(address as string, port as number);
		return {
			args: { ...args, controlPlaneEndpoint, apiServer: drained(args.apiServer) },
			balancer: { virtualIP, flagsAtNextStart: flagsOf(args.apiServer) },
		};
	}
	if (!localProxy) return { args, balancer: {} };
	const choice = localProxy === true ? {} : localProxy;
	const server = mapped(choice.port ?? ports.localProxy, (port: number) => `https://${localProxyAddress}:${port}`);
	return {
		args: {
			...args,
			kubeletServer: args.kubeletServer ?? server,
			kubeProxyServer: args.kubeProxyServer ?? server,
			apiServer: mapped(drained(args.apiServer), (settings: { certSANs?: string[] }) => ({
				...settings,
				certSANs: [...new Set([...(settings.certSANs ?? []), localProxyAddress])],
			})) as never,
		},
		balancer: { localProxy: choice, flagsAtNextStart: flagsOf(args.apiServer) },
	};
}

/** The API servers as haproxy needs them. */
export function apiServersOf(endpoints: ReadonlyMap<string, Endpoint>): Inputs<ApiServer>[] {
	return [...endpoints].map(([name, { advertiseAddress, bindPort }]) => ({
		name,
		address: advertiseAddress,
		port: bindPort,
	}));
}

/** Flags by which an API server ends in order, and soon. */
const inOrder = [
	{ name: "shutdown-delay-duration", value: "5s" },
	{ name: "shutdown-watch-termination-grace-period", value: "5s" },
];

function drained(apiServer: ClusterArgs["apiServer"]): ClusterArgs["apiServer"] {
	return mapped(apiServer, (settings: { extraArgs?: unknown } = {}) => ({
		...settings,
		extraArgs: added(settings.extraArgs, inOrder),
	})) as never;
}

/** The flags of `drained`, without one that the program itself gives. */
function flagsOf(apiServer: ClusterArgs["apiServer"]): pulumi.Input<string[]> {
	const own = (list: readonly { name: string }[] = []) =>
		inOrder.map(({ name }) => name).filter((flag) => list.every(({ name }) => name !== flag));
	return mapped(apiServer, ({ extraArgs }: { extraArgs?: never } = {}) => mapped(extraArgs, own)) as pulumi.Input<
		string[]
	>;
}

function isPromise(value: unknown): boolean {
	return value instanceof Promise;
}
