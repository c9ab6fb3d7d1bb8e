import type { Cluster } from "../config/cluster";
import { encryptionAlgorithmOf, isEnabled } from "../config/features";
import type { Node } from "../config/node";
import { identities } from "../facts/identities";
import { paths } from "../facts/paths";
import { durationSeconds } from "../go/duration";
import { lastArg } from "./arguments";
import { base64 } from "./base64";
import { controlPlaneUrl, kubernetesFile, localApiServerUrl } from "./endpoints";
import { firstCertificate } from "./pki/bundle";
import type { CertificateRequest } from "./pki/certificates";

interface KubeconfigEntry {
	/** The certificate's common name. */
	commonName: (node: Node) => string;
	organizations: readonly string[];
	/** API server that the kubeconfig names. */
	server: (cluster: Cluster, node: Node) => string;
}

/**
 * The kubeconfigs with a client certificate, by file name: user, groups, and the API server that they name. The
 * controller manager, the scheduler and the kubelet of a control plane node connect to the API server on their own
 * node, which is never older than they are.
 *
 * Source: getKubeConfigSpecsBase, cmd/kubeadm/app/phases/kubeconfig/kubeconfig.go; runKubeConfigFile,
 * cmd/kubeadm/app/cmd/phases/init/kubeconfig.go.
 */
export const kubeconfigs = {
	"admin.conf": {
		commonName: () => identities.admin,
		organizations: [identities.clusterAdmins],
		server: adminServer,
	},
	"super-admin.conf": {
		commonName: () => identities.superAdmin,
		organizations: [identities.privileged],
		server: adminServer,
	},
	"kubelet.conf": {
		commonName: (node) => identities.nodePrefix + node.name,
		organizations: [identities.nodes],
		server: kubeletServer,
	},
	"controller-manager.conf": { commonName: () => identities.controllerManager, organizations: [], server: localServer },
	"scheduler.conf": { commonName: () => identities.scheduler, organizations: [], server: localServer },
} as const satisfies Record<string, KubeconfigEntry>;

/** File name of a kubeconfig of kubeadm, such as "admin.conf". */
export type KubeconfigName = keyof typeof kubeconfigs;

/** File names of all kubeconfigs of kubeadm. */
export const kubeconfigNames = Object.keys(kubeconfigs) as KubeconfigName[];

/** Content of a kubeconfig on a node, before its certificate is issued. The file has mode 0600. */
export interface KubeconfigRequest {
	/** File name of the kubeconfig. */
	name: KubeconfigName;
	/** Absolute path on the host. */
	path: string;
	/** Name of the cluster in the kubeconfig. */
	clusterName: string;
	/** URL of the API server. */
	server: string;
	/** Name of the user in the kubeconfig. */
	user: string;
	/** The client certificate, which is stored in the kubeconfig and has no path. */
	certificate: Omit<CertificateRequest, "certificatePath" | "keyPath">;
}

/** Returns the content of one of kubeadm's kubeconfigs for a node. */
export function kubeconfigRequest(name: KubeconfigName, cluster: Cluster, node: Node): KubeconfigRequest {
	const { commonName, organizations, server }: KubeconfigEntry = kubeconfigs[name];
	const user = commonName(node);
	return {
		name,
		path: kubeconfigPath(name),
		clusterName: cluster.clusterName,
		server: server(cluster, node),
		user,
		certificate: {
			name,
			ca: "ca",
			commonName: user,
			organizations: [...organizations],
			usages: ["clientAuth"],
			sans: [],
			validity: durationSeconds(cluster.certificateValidityPeriod),
			algorithm: encryptionAlgorithmOf(cluster),
		},
	};
}

/** Returns the absolute path of a kubeconfig on the host, in /etc/kubernetes. */
export function kubeconfigPath(name: KubeconfigName): string {
	return kubernetesFile(name);
}

/**
 * Absolute path of the kubeconfig with which the kubelet requests its first certificate. The file exists only during
 * the join.
 */
export const bootstrapKubeconfigPath = kubernetesFile("bootstrap-kubelet.conf");

/**
 * Credentials of a kubeconfig's user: a client certificate and key, or a token, each as text or as absolute path of a
 * file. Certificates and keys are PEM.
 */
export type Credentials =
	| { clientCertificate: string; clientKey: string }
	| { clientCertificateFile: string; clientKeyFile: string }
	| { token: string }
	| { tokenFile: string };

/**
 * Returns a kubeconfig with one cluster, one user and one context, named and built as kubeadm does, as an object to be
 * written as YAML.
 */
