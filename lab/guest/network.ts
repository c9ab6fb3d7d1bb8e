/**
 * The network of a guest, made by QEMU in its own process: nothing leaves it, and only the forwarded port leads in. So any number of guests
 * can have the same addresses, which are those that no lab uses.
 */
export const guestNetwork = {
	subnet: "198.18.250.0/24",
	gateway: "198.18.250.2",
	/** An unreachable route leads there: questions are refused at once. */
	resolver: "198.18.250.3",
	address: "198.18.250.15",
	pods: "198.19.0.0/20",
	podsOfNode: "198.19.0.0/24",
	services: "198.19.128.0/20",
};
