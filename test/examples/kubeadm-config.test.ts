import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { find, sent } from "../support/mocks.ts";

const here = process.cwd();
beforeAll(() => process.chdir(fileURLToPath(new URL("../../examples/kubeadm-config", import.meta.url))));
afterAll(() => process.chdir(here));

it("makes a cluster of what a kubeadm configuration file says, its patches among it", async () => {
	const all = await sent(() => import("../../examples/kubeadm-config/index.ts"), {
		controlPlanes: [{ name: "cp-1", connection: { host: "198.18.7.11" } }],
		workers: [{ name: "worker-1", connection: { host: "198.18.7.12" } }],
	});
	const { cluster, node } = find(all, "StaticPodManifest kubeadm-config-cp-1-kube-apiserver").inputs;
	expect(cluster).toMatchObject({
		kubernetesVersion: "v1.37.2",
		clusterName: "north",
		controlPlaneEndpoint: "api.north.example:6443",
		networking: { podSubnet: "198.18.0.0/16" },
		apiServer: { certSANs: ["api.north.example"], extraArgs: [{ name: "audit-log-path", value: "-" }] },
		encryptionAlgorithm: "ECDSA-P256",
		kubelet: { maxPods: 50 },
		kubeProxy: { mode: "nftables" },
	});
	expect(node).toMatchObject({
		name: "cp-1",
		nodeRegistration: { kubeletExtraArgs: [{ name: "node-labels", value: "topology.kubernetes.io/zone=a" }] },
		patches: [{ target: "kube-apiserver", type: "strategic", patch: expect.stringContaining("cpu: 500m") }],
	});
	const worker = find(all, "Kubelet kubeadm-config-worker-1-kubelet").inputs.node;
	expect(worker).not.toHaveProperty("patches");
});
