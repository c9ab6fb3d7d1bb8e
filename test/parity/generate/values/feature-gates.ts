import type { Values } from "../values";

export function featureGateValues(minor: string): Values {
	const known: Record<string, string[]> = {
		"34": ["ControlPlaneKubeletLocalMode", "NodeLocalCRISocket", "PublicKeysECDSA"],
		"35": ["ControlPlaneKubeletLocalMode", "NodeLocalCRISocket", "PublicKeysECDSA"],
		"36": ["NodeLocalCRISocket", "PublicKeysECDSA"],
	};
	const gates = known[minor] ?? [];
	return {
		valid: [{}, { RootlessControlPlane: false }, ...gates.flatMap((name) => [{ [name]: true }, { [name]: false }])],
		broken: [
			{ NoSuchGate: true },
			{ rootlessControlPlane: true },
			{ RootlessControlPlane: "true" },
			{ IPv6DualStack: true },
			{ EtcdLearnerMode: true },
			{ "": true },
		],
	};
}
