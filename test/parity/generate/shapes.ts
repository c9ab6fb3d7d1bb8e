import { kubeProxyConfigurationShape } from "../../../provider/facts/types/kube-proxy-configuration";
import { clusterConfigurationShape } from "../../../provider/facts/types/kubeadm/cluster-configuration";
import { initConfigurationShape } from "../../../provider/facts/types/kubeadm/init-configuration";
import { joinConfigurationShape } from "../../../provider/facts/types/kubeadm/join-configuration";
import { resetConfigurationShape } from "../../../provider/facts/types/kubeadm/reset-configuration";
import { upgradeConfigurationShape } from "../../../provider/facts/types/kubeadm/upgrade-configuration";
import { kubeletConfigurationShape } from "../../../provider/facts/types/kubelet-configuration";
import { type FieldShape, parseScalar, type Scalar, type Shape } from "../../../provider/facts/types/shape";

/** Documents of kubeadm's configuration files by kind. */
export const kinds = {
	InitConfiguration: { apiVersion: "kubeadm.k8s.io/v1beta4", shape: initConfigurationShape },
	ClusterConfiguration: { apiVersion: "kubeadm.k8s.io/v1beta4", shape: clusterConfigurationShape },
	KubeletConfiguration: { apiVersion: "kubelet.config.k8s.io/v1beta1", shape: kubeletConfigurationShape },
	KubeProxyConfiguration: { apiVersion: "kubeproxy.config.k8s.io/v1alpha1", shape: kubeProxyConfigurationShape },
	JoinConfiguration: { apiVersion: "kubeadm.k8s.io/v1beta4", shape: joinConfigurationShape },
	ResetConfiguration: { apiVersion: "kubeadm.k8s.io/v1beta4", shape: resetConfigurationShape },
	UpgradeConfiguration: { apiVersion: "kubeadm.k8s.io/v1beta4", shape: upgradeConfigurationShape },
} as const satisfies Record<string, { apiVersion: string; shape: Shape }>;

export type KindName = keyof typeof kinds;

export const kindNames = Object.keys(kinds) as KindName[];

/** One field of a document, and what it holds. */
export interface Field {
	kind: KindName;
	/** `["apiServer", "extraArgs", "[]", "name"]`. */
	path: readonly string[];
	/** `ClusterConfiguration.apiServer.extraArgs[].name`. */
	name: string;
	/** Absent where it holds a struct, or a list of them. */
	scalar?: ReturnType<typeof parseScalar>;
}

/**
 * All fields of a kind in a release: values, and the structs and lists that hold them.
 *
 * @param version `v1.37.2`
 */
export function fieldsOf(kind: KindName, version: string): Field[] {
	const minor = Number(version.split(".")[1]);
	return walk(kind, kinds[kind].shape, [])
		.filter(({ name }) => !/^\w+\.(apiVersion|kind)$/.test(name))
		.filter(({ scalar }) => Number(scalar?.from?.split(".")[1] ?? 0) <= minor);
}

function walk(kind: KindName, shape: Shape, parent: readonly string[]): Field[] {
	return Object.entries(shape).flatMap(([key, field]) => {
		const path = [...parent, key];
		const here = { kind, path, name: [kind, ...path].join(".").replaceAll(".[]", "[]") };
		if (typeof field === "string") return [{ ...here, scalar: parseScalar(field as Scalar) }];
		const [inner, isList] = innerOf(field as Exclude<FieldShape, Scalar>);
		return [here, ...walk(kind, inner, isList ? [...path, "[]"] : path)];
	});
}

export function innerOf(field: Exclude<FieldShape, Scalar>): [shape: Shape, isList: boolean] {
	if (!Array.isArray(field)) return [field as Shape, false];
	const [kind, shape] = field as readonly [string, Shape];
	return [shape, kind.startsWith("list")];
}