export function kubeconfig(parts: {
	clusterName: string;
	server: string;
	/** PEM; of a bundle it has the first. */
	caCertificate: string;
	user: string;
	credentials: Credentials;
}): Record<string, unknown> {
	const { clusterName, server, caCertificate, user, credentials } = parts;
	const context = `${user}@${clusterName}`;
	return {
		apiVersion: "v1",
		clusters: [
			{ cluster: { "certificate-authority-data": base64(firstCertificate(caCertificate)), server }, name: clusterName },
		],
		contexts: [{ context: { cluster: clusterName, user }, name: context }],
		"current-context": context,
		kind: "Config",
		users: [{ name: user, user: userEntry(credentials) }],
	};
}

/**
 * Returns the kubelet's kubeconfig as kubeadm writes it. The kubeconfig refers to the file of the client certificate
 * that the kubelet renews.
 * @param caCertificate PEM
 */
export function kubeletKubeconfig(cluster: Cluster, node: Node, caCertificate: string): Record<string, unknown> {
	const { clusterName, server, user } = kubeconfigRequest("kubelet.conf", cluster, node);
	const certificate = kubeletClientCertificate(node);
	return kubeconfig({
		clusterName,
		server,
		caCertificate,
		user,
		credentials: { clientCertificateFile: certificate, clientKeyFile: certificate },
	});
}

/**
 * Returns the kubelet's kubeconfig as the kubelet itself writes it, after it got its certificate with a token.
 *
 * Source: `writeKubeconfigFromBootstrapping`, pkg/kubelet/certificate/bootstrap/bootstrap.go.
 * @param caCertificate PEM
 */
export function joinedKubeconfig(cluster: Cluster, node: Node, caCertificate: string): Record<string, unknown> {
	const { clusters, users, ...rest } = kubeletKubeconfig(cluster, node, caCertificate) as any;
	return {
		...rest,
		clusters: [{ ...clusters[0], name: "default-cluster" }],
		contexts: [
			{ context: { cluster: "default-cluster", namespace: "default", user: "default-auth" }, name: "default-context" },
		],
		"current-context": "default-context",
		users: [{ ...users[0], name: "default-auth" }],
	};
}

/**
 * Returns the kubeconfig with which a kubelet requests its certificate. On a control plane node, the kubeconfig names
 * that node's own API server.
 *
 * Source: cmd/kubeadm/app/discovery/token/token.go and cmd/phases/join/kubelet.go.
 * @param caCertificate PEM
 * @param token `id.secret`
 */
export function bootstrapKubeconfig(
	cluster: Cluster,
	node: Node,
	{ caCertificate, token }: { caCertificate: string; token: string },
): Record<string, unknown> {
	return kubeconfig({
		// Not the cluster's own name: kubeadm knows only what the cluster-info ConfigMap says.
		clusterName: "kubernetes",
		server: kubeletServer(cluster, node),
		caCertificate,
		user: "tls-bootstrap-token-user",
		credentials: { token },
	});
}

/** Returns the absolute path of the file that holds the kubelet's current client certificate and key. */
export function kubeletClientCertificate(node: Node): string {
	const directory = lastArg(node.nodeRegistration.kubeletExtraArgs, "cert-dir") ?? paths.kubeletPkiDirectory;
	return `${directory}/kubelet-client-current.pem`;
}

function localServer(_cluster: Cluster, node: Node): string {
	return localApiServerUrl(node);
}

function kubeletServer(cluster: Cluster, node: Node): string {
	const isLocal = node.role === "control-plane" && isEnabled(cluster, "ControlPlaneKubeletLocalMode");
	return isLocal ? localApiServerUrl(node) : (cluster.kubeletServer ?? controlPlaneUrl(cluster, node));
}

/** Without a common address for all clients, an administrator on a control plane uses the API server there. */
function adminServer(cluster: Cluster, node: Node): string {
	return cluster.kubeletServer ? localApiServerUrl(node) : controlPlaneUrl(cluster, node);
}

function userEntry(credentials: Credentials): Record<string, string> {
	if ("token" in credentials) return { token: credentials.token };
	if ("tokenFile" in credentials) return { tokenFile: credentials.tokenFile };
	if ("clientCertificate" in credentials) {
		return {
			"client-certificate-data": base64(credentials.clientCertificate),
			"client-key-data": base64(credentials.clientKey),
		};
	}
	return { "client-certificate": credentials.clientCertificateFile, "client-key": credentials.clientKeyFile };
}
