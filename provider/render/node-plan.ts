import type { Cluster, EtcdOf } from "../config/cluster";
import type { Node, NodeRole } from "../config/node";
import { skips } from "../config/phases";
import { ownedByRoot, readableByAll, rootOnly } from "../facts/file-access";
import { paths } from "../facts/paths";
import { toYaml } from "../go/yaml/write";
import { componentRenderers } from "./components";
import {
	type KubeconfigName,
	type KubeconfigRequest,
	kubeconfigNames,
	kubeconfigPath,
	kubeconfigRequest,
} from "./kubeconfig";
import { instanceConfigurationText } from "./kubelet";
import {
	type CaName,
	type CertificateName,
	type CertificateRequest,
	caNamesOf,
	caRequest,
	certificateNamesOf,
	certificateRequest,
	serviceAccountKeyPaths,
} from "./pki/certificates";
import type { EtcdMembers } from "./static-pods/pod";
import { type StaticPodName, staticPodNamesOf, staticPodPath } from "./static-pods/static-pods";

/** Command of kubeadm for a node: `init` on the node that a cluster is founded with, `join` on all others. */
export type KubeadmCommand = "init" | "join";

/** The phases of `kubeadm init` that make the parts of a node. A node goes without what its `skipPhases` name. */
export const phases = {
	authority: (name: CaName) => `certs/${name}`,
	serviceAccountKey: "certs/sa",
	certificate: (name: CertificateName) => `certs/${name}`,
	kubeconfig: (name: KubeconfigName) => `kubeconfig/${name.replace(/\.conf$/, "")}`,
	staticPod: {
		etcd: "etcd/local",
		"kube-apiserver": "control-plane/apiserver",
		"kube-controller-manager": "control-plane/controller-manager",
		"kube-scheduler": "control-plane/scheduler",
	} satisfies Record<StaticPodName, string>,
	kubelet: "kubelet-start",
} as const;

/** The kubeconfigs that `kubeadm join` writes on a control plane node; the kubelet makes its own there. */
const joined: readonly KubeconfigName[] = ["admin.conf", "controller-manager.conf", "scheduler.conf"];

/**
 * Input of `nodeParts`. All fields are known while a program runs, so that the names of a node's parts are known in a
 * preview.
 */
export interface PartsSubject {
	/** Role of the node: "control-plane" or "worker". */
	role: NodeRole;
	/** Command of kubeadm: `init` on the founding node, `join` on all others. */
	command: KubeadmCommand;
	/** The external etcd. @default none: etcd runs on each control plane node */
	etcd?: EtcdOf["etcd"];
	/** kubeadm's phases that are skipped. @default [] */
	skipPhases?: readonly string[];
}

/** Parts of a node, by kubeadm's names. Lists are empty for parts that the node lacks. */
export interface NodeParts {
	/** CAs whose files kubeadm makes or copies. */
	authorities: CaName[];
	/** Whether kubeadm makes or copies the service account key pair. */
	hasServiceAccountKey: boolean;
	/** Certificates with files of their own. */
	certificates: CertificateName[];
	/** kubeconfigs with a client certificate, as `kubeadm init` or `join` writes them. */
	kubeconfigs: KubeconfigName[];
	/** Components that run as static pods. */
	staticPods: StaticPodName[];
	/** Whether kubeadm configures and starts the kubelet. */
	hasKubelet: boolean;
	/** Whether the kubelet's own kubeconfig is made; otherwise it is expected to be in place. */
	hasKubeletKubeconfig: boolean;
}

/**
 * Returns the parts of a node, by kubeadm's names, without those that its `skipPhases` leave out.
 *
 * Source: cmd/kubeadm/app/cmd/{init,join}.go, the phases that write files.
 */
export function nodeParts({ role, command, etcd = {}, skipPhases = [] }: PartsSubject): NodeParts {
	const isMade = (phase: string) => !skips({ skipPhases }, phase);
	const onControlPlanes = <Name extends string>(names: readonly Name[], phaseOf: (name: Name) => string): Name[] =>
		role === "control-plane" ? names.filter((name) => isMade(phaseOf(name))) : [];
	return {
		authorities: onControlPlanes(caNamesOf({ etcd }), phases.authority),
		hasServiceAccountKey: role === "control-plane" && isMade(phases.serviceAccountKey),
		certificates: onControlPlanes(certificateNamesOf({ etcd }), phases.certificate),
		kubeconfigs: onControlPlanes(command === "init" ? kubeconfigNames : joined, phases.kubeconfig),
		staticPods: onControlPlanes(staticPodNamesOf({ etcd }), (name) => phases.staticPod[name]),
		hasKubelet: isMade(phases.kubelet),
		hasKubeletKubeconfig: isMade(phases.kubeconfig("kubelet.conf")),
	};
}

/** Returns the absolute paths of all certificates, keys and kubeconfigs among a node's parts. */
export function credentialPaths(parts: NodeParts, cluster: Cluster, node: Node): string[] {
	const pairs = [
		...parts.authorities.map((name) => caRequest(name, cluster)),
		...parts.certificates.map((name) => certificateRequest(name, cluster, node)),
	];
	return [
		...pairs.flatMap(({ certificatePath, keyPath }) => [certificatePath, keyPath]),
		...(parts.hasServiceAccountKey ? Object.values(serviceAccountKeyPaths(cluster)) : []),
		...parts.kubeconfigs.map(kubeconfigPath),
	];
}

/** A file of a host. */
export interface File {
	/** Text of the file, UTF-8. */
	content: string;
	/** Permissions, octal: `0600`. */
	mode: string;
	/** Name of the user that owns the file. */
	owner: string;
	/** Name of the group that owns the file. */
	group: string;
}

