import { ports } from "../facts/ports";
import type { Shape } from "../facts/types/shape";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { parseAddress } from "../go/address";
import { inputProblem } from "./expected";
import type { Problem } from "./problems";
import { ipAddress, type Rule, ruleProblems } from "./rules";

/**
 * A virtual IP address that one of the control planes holds: keepalived moves it, and haproxy passes its connections on
 * to an API server. Both run as static pods on every control plane.
 */
export interface VirtualIPSpec {
	/** IP address that no machine has: of the subnet of the control planes, as it moves by ARP or neighbour discovery. */
	address: string;
	/**
	 * Network interface that gets the address, by its name on every control plane.
	 * @default on each control plane, the interface that has the address of its API server
	 */
	interface?: string;
	/**
	 * VRRP router id, 1 to 255. keepalived talks to the other control planes by unicast and accepts no others, so another
	 * router with the same id does no harm.
	 * @default 51
	 */
	routerId?: number;
	/**
	 * Port of the address. The API server of the same host listens on 6443 of all addresses already.
	 * @default 8443. The next port, on 127.0.0.1, tells whether haproxy and the API server of a host are well
	 */
	port?: number;
	/**
	 * Images of the static pods. An image needs the program of its name in PATH; keepalived's also `sh`, and `curl`,
	 * `wget` or `bash`.
	 */
	images?: {
		/** @default "docker.io/library/haproxy:2.8", as in kubeadm's docs/ha-considerations.md */
		haproxy?: string;
		/** @default "docker.io/osixia/keepalived:2.0.20", as in kubeadm's docs/ha-considerations.md */
		keepalived?: string;
	};
}

/** A proxy on each node's own loopback address, in front of all API servers: haproxy as a static pod. */
export interface LocalProxySpec {
	/**
	 * Port on 127.0.0.1 of every node.
	 * @default 7443. The next port, on 127.0.0.1 too, tells whether haproxy is well
	 */
	port?: number;
	/** Image of haproxy. @default "docker.io/library/haproxy:2.8" */
	image?: string;
}

/** The form of `virtualIP`. */
export const virtualIPShape = {
	address: "string",
	interface: "string?",
	routerId: "int?",
	port: "int?",
	images: { haproxy: "string?", keepalived: "string?" },
} as const satisfies Shape;

/** The form of `localProxy` where it is an object. */
export const localProxyShape = { port: "int?", image: "string?" } as const satisfies Shape;

/** A virtual IP with all defaults filled in, except for the interface. */
export type VirtualIP = Required<Omit<VirtualIPSpec, "interface" | "images">> & {
	interface?: string;
	images: { haproxy: string; keepalived: string };
};

/** A local proxy with all defaults filled in. */
export type LocalProxy = Required<LocalProxySpec>;

/** Address at which the proxy of a node listens. */
export const localProxyAddress = "127.0.0.1";

const haproxyImage = "docker.io/library/haproxy:2.8";

/** Fills in the defaults of a virtual IP. What is not known as a whole is unknown in each part. */
export function resolveVirtualIP(spec: VirtualIPSpec): VirtualIP {
	const unknown = UNKNOWN as never;
	const unknownImages = { haproxy: unknown, keepalived: unknown };
	if (isUnknown(spec))
		return { address: unknown, interface: unknown, routerId: unknown, port: unknown, images: unknownImages };
	const { images = {}, ...rest } = spec;
	return {
		routerId: 51,
		port: ports.virtualIP,
		...rest,
		images: isUnknown(images)
			? unknownImages
			: { haproxy: haproxyImage, keepalived: "docker.io/osixia/keepalived:2.0.20", ...images },
	};
}

/** Fills in the defaults of a local proxy. What is not known as a whole is unknown in each part. */
export function resolveLocalProxy(spec: true | LocalProxySpec): LocalProxy {
	if (isUnknown(spec)) return { port: UNKNOWN as never, image: UNKNOWN };
	return { port: ports.localProxy, image: haproxyImage, ...(spec === true ? {} : spec) };
}

/** The port on 127.0.0.1 at which haproxy tells about itself. An unknown port stays unknown. */
export function healthPortOf(port: number): number {
	return isUnknown(port) ? port : port + 1;
}

/** The three ways by which nodes and people reach the API servers. */
const choices = ["controlPlaneEndpoint", "virtualIP", "localProxy"] as const;

/** Returns the problems of the way by which a cluster's API servers are reached. Values that are not known yet are none. */
export function endpointChoiceProblems(args: Record<string, any>): Problem[] {
	const given = choices.filter((name) => args[name] !== undefined && args[name] !== false && args[name] !== "");
	const several =
		given.length > 1
			? [
					inputProblem({
						path: given[1]!,
						expected: `one of ${choices.join(", ")}`,
						got: given.join(" and "),
						next: "docs/high-availability.md says which to choose",
					}),
				]
			: [];
	const part = Object.fromEntries(choices.map((name) => [name, args[name]]));
	return [...several, ...ruleProblems(rules, part)];
}

const unprivileged = (port: number) =>
	port >= 1024 && port < 65535 && !taken.includes(port) && !taken.includes(port + 1)
		? undefined
		: `a port from 1024 to 65534, which neither it nor the next is one of Kubernetes' own (${taken.join(", ")})`;

const taken: readonly number[] = Object.values(ports).filter(
	(port) => port !== ports.virtualIP && port !== ports.localProxy,
);

const rules: readonly Rule<Record<string, any>>[] = [
	["virtualIP.address", unicastAddress],
	["virtualIP.routerId", (id: number) => (id >= 1 && id <= 255 ? undefined : "an id from 1 to 255")],
	["virtualIP.port", unprivileged],
	["virtualIP.interface", (name: string) => (/^[^\s/{}"]{1,15}$/.test(name) ? undefined : "the name of an interface")],
	["virtualIP.images.*", image],
	["localProxy.port", unprivileged],
	["localProxy.image", image],
];

function unicastAddress(text: string): string | undefined {
	const expected = "an IP address of the control planes' subnet that no machine has";
	const address = parseAddress(text);
	if (!address) return ipAddress(text) && expected;
	const first = address.family === 4 ? address.value >> 24n : address.value >> 120n;
	const isOther =
		address.family === 4 ? first === 0n || first === 127n || first >= 224n : first === 0n || first === 255n;
	return isOther ? expected : undefined;
}

function image(reference: string): string | undefined {
	return /^\S+$/.test(reference) ? undefined : "an image such as registry.example/haproxy:2.8";
}
