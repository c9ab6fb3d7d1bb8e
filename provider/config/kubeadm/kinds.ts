import { kubeProxyConfigurationShape } from "../../facts/types/kube-proxy-configuration";
import { clusterConfigurationShape } from "../../facts/types/kubeadm/cluster-configuration";
import { initConfigurationShape } from "../../facts/types/kubeadm/init-configuration";
import { joinConfigurationShape } from "../../facts/types/kubeadm/join-configuration";
import { resetConfigurationShape } from "../../facts/types/kubeadm/reset-configuration";
import { upgradeConfigurationShape } from "../../facts/types/kubeadm/upgrade-configuration";
import { kubeletConfigurationShape } from "../../facts/types/kubelet-configuration";
import type { Shape } from "../../facts/types/shape";

const kubeadm = "kubeadm.k8s.io";

/** The kinds of documents in kubeadm's configuration files. Where no version is said, it goes with the Kubernetes version. */
export const kinds = {
	InitConfiguration: { group: kubeadm, shape: initConfigurationShape },
	ClusterConfiguration: { group: kubeadm, shape: clusterConfigurationShape },
	JoinConfiguration: { group: kubeadm, shape: joinConfigurationShape },
	ResetConfiguration: { group: kubeadm, shape: resetConfigurationShape },
	UpgradeConfiguration: { group: kubeadm, shape: upgradeConfigurationShape },
	KubeletConfiguration: { group: "kubelet.config.k8s.io", version: "v1beta1", shape: kubeletConfigurationShape },
	KubeProxyConfiguration: { group: "kubeproxy.config.k8s.io", version: "v1alpha1", shape: kubeProxyConfigurationShape },
} as const satisfies Record<string, { group: string; version?: string; shape: Shape }>;

export type Kind = keyof typeof kinds;
