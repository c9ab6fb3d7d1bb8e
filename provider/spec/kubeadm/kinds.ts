import { kubeProxyConfigurationShape } from "../../facts/kube-proxy-configuration";
import { clusterConfigurationShape } from "../../facts/kubeadm/cluster-configuration";
import { initConfigurationShape } from "../../facts/kubeadm/init-configuration";
import { joinConfigurationShape } from "../../facts/kubeadm/join-configuration";
import { resetConfigurationShape } from "../../facts/kubeadm/reset-configuration";
import { upgradeConfigurationShape } from "../../facts/kubeadm/upgrade-configuration";
import { kubeletConfigurationShape } from "../../facts/kubelet-configuration";
import type { Shape } from "../../facts/shape";

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
