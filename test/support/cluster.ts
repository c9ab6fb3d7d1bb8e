import type { ClusterSpec } from "../../provider/config/cluster";
import type { NodeSpec } from "../../provider/config/node";

export const host = { connection: { host: "198.18.0.11" } };

/** Small keys, so that tests are fast. */
export const cluster: ClusterSpec = { kubernetesVersion: "1.37.2", encryptionAlgorithm: "ECDSA-P256" };

export const node: NodeSpec = {
	name: "cp-1",
	facts: {
		hostname: "cp-1",
		defaultRouteAddress: "198.18.0.11",
		cgroupVersion: 2,
		machineId: "0123456789abcdef0123456789abcdef",
		caCertificateDirectories: [],
	},
};
