import type { Configuration } from "./configuration";
import { type KindName, kinds } from "./shapes";

/** What a trial begins with: the least that kubeadm takes, kind by kind. */
export type FamilyName = "init" | "join worker" | "join control plane" | "reset" | "upgrade";

export interface Family {
	command: Configuration["command"];
	documents: Partial<Record<KindName, object>>;
}

const token = "abcdef.0123456789abcdef";
const criSocket = "unix:///var/run/containerd/containerd.sock";
const discovery = {
	bootstrapToken: { token, apiServerEndpoint: "198.18.0.10:6443", unsafeSkipCAVerification: true },
	tlsBootstrapToken: token,
};

/** @param version kubeadm's: `v1.37.2` */
export function families(version: string): Record<FamilyName, Family> {
	return {
		init: {
			command: "init",
			documents: {
				InitConfiguration: { bootstrapTokens: [{ token }], nodeRegistration: { criSocket } },
				ClusterConfiguration: { kubernetesVersion: version, encryptionAlgorithm: "ECDSA-P256" },
			},
		},
		"join worker": {
			command: "join",
			documents: { JoinConfiguration: { discovery, nodeRegistration: { criSocket } } },
		},
		"join control plane": {
			command: "join",
			documents: {
				JoinConfiguration: {
					discovery,
					nodeRegistration: { criSocket },
					controlPlane: { localAPIEndpoint: { advertiseAddress: "198.18.0.12" }, certificateKey: "00".repeat(32) },
				},
			},
		},
		reset: { command: "validate", documents: { ResetConfiguration: {} } },
		upgrade: { command: "validate", documents: { UpgradeConfiguration: {} } },
	};
}

/** The families that have documents of a kind. */
export function familiesOf(kind: KindName): readonly FamilyName[] {
	switch (kind) {
		case "JoinConfiguration":
			return ["join worker", "join control plane"];
		case "ResetConfiguration":
			return ["reset"];
		case "UpgradeConfiguration":
			return ["upgrade"];
		default:
			return ["init"];
	}
}

export function configurationOf({ command, documents }: Family, title: string): Configuration {
	return {
		title,
		command,
		documents: Object.entries(documents).map(([kind, fields]) => document(kind as KindName, fields)),
	};
}

export function document(kind: KindName, fields: object = {}): object {
	return { apiVersion: kinds[kind].apiVersion, kind, ...structuredClone(fields) };
}
