import { identities } from "../../facts/identities";
import type { Cluster, EncryptionAlgorithm } from "../../spec/cluster";
import { durationSeconds } from "../../spec/duration";
import type { Node } from "../../spec/node";
import { certificateFile } from "../endpoints";
import { apiServerNames, etcdNames } from "./names";

/** What a certificate shall say. Who signs it tells names from addresses among the `sans`. */
export interface CertificateRequest {
	name: string;
	/** The CA that signs it; absent for a CA itself. */
	ca?: CaName;
	commonName: string;
	organizations: string[];
	usages: ("serverAuth" | "clientAuth")[];
	/** DNS names, then IP addresses. */
	sans: string[];
	/** Seconds. */
	validity: number;
	algorithm: EncryptionAlgorithm;
	/** PEM, mode 0644. */
	certificatePath: string;
	/** PEM, mode 0600. */
	keyPath: string;
}

/**
 * The CAs by kubeadm's names; `file` is the path in the certificates directory without its extension.
 *
 * Source: cmd/kubeadm/app/phases/certs/certlist.go, as for the certificates.
 */
export const certificateAuthorities = {
	ca: { file: "ca", commonName: "kubernetes" },
	"front-proxy-ca": { file: "front-proxy-ca", commonName: "front-proxy-ca" },
	"etcd-ca": { file: "etcd/ca", commonName: "etcd-ca" },
} as const satisfies Record<string, { file: string; commonName: string }>;

export type CaName = keyof typeof certificateAuthorities;

interface Certificate {
	ca: CaName;
	file: string;
	/** @default the node's name */
	commonName?: string;
	usages: CertificateRequest["usages"];
	sans?: (cluster: Cluster, node: Node) => string[];
}

/** The certificates of a control plane node by kubeadm's names. */
export const certificates = {
	apiserver: {
		ca: "ca",
		file: "apiserver",
		commonName: "kube-apiserver",
		usages: ["serverAuth"],
		sans: apiServerNames,
	},
	"apiserver-kubelet-client": {
		ca: "ca",
		file: "apiserver-kubelet-client",
		commonName: identities.apiServerKubeletClient,
		usages: ["clientAuth"],
	},
	"front-proxy-client": {
		ca: "front-proxy-ca",
		file: "front-proxy-client",
		commonName: "front-proxy-client",
		usages: ["clientAuth"],
	},
	"etcd-server": {
		ca: "etcd-ca",
		file: "etcd/server",
		usages: ["serverAuth", "clientAuth"],
		sans: (cluster, node) => etcdNames(node, cluster.etcd.local.serverCertSANs),
	},
	"etcd-peer": {
		ca: "etcd-ca",
		file: "etcd/peer",
		usages: ["serverAuth", "clientAuth"],
		sans: (cluster, node) => etcdNames(node, cluster.etcd.local.peerCertSANs),
	},
	"etcd-healthcheck-client": {
		ca: "etcd-ca",
		file: "etcd/healthcheck-client",
		commonName: "kube-etcd-healthcheck-client",
		usages: ["clientAuth"],
	},
	"apiserver-etcd-client": {
		ca: "etcd-ca",
		file: "apiserver-etcd-client",
		commonName: "kube-apiserver-etcd-client",
		usages: ["clientAuth"],
	},
} as const satisfies Record<string, Certificate>;

export type CertificateName = keyof typeof certificates;

export const caNames = Object.keys(certificateAuthorities) as CaName[];
export const certificateNames = Object.keys(certificates) as CertificateName[];

/** What a CA's certificate shall say. */
export function caRequest(name: CaName, cluster: Cluster): CertificateRequest {
	const { file, commonName } = certificateAuthorities[name];
	return {
		name,
		commonName,
		organizations: [],
		usages: [],
		// Go's libraries no longer look at common names, so a CA has its own as a DNS name too.
		sans: [commonName],
		validity: durationSeconds(cluster.caCertificateValidityPeriod),
		algorithm: cluster.encryptionAlgorithm,
		...pairPaths(cluster, file),
	};
}

/** What a node's certificate shall say. */
export function certificateRequest(name: CertificateName, cluster: Cluster, node: Node): CertificateRequest {
	const { ca, file, commonName, usages, sans }: Certificate = certificates[name];
	return {
		name,
		ca,
		commonName: commonName ?? node.name,
		organizations: [],
		usages,
		sans: sans?.(cluster, node) ?? [],
		validity: durationSeconds(cluster.certificateValidityPeriod),
		algorithm: cluster.encryptionAlgorithm,
		...pairPaths(cluster, file),
	};
}

/** Where the key pair that signs service account tokens is placed; both files have mode 0600. */
export function serviceAccountKeyPaths(cluster: Cluster): { privateKeyPath: string; publicKeyPath: string } {
	return { privateKeyPath: certificateFile(cluster, "sa.key"), publicKeyPath: certificateFile(cluster, "sa.pub") };
}

function pairPaths(cluster: Cluster, file: string): { certificatePath: string; keyPath: string } {
	return { certificatePath: certificateFile(cluster, `${file}.crt`), keyPath: certificateFile(cluster, `${file}.key`) };
}