/** All files, certificates and folders of a node, before anything is issued. */
export interface NodePlan {
	/** The cluster, with every default filled in. */
	cluster: Cluster;
	/** The node, with every default filled in. */
	node: Node;
	/** Command of kubeadm for the node. */
	command: KubeadmCommand;
	/** Parts of the node, by kubeadm's names. */
	parts: NodeParts;
	/** Files that hold no secret, by absolute path. */
	files: Record<string, File>;
	/** Directories with owner, group and mode, by absolute path. */
	directories: Record<string, Omit<File, "content">>;
	/** Requests for the CAs of the node. Where the phase of a CA is skipped, the host is expected to have its files. */
	authorities: CertificateRequest[];
	/** Requests for the certificates of the node. */
	certificates: CertificateRequest[];
	/** Requests for the kubeconfigs of the node. */
	kubeconfigs: KubeconfigRequest[];
	/** Paths of the service account key pair. Absent on workers, and where the phase `certs/sa` is skipped. */
	serviceAccountKey?: { privateKeyPath: string; publicKeyPath: string };
}

interface Planning {
	cluster: Cluster;
	node: Node;
	command: KubeadmCommand;
	/** The etcd members that a joining member finds. */
	members?: EtcdMembers;
}

/**
 * Returns the files, requests and directories that kubeadm makes on a node. `skipPhases` leaves out files, certificates,
 * kubeconfigs, the service account key and etcd's data directory; CAs and all other directories are always listed.
 * @throws SpecError for a patch that cannot be applied
 */
export function nodePlan({ cluster, node, command, members }: Planning): NodePlan {
	const { role, skipPhases } = node;
	const { etcd } = cluster;
	const parts = nodeParts({ role, command, etcd, skipPhases });
	const { dataDir } = etcd.local;
	const directories = Object.entries(nodeDirectories(cluster, node)).filter(
		([path]) => path !== dataDir || parts.staticPods.includes("etcd"),
	);
	return {
		cluster,
		node,
		command,
		parts,
		files: nodeFiles(cluster, node, members),
		directories: Object.fromEntries(directories),
		authorities: authoritiesOf(cluster, node, parts),
		certificates: parts.certificates.map((name) => certificateRequest(name, cluster, node)),
		kubeconfigs: parts.kubeconfigs.map((name) => kubeconfigRequest(name, cluster, node)),
		...(parts.hasServiceAccountKey ? { serviceAccountKey: serviceAccountKeyPaths(cluster) } : {}),
	};
}

function authoritiesOf(cluster: Cluster, node: Node, { hasKubelet }: NodeParts): CertificateRequest[] {
	if (node.role === "control-plane") return caNamesOf(cluster).map((name) => caRequest(name, cluster));
	const request = caRequest("ca", cluster);
	return hasKubelet ? [{ ...request, certificatePath: node.caCertPath ?? request.certificatePath }] : [];
}

/**
 * Returns all files of a node that hold no secret, by absolute path: the manifests of the control plane, and the files
 * that the kubelet reads. Files of skipped phases are not rendered, and patches for them are not applied, as with
 * kubeadm.
 *
 * @param initialMembers members that the node's etcd starts with @default this node alone
 * @throws SpecError for a patch that cannot be applied
 */
export function nodeFiles(cluster: Cluster, node: Node, initialMembers?: EtcdMembers): Record<string, File> {
	const { role, skipPhases } = node;
	const parts = nodeParts({ role, command: "init", etcd: cluster.etcd, skipPhases });
	const manifests = parts.staticPods.map((name) => [
		staticPodPath(name),
		{ content: toYaml(componentRenderers[name]({ cluster, node, initialMembers })), ...rootOnly },
	]);
	return { ...Object.fromEntries(manifests), ...(parts.hasKubelet ? kubeletFiles(cluster, node) : {}) };
}

function kubeletFiles(cluster: Cluster, node: Node): Record<string, File> {
	const { configuration, instanceConfiguration, flags, fileMode } = componentRenderers.kubelet({ cluster, node });
	const hasInstance = Object.keys(instanceConfiguration).length > 0;
	const contents = {
		[paths.kubeletConfiguration]: toYaml(configuration),
		...(hasInstance ? { [paths.kubeletInstanceConfiguration]: instanceConfigurationText(instanceConfiguration) } : {}),
		[paths.kubeletFlags]: flags,
	};
	return Object.fromEntries(
		Object.entries(contents).map(([path, content]) => [
			path,
			{ content, ...readableByAll, ...(fileMode ? { mode: fileMode } : {}) },
		]),
	);
}

/**
 * Returns the directories of a node's files, as kubeadm makes them where they are missing: owner, group and mode by
 * absolute path.
 *
 * Source: the calls of MkdirAll in cmd/kubeadm/app/{phases,util/staticpod}; /etc/kubernetes comes from the kubelet's
 * package.
 */
export function nodeDirectories(cluster: Cluster, node: Node): Record<string, Omit<File, "content">> {
	const isControlPlane = node.role === "control-plane";
	const directories: readonly (readonly [path: string, mode: string])[] = [
		[paths.kubernetesDirectory, "0755"],
		[cluster.certificatesDir, "0755"],
		...(isControlPlane ? [[paths.manifestsDirectory, "0700"] as const] : []),
		...(isControlPlane && !cluster.etcd.external
			? ([
					[`${cluster.certificatesDir}/etcd`, "0755"],
					[cluster.etcd.local.dataDir, "0700"],
				] as const)
			: []),
		[paths.kubeletDirectory, "0700"],
	];
	return Object.fromEntries(directories.map(([path, mode]) => [path, { mode, ...ownedByRoot }]));
}
