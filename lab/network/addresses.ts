/** Number of labs that can run on one machine with different addresses. */
export const networkCount = 8;

/** Number of hosts that one lab can have: each has a /24 for pods. */
export const hostCount = 16;

/** The addresses of one lab, all within 198.18.0.0/15 (RFC 2544: reserved for tests of network devices, not routed). */
export interface Addresses {
	/** /24 of the hosts. */
	hosts: string;
	/** /20 of the pods. */
	pods: string;
	/** /20 of the services. */
	services: string;
	/** The bridge's own address. */
	gateway: string;
	/** Address of host `number`, counted from 0. */
	host(number: number): string;
	/** /24 of the pods on host `number`, counted from 0. */
	podsOf(number: number): string;
}

/** Returns the addresses of network `index`, 0 to 7. */
export function addressesOf(index: number): Addresses {
	const prefix = `198.18.${index}`;
	return {
		hosts: `${prefix}.0/24`,
		pods: `198.19.${index * 16}.0/20`,
		services: `198.19.${128 + index * 16}.0/20`,
		gateway: `${prefix}.1`,
		host: (number) => `${prefix}.${10 + number}`,
		podsOf: (number) => `198.19.${index * 16 + number}.0/24`,
	};
}

/** Returns the network index of a hosts' subnet such as `198.18.3.0/24`. Throws for a subnet outside the lab's range. */
export function networkIndex(subnet: string): number {
	const index = Number(/^198\.18\.(\d)\.0\/24$/.exec(subnet)?.[1] ?? Number.NaN);
	if (index < networkCount) return index;
	throw new Error(`subnet ${subnet}: expected one of 198.18.0.0/24 to 198.18.${networkCount - 1}.0/24`);
}
