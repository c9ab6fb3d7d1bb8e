import { expect } from "vitest";
import type { Lab } from "../../lab/index.ts";
import { describeConfiguration } from "./support/configuration.ts";
import { kubectl } from "./support/kubeadm.ts";

describeConfiguration(
	"patches of all static pods and the kubelet, users of their own, own folders and a skipped phase",
	{
		text: (lab, patches) => `
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
bootstrapTokens:
- {token: abcdef.0123456789abcdef, ttl: 2h0m0s, description: of the file}
nodeRegistration:
  imagePullPolicy: Never
  imagePullSerial: false
  taints: []
  kubeletExtraArgs:
  - {name: v, value: "3"}
patches:
  directory: ${patches}
skipPhases: [addon/coredns]
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.37.2
clusterName: wide
certificatesDir: /etc/wide/pki
encryptionAlgorithm: ECDSA-P384
featureGates: {RootlessControlPlane: true}
networking: {podSubnet: ${lab.podSubnet}, serviceSubnet: ${lab.serviceSubnet}, dnsDomain: wide.test}
apiServer:
  certSANs: [api.wide.test]
  extraArgs:
  - {name: profiling, value: "false"}
  extraEnvs:
  - {name: WIDE, value: "true"}
  extraVolumes:
  - {name: defaults, hostPath: /etc/default, mountPath: /etc/wide-defaults, readOnly: true, pathType: Directory}
controllerManager:
  extraEnvs:
  - {name: WIDE, value: "true"}
  extraVolumes:
  - {name: defaults, hostPath: /etc/default, mountPath: /etc/wide-defaults, readOnly: true, pathType: Directory}
scheduler:
  extraArgs:
  - {name: v, value: "3"}
  extraVolumes:
  - {name: defaults, hostPath: /etc/default, mountPath: /etc/wide-defaults, readOnly: true, pathType: Directory}
etcd:
  local:
    dataDir: /srv/etcd
    extraArgs:
    - {name: quota-backend-bytes, value: "4294967296"}
    extraEnvs:
    - {name: ETCD_AUTO_COMPACTION_RETENTION, value: "1"}
${componentConfigurations(lab)}`,
		patches: {
			"kube-apiserver0+strategic.yaml": "metadata: {annotations: {wide.test/patched: strategic}}\n",
			"kube-apiserver1+json.json": '[{"op": "add", "path": "/spec/containers/0/command/-", "value": "--v=3"}]\n',
			"kube-controller-manager+merge.yaml": "metadata: {annotations: {wide.test/patched: merge}}\n",
			"kube-scheduler.yaml": "spec: {containers: [{name: kube-scheduler, resources: {limits: {memory: 1Gi}}}]}\n",
			"etcd+json.yaml": "- {op: replace, path: /spec/containers/0/resources/requests/cpu, value: 50m}\n",
			"kubeletconfiguration0+merge.json": '{"maxPods": 42}\n',
			"kubeletconfiguration1.yaml": "evictionHard: {memory.available: 50Mi}\n",
		},
		program: () => ({ workloads: ["DaemonSet kube-system/kube-proxy"] }),
		upgradeDiff: [
			"-    wide.test/patched: strategic",
			"-    - --v=3",
			"-    wide.test/patched: merge",
			"-      limits:",
			"-        memory: 1Gi",
		],
		judges: {
			"has the patches in its pods and in its kubelet": async ({ host }) => {
				const pod = (name: string, path: string) =>
					kubectl(host, `-n kube-system get pod ${name}-cp-1 -o jsonpath='{${path}}'`);
				expect(await pod("kube-apiserver", ".metadata.annotations.wide\\.test/patched")).toBe("strategic");
				expect(await pod("kube-apiserver", ".spec.containers[0].command[-1]")).toBe("--v=3");
				expect(await pod("kube-controller-manager", ".metadata.annotations.wide\\.test/patched")).toBe("merge");
				expect(await pod("kube-scheduler", ".spec.containers[0].resources.limits.memory")).toBe("1Gi");
				expect(await pod("etcd", ".spec.containers[0].resources.requests.cpu")).toBe("50m");
				const { kubeletconfig } = JSON.parse(await kubectl(host, "get --raw /api/v1/nodes/cp-1/proxy/configz"));
				expect(kubeletconfig).toMatchObject({ maxPods: 42, evictionHard: { "memory.available": "50Mi" } });
			},
			"has no control plane component that runs as root, and no CoreDNS": async ({ host, say }) => {
				const users = await say(
					"ps -eo user=,comm= | grep -E ' (etcd|kube-(apiserver|controller|scheduler).*)$' | sort",
				);
				expect(users.split("\n").map((line) => line.split(/ +/))).toEqual([["kubeadm-+", "etcd"]]);
				expect(await kubectl(host, "-n kube-system get deployments -o name")).toBe("");
			},
		},
	},
);

/** What a file has to say for a lab's hosts. */
function componentConfigurations({ kubeletConfiguration, kubeProxyConfiguration }: Lab): string {
	const documents = [
		{ apiVersion: "kubelet.config.k8s.io/v1beta1", kind: "KubeletConfiguration", ...kubeletConfiguration },
		{ apiVersion: "kubeproxy.config.k8s.io/v1alpha1", kind: "KubeProxyConfiguration", ...kubeProxyConfiguration },
	];
	return documents.map((document) => `---\n${JSON.stringify(document)}\n`).join("");
}
