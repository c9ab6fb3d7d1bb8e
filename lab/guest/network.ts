/**
 * The network of a guest, which QEMU makes in its own process. Nothing leaves the network, and only the forwarded port leads in. Any number of
 * guests can therefore have equal addresses. No lab uses the subnet of the guest itself; the ranges of pods and services are
 * also those of the first lab, which the guest cannot reach.
 */
export const guestNetwork = {
	subnet: "198.18.250.0/24",
	gateway: "198.18.250.2",
	/** Resolver behind an unreachable route, so that queries are refused at once. */
	resolver: "198.18.250.3",
	address: "198.18.250.15",
	pods: "198.19.0.0/20",
	podsOfNode: "198.19.0.0/24",
	services: "198.19.128.0/20",
};
