import { type Addresses, hostCount } from "./addresses.ts";

/** Returns a host's CNI configuration: a bridge for its pods, with addresses from the host's /24. */
export function conflist(podSubnet: string): string {
	const plugins = [
		{
			type: "bridge",
			bridge: "cni0",
			isGateway: true,
			hairpinMode: true,
			ipam: { type: "host-local", ranges: [[{ subnet: podSubnet }]], routes: [{ dst: "0.0.0.0/0" }] },
		},
		{ type: "portmap", capabilities: { portMappings: true } },
	];
	return `${JSON.stringify({ cniVersion: "1.0.0", name: "lab", plugins }, null, 2)}\n`;
}

/** Returns arguments of `ip route add` for host `number`: a default route, routes to the pods of all other hosts, and an unreachable route to the services. */
export function routes(addresses: Addresses, number: number): string[] {
	const others = Array.from({ length: hostCount }, (_, other) => other).filter((other) => other !== number);
	return [
		`default via ${addresses.gateway}`,
		...others.map((other) => `${addresses.podsOf(other)} via ${addresses.host(other)}`),
		// Before kube-proxy has written its rules, a pod's connection to the API's service address must fail at once. With the
		// default route alone it would hang for 30 s.
		`unreachable ${addresses.services}`,
	];
}
