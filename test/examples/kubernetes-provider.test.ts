import { expect, it } from "vitest";
import { find, key, sent } from "../support/mocks.ts";

/** Runs with mocks in place of the engine and of @pulumi/kubernetes's plugin: nothing reaches an API server. */
it("gives the cluster's kubeconfig to @pulumi/kubernetes, without a dependsOn", async () => {
	const all = await sent(() => import("../../examples/kubernetes-provider/index.ts"), {
		controlPlanes: [{ name: "cp-1", connection: { host: "198.18.7.11" } }],
		workers: [],
	});
	const provider = find(all, "pulumi:providers:kubernetes lab");
	expect(provider.inputs.kubeconfig).toBe("mock kubeconfig");
	expect(all.filter(({ type }) => type.startsWith("kubernetes:")).map(key)).toEqual([
		"kubernetes:apps/v1:Deployment web",
		"kubernetes:core/v1:Namespace shop",
	]);
	expect(find(all, "kubernetes:apps/v1:Deployment web").inputs.metadata).toMatchObject({ namespace: "shop" });
});
