import type { Cluster } from "../../config/cluster";
import { releaseOf } from "../../config/kubernetes-version";
import { identities } from "../../facts/identities";
import type { KubernetesObject } from "../kubernetes-object";

interface RoleSubject {
	kind: "Group" | "User" | "ServiceAccount";
	name: string;
	namespace?: string;
}

const group = (name: string): RoleSubject => ({ kind: "Group", name });
const user = (name: string): RoleSubject => ({ kind: "User", name });
const apiGroup = "rbac.authorization.k8s.io";
const apiVersion = `${apiGroup}/v1`;

/** ClusterRoleBindings that `kubeadm init` creates: name, ClusterRole, subjects. */
const clusterRoleBindings: readonly (readonly [name: string, role: string, subject: RoleSubject])[] = [
	["kubeadm:cluster-admins", "cluster-admin", group(identities.clusterAdmins)],
	["kubeadm:get-nodes", "kubeadm:get-nodes", group(identities.nodeBootstrapTokens)],
	["kubeadm:kubelet-bootstrap", "system:node-bootstrapper", group(identities.nodeBootstrapTokens)],
	[
		"kubeadm:node-autoapprove-bootstrap",
		"system:certificates.k8s.io:certificatesigningrequests:nodeclient",
		group(identities.nodeBootstrapTokens),
	],
	[
		"kubeadm:node-autoapprove-certificate-rotation",
		"system:certificates.k8s.io:certificatesigningrequests:selfnodeclient",
		group(identities.nodes),
	],
];

/** Binding that gives the API server its rights over the kubelets in releases without a group for that. */
const kubeletApiBinding = [
	"kubeadm:apiserver-kubelet-client",
	"system:kubelet-api-admin",
	user(identities.apiServerKubeletClient),
] as const;

/** Rights to read ConfigMaps: name of role and binding, namespace, ConfigMap, subjects. */
const configMapReaders: readonly (readonly [
	name: string,
	namespace: string,
	configMap: string,
	subjects: RoleSubject[],
])[] = [
	[
		"kubeadm:nodes-kubeadm-config",
		"kube-system",
		"kubeadm-config",
		[group(identities.nodeBootstrapTokens), group(identities.nodes)],
	],
	[
		"kubeadm:kubelet-config",
		"kube-system",
		"kubelet-config",
		[group(identities.nodes), group(identities.nodeBootstrapTokens)],
	],
	["kubeadm:bootstrap-signer-clusterinfo", "kube-public", "cluster-info", [user(identities.anonymous)]],
];

/**
 * Returns the roles and bindings of `kubeadm init`, without those of the addons.
 *
 * Source: cmd/kubeadm/app/phases/{bootstraptoken,kubeconfig,kubelet,uploadconfig}.
 */
export function rbacObjects({ kubernetesVersion }: Pick<Cluster, "kubernetesVersion">): KubernetesObject[] {
	const { apiServerKubeletClientGroups } = releaseOf(kubernetesVersion);
	const bindings = [...clusterRoleBindings, ...(apiServerKubeletClientGroups.length > 0 ? [] : [kubeletApiBinding])];
	return [
		clusterRole("kubeadm:get-nodes", [{ apiGroups: [""], resources: ["nodes"], verbs: ["get"] }]),
		...bindings.map(([name, role, subject]) => clusterRoleBinding(name, role, subject)),
		...configMapReaders.flatMap(([name, namespace, resource, subjects]) =>
			configMapReader({ name, namespace, configMap: resource, subjects }),
		),
	];
}

/** Makes a ClusterRole with a name and rules. */
export function clusterRole(name: string, rules: readonly object[]): KubernetesObject {
	return { apiVersion, kind: "ClusterRole", metadata: { name }, rules };
}

/** Makes a ClusterRoleBinding that gives a ClusterRole to one subject. */
export function clusterRoleBinding(name: string, role: string, subject: RoleSubject): KubernetesObject {
	return {
		apiVersion,
		kind: "ClusterRoleBinding",
		metadata: { name },
		roleRef: { apiGroup, kind: "ClusterRole", name: role },
		subjects: [subject],
	};
}

/** Makes a Role that may read one ConfigMap, and a RoleBinding with the same name for the subjects. */
export function configMapReader(reader: {
	name: string;
	namespace: string;
	configMap: string;
	subjects: readonly RoleSubject[];
}): KubernetesObject[] {
	const { name, namespace, configMap, subjects } = reader;
	const metadata = { name, namespace };
	const rules = [{ apiGroups: [""], resourceNames: [configMap], resources: ["configmaps"], verbs: ["get"] }];
	return [
		{ apiVersion, kind: "Role", metadata, rules },
		{ apiVersion, kind: "RoleBinding", metadata, roleRef: { apiGroup, kind: "Role", name }, subjects },
	];
}
