import { expect, it } from "vitest";
import { find, key, sent } from "../support/mocks.ts";

/** Runs with mocks in place of the engine. Whether a cluster starts in this order is not tested here. */
it("puts a cluster together without the component Cluster, one worker after another", async () => {
	const all = await sent(() => import("../../examples/composed/index.ts"), {
		cluster: { networking: { podSubnet: "198.19.0.0/20" } },
		controlPlane: { name: "cp-1", host: "198.18.7.11" },
		workers: [
			{ name: "worker-1", host: "198.18.7.12" },
			{ name: "worker-2", host: "198.18.7.13" },
		],
	});
	const own = all.filter(({ parent }) => !parent).map(key);
	expect(own).toEqual([
		"CertificateAuthority ca",
		"CertificateAuthority etcd-ca",
		"CertificateAuthority front-proxy-ca",
		"ClusterAccess access",
		"ClusterIdentity composed",
		"ConfigurationUpload configuration",
		"ControlPlaneNode cp-1",
		"CoreDns coredns",
		"Host cp-1",
		"Host worker-1",
		"Host worker-2",
		"Kubeconfig super-admin.conf",
		"Kubeconfig tenant",
		"KubeProxy kube-proxy",
		"NodeRegistration cp-1",
		"ServiceAccountKey sa",
		"WorkerNode worker-1",
		"WorkerNode worker-2",
	]);
	expect(find(all, "ClusterIdentity composed").inputs.members).toEqual([{ name: "cp-1", address: "198.18.7.10" }]);
	expect(find(all, "ClusterAccess access").dependsOn).toContain("Gate cp-1-gate");
	expect(find(all, "WorkerNode worker-1").dependsOn).toEqual([]);
	expect(find(all, "WorkerNode worker-2").dependsOn).toEqual(["NodeRegistration worker-1-node"]);
	expect(find(all, "Kubelet worker-2-kubelet").dependsOn).toEqual(
		expect.arrayContaining(["ClusterAccess access", "ConfigurationUpload configuration"]),
	);
	expect(find(all, "Kubeconfig tenant").inputs.user).toEqual({
		name: "tenant",
		groups: ["tenants"],
		server: "https://198.18.7.10:6443",
	});
	expect(find(all, "Kubeconfig tenant").secretOutputs).toEqual(["kubeconfig"]);
});
