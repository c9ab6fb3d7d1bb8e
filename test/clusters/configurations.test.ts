import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { componentConfigurations, describeConfiguration } from "./support/configuration.ts";
import { externalEtcd } from "./support/external-etcd.ts";
import { givenCa } from "./support/given-ca.ts";
import { kubectl } from "./support/kubeadm.ts";

/** What RootlessControlPlane adds to kube-apiserver, to the other two, and to their pods. */
const rootless = [
	...["securityContext:", "  capabilities:", "    add:", "    - NET_BIND_SERVICE", "    drop:", "    - ALL"],
	...[1, 2].flatMap(() => [
		...["securityContext:", "  allowPrivilegeEscalation: false", "  capabilities:", "    drop:", "    - ALL"],
	]),
]
	.map((line) => `-    ${line}`)
	.concat([1, 2, 3].flatMap(() => ["-    runAsGroup: ID", "-    runAsUser: ID"]))
	.concat([1, 2].flatMap(() => ["-    supplementalGroups:", "-    - ID"]));

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
kubernetesVersion: v${lab.kubernetesVersion}
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
			"-  annotations:",
			...rootless,
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
					"ps -eo user:20=,comm= | grep -E ' (etcd|kube-(apiserver|controller|scheduler).*)$' | sort",
				);
				expect(users.split("\n").map((line) => line.split(/ +/))).toEqual([
					["kubeadm-etcd", "etcd"],
					["kubeadm-kas", "kube-apiserver"],
					["kubeadm-kcm", "kube-controller"],
					["kubeadm-ks", "kube-scheduler"],
				]);
				expect(await kubectl(host, "-n kube-system get deployments -o name")).toBe("");
			},
		},
	},
);

describeConfiguration("an external etcd with TLS, a CA of its own, ECDSA keys, short lives and patches", {
	lab: { hosts: [{ name: "cp-1" }, { name: "etcd-1" }] },
	prepare: async (lab, folder) => {
		await externalEtcd({ member: lab.host("etcd-1"), client: lab.host("cp-1"), folder });
		writeFileSync(join(folder, "given.json"), JSON.stringify(await givenCa({ from: -1, until: 30 })));
	},
	text: (lab, patches) => `
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v${lab.kubernetesVersion}
encryptionAlgorithm: ECDSA-P256
certificateValidityPeriod: 3h0m0s
caCertificateValidityPeriod: 24h0m0s
controlPlaneEndpoint: ${lab.host("cp-1").address}:6443
networking: {podSubnet: ${lab.podSubnet}, serviceSubnet: ${lab.serviceSubnet}}
etcd:
  external:
    endpoints: ["https://${lab.host("etcd-1").address}:2379"]
    caFile: /etc/etcd-client/ca.crt
    certFile: /etc/etcd-client/client.crt
    keyFile: /etc/etcd-client/client.key
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
bootstrapTokens:
- {token: abcdef.0123456789abcdef, ttl: 1h0m0s, description: of the file, usages: [signing, authentication]}
- {token: fedcba.0123456789abcdef, ttl: 0s, description: without end, usages: [authentication]}
localAPIEndpoint: {bindPort: 6443}
patches: {directory: ${patches}}
${componentConfigurations(lab)}`,
	patches: {
		"kube-apiserver+strategic.yaml":
			"spec: {containers: [{name: kube-apiserver, env: [{name: WIDE, value: 'true'}]}]}\n",
		"kube-controller-manager+json.yaml": "- {op: add, path: /spec/containers/0/command/-, value: --v=3}\n",
		"kube-scheduler+merge.json": '{"metadata": {"labels": {"wide.test/patched": "true"}}}\n',
		"kubeletconfiguration+json.json": '[{"op": "add", "path": "/maxPods", "value": 42}]\n',
		"corednsdeployment.yaml": "spec: {replicas: 1}\n",
	},
	program: (folder) => ({
		authorities: { ca: JSON.parse(readFileSync(join(folder, "given.json"), "utf8")) },
		workloads: ["Deployment kube-system/coredns", "DaemonSet kube-system/kube-proxy"],
	}),
	upgradeDiff: [
		"-    env:",
		"-    - name: WIDE",
		'-      value: "true"',
		"-    - --v=3",
		'-    wide.test/patched: "true"',
	],
	judges: {
		"has all that it knows in the external etcd, and no etcd of its own": async ({ host, lab, say }) => {
			const etcdctl = [
				"ETCDCTL_API=3 etcdctl --cacert /etc/etcd-client/ca.crt --cert /etc/etcd-client/client.crt",
				`--key /etc/etcd-client/client.key --endpoints https://${lab.host("etcd-1").address}:2379`,
			].join(" ");
			expect(await say(`${etcdctl} endpoint health 2>&1`)).toContain("is healthy");
			expect(await say(`${etcdctl} get --keys-only /registry/minions/cp-1`)).toBe("/registry/minions/cp-1");
			expect(await say("ls /etc/kubernetes/manifests /etc/kubernetes/pki | grep etcd || true")).toBe("");
			expect(await kubectl(host, "-n kube-system get pods -l component=etcd -o name")).toBe("");
		},
		"has leaves of three hours with ECDSA keys, signed by the CA that was given": async ({ say }) => {
			const { certificates } = JSON.parse(await say("kubeadm certs check-expiration --output=json"));
			const residual = certificates.map((each: { residualTime: number }) => each.residualTime / 3600);
			expect(Math.max(...residual)).toBeLessThanOrEqual(3);
			expect(Math.min(...residual)).toBeGreaterThan(2.7);
			const read = await say("openssl x509 -noout -issuer -text -in /etc/kubernetes/pki/apiserver.crt");
			expect(read).toMatch(/Issuer: CN ?= ?given[\s\S]*NIST CURVE: P-256/);
		},
		"has the patches in its pods, its kubelet and its DNS": async ({ host }) => {
			const pod = (name: string, path: string) =>
				kubectl(host, `-n kube-system get pod ${name}-cp-1 -o jsonpath='{${path}}'`);
			expect(await pod("kube-apiserver", ".spec.containers[0].env[0].name")).toBe("WIDE");
			expect(await pod("kube-controller-manager", ".spec.containers[0].command[-1]")).toBe("--v=3");
			expect(await pod("kube-scheduler", ".metadata.labels.wide\\.test/patched")).toBe("true");
			const { kubeletconfig } = JSON.parse(await kubectl(host, "get --raw /api/v1/nodes/cp-1/proxy/configz"));
			expect(kubeletconfig.maxPods).toBe(42);
			expect(await kubectl(host, "-n kube-system get deployment coredns -o jsonpath='{.spec.replicas}'")).toBe("1");
		},
	},
});
