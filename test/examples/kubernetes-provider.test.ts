import { expect, it } from "vitest";
import { find, key, sent } from "../support/mocks.ts";

/** Runs with mocks in place of the engine and of @pulumi/kubernetes's plugin: nothing reaches an API server. */
it("gives the cluster's kubeconfig to @pulumi/kubernetes, which makes the pod network before the pods", async () => {
	const all = await sent(() => import("../../examples/kubernetes-provider/index.ts"), {
		controlPlanes: [{ name: "cp-1", connection: { host: "198.18.7.11" } }],
		workers: [],
	});
	const provider = find(all, "pulumi:providers:kubernetes lab");
	expect(provider.inputs.kubeconfig).toBe("mock kubeconfig");
	expect(all.filter(({ type }) => type.startsWith("kubernetes:")).map(key)).toEqual([
		"kubernetes:apps/v1:Deployment web",
		"kubernetes:core/v1:Namespace kube-flannel",
		"kubernetes:core/v1:Namespace shop",
		"kubernetes:helm.sh/v3:Release flannel",
	]);
	const release = find(all, "kubernetes:helm.sh/v3:Release flannel");
	expect(release.inputs).toMatchObject({ chart: "flannel", version: "v0.28.9", namespace: "kube-flannel" });
	const { cluster } = find(all, "StaticPodManifest lab-cp-1-kube-controller-manager").inputs;
	expect(release.inputs.values).toEqual({ podCidr: cluster.networking.podSubnet });
	const deployment = find(all, "kubernetes:apps/v1:Deployment web");
	expect(deployment.inputs.metadata).toMatchObject({ namespace: "shop" });
	expect(deployment.dependsOn).toContain("kubernetes:helm.sh/v3:Release flannel");
});
