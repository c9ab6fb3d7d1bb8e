import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { find, sent } from "../support/mocks.ts";

/** Runs with mocks in place of the engine. test/soak/examples.test.ts makes both clusters. */
it("makes etcd on machines of its own, with the cluster's version and kubelet settings, and no etcd on the control plane", async () => {
	const all = await sent(() => import("../../examples/external-etcd/index.ts"), {
		ssh: {},
		cluster: { kubelet: { maxPods: 50 } },
		etcdMembers: ["etcd-1", "etcd-2", "etcd-3"].map((name, index) => ({ name, host: `198.18.7.3${index}` })),
		controlPlanes: [{ name: "cp-1", host: "198.18.7.11" }],
		workers: [{ name: "worker-1", host: "198.18.7.21" }],
		podNetwork: fileURLToPath(new URL("../../lab/web.yaml", import.meta.url)),
	});
	const manifests = all.filter(({ type }) => type === "StaticPodManifest").map(({ name }) => name);
	expect(manifests).toEqual([
		"apart-cp-1-kube-apiserver",
		"apart-cp-1-kube-controller-manager",
		"apart-cp-1-kube-scheduler",
		"etcd-etcd-1-etcd",
		"etcd-etcd-2-etcd",
		"etcd-etcd-3-etcd",
	]);
	expect(find(all, "StandaloneKubelet etcd-etcd-2-kubelet").inputs.cluster).toMatchObject({
		kubernetesVersion: "1.37.2",
		kubelet: { maxPods: 50 },
	});
	const { external } = find(all, "StaticPodManifest apart-cp-1-kube-apiserver").inputs.cluster.etcd;
	expect(external).toEqual({
		// The mocked machines have one address.
		endpoints: Array(3).fill("https://198.18.7.10:2379"),
		caFile: "/etc/kubernetes/pki/etcd/ca.crt",
		certFile: "/etc/kubernetes/pki/apiserver-etcd-client.crt",
		keyFile: "/etc/kubernetes/pki/apiserver-etcd-client.key",
	});
	expect(find(all, "Addon pod-network").dependsOn).toContain("ClusterAccess apart-access");
});
