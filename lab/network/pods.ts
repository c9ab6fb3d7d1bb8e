import { type Addresses, hostCount } from "./addresses.ts";

/** The CNI configuration of a host: a bridge for its pods, addresses out of the host's own /24. */
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

/** The arguments of `ip route add` on host `number`: the way out, the pods of every other host there may be, and no way to the services. */
export function routes(addresses: Addresses, number: number): string[] {
	const others = Array.from({ length: hostCount }, (_, other) => other).filter((other) => other !== number);
	return [
		`default via ${addresses.gateway}`,
		...others.map((other) => `${addresses.podsOf(other)} via ${addresses.host(other)}`),
		// Until kube-proxy's rules are there a pod's connection to the API's service address must fail at once: with the default
		// route alone it hangs for 30 s.
		`unreachable ${addresses.services}`,
	];
}
