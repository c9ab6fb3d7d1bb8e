import type { Cluster, EncryptionAlgorithm, EtcdOf } from "../../config/cluster";
import { encryptionAlgorithmOf } from "../../config/features";
import { releaseOf } from "../../config/kubernetes-version";
import type { Node } from "../../config/node";
import { identities } from "../../facts/identities";
import { durationSeconds } from "../../go/duration";
import { certificateFile } from "../endpoints";
import { type FileAccess, rootlessFiles } from "../static-pods/rootless";
import { apiServerNames, etcdNames } from "./names";

/** Content of a certificate to be signed, and the paths of its files. */
export interface CertificateRequest {
	/** kubeadm's name of the certificate, or any other name for messages. */
	name: string;
	/** The CA that signs the certificate. Absent for a CA itself. */
	ca?: CaName;
	/** Common name of the certificate's subject. */
	commonName: string;
	/** Organizations of the certificate's subject: for a client, its groups. */
	organizations: string[];
	/** Extended key usages. Empty for a CA. */
	usages: ("serverAuth" | "clientAuth")[];
	/** DNS names, then IP addresses. A DNS name that looks like an address is written as `DNS:192.0.2.11`. */
	sans: string[];
	/** Time from issue to expiry, in seconds. */
	validity: number;
	/** Algorithm of the key. */
	algorithm: EncryptionAlgorithm;
	/** Absolute path of the certificate, PEM, mode 0644. */
	certificatePath: string;
	/** Absolute path of the private key, PEM, mode 0600. */
	keyPath: string;
	/** Owner, group and mode of the private key's file. @default root, root, "0600" */
	keyAccess?: FileAccess;
}

/**
 * The CAs by kubeadm's names. `file` is the path in the certificates directory without its extension.
 *
 * Source: cmd/kubeadm/app/phases/certs/certlist.go.
 */
export const certificateAuthorities = {
	ca: { file: "ca", commonName: "kubernetes" },
	"front-proxy-ca": { file: "front-proxy-ca", commonName: "front-proxy-ca" },
	"etcd-ca": { file: "etcd/ca", commonName: "etcd-ca" },
} as const satisfies Record<string, { file: string; commonName: string }>;

/** kubeadm's name of a CA: "ca", "front-proxy-ca" or "etcd-ca". */
export type CaName = keyof typeof certificateAuthorities;

/** A value for each CA of a cluster, by kubeadm's names. A cluster with an external etcd has no "etcd-ca". */
export type ByAuthority<T> = Record<Exclude<CaName, "etcd-ca">, T> & Partial<Record<"etcd-ca", T>>;

interface Certificate {
	ca: CaName;
	file: string;
	/** @default the node's name */
	commonName?: string;
	/** @default none */
	organizations?: (cluster: Cluster) => readonly string[];
	usages: CertificateRequest["usages"];
	sans?: (cluster: Cluster, node: Node) => string[];
}

/**
 * The certificates of a control plane node, by kubeadm's names. `file` is the path in the certificates directory
 * without its extension.
 *
 * Source: cmd/kubeadm/app/phases/certs/certlist.go.
 */
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
		organizations: ({ kubernetesVersion }) => releaseOf(kubernetesVersion).apiServerKubeletClientGroups,
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

/** kubeadm's name of a certificate of a control plane node, such as "apiserver-etcd-client". */
export type CertificateName = keyof typeof certificates;

/** Returns the names of the CAs that a cluster has: without "etcd-ca" where etcd is external. */
export function caNamesOf({ etcd: { external } = {} }: EtcdOf): CaName[] {
	const names = Object.keys(certificateAuthorities) as CaName[];
	return names.filter((name) => name !== "etcd-ca" || external === undefined);
}

/**
 * Returns the names of the certificates that each control plane node of a cluster has: without those of etcd's CA where
 * etcd is external.
 */
export function certificateNamesOf(cluster: EtcdOf): CertificateName[] {
	const authorities = caNamesOf(cluster);
	return (Object.keys(certificates) as CertificateName[]).filter((name) => authorities.includes(certificates[name].ca));
}

/** Returns the request for a CA of the cluster. */
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
		algorithm: encryptionAlgorithmOf(cluster),
		...pairPaths(cluster, file),
	};
}

/** Returns the request for a certificate of a control plane node. */
export function certificateRequest(name: CertificateName, cluster: Cluster, node: Node): CertificateRequest {
	const { ca, file, commonName, organizations, usages, sans }: Certificate = certificates[name];
	const pair = pairPaths(cluster, file);
	const keyAccess = rootlessFiles(cluster)[pair.keyPath];
	return {
		name,
		ca,
		commonName: commonName ?? node.name,
		organizations: [...(organizations?.(cluster) ?? [])],
		usages,
		sans: sans?.(cluster, node) ?? [],
		validity: durationSeconds(cluster.certificateValidityPeriod),
		algorithm: encryptionAlgorithmOf(cluster),
		...pair,
		...(keyAccess ? { keyAccess } : {}),
	};
}

/** Returns the absolute paths of the key pair that signs service account tokens. Both files have mode 0600. */
export function serviceAccountKeyPaths(cluster: Cluster): { privateKeyPath: string; publicKeyPath: string } {
	return { privateKeyPath: certificateFile(cluster, "sa.key"), publicKeyPath: certificateFile(cluster, "sa.pub") };
}

function pairPaths(cluster: Cluster, file: string): { certificatePath: string; keyPath: string } {
	return { certificatePath: certificateFile(cluster, `${file}.crt`), keyPath: certificateFile(cluster, `${file}.key`) };
}
