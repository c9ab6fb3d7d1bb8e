import { describe, expect, it } from "vitest";
import { Cluster } from "../../provider/components/cluster";
import { Tenant, type TenantArgs } from "../../provider/components/tenant";
import { fromYaml } from "../../provider/go/yaml/write";
import { find, sent } from "../support/mocks";

const lab = () =>
	new Cluster("lab", {
		kubernetesVersion: "1.37.2",
		controlPlanes: [
			{
				name: "cp-1",
				connection: { host: "198.18.7.11" },
				localAPIEndpoint: { advertiseAddress: "198.18.7.11" },
			},
		],
	});
const made = (args: Omit<TenantArgs, "cluster">) => sent(() => void new Tenant("shop", { cluster: lab(), ...args }));
const objectsOf = (yaml: string) => yaml.split("---\n").map((text) => fromYaml(text) as Record<string, any>);

/** Runs with mocks in place of the engine. */
describe("a tenant", () => {
	it("gets a kubeconfig of its name and groups, after its rights", async () => {
		const all = await made({ user: "ann", groups: ["shop"], namespace: "shop" });
		const kubeconfig = find(all, "Kubeconfig shop-kubeconfig");
		expect(kubeconfig.inputs["user"]).toEqual({ name: "ann", groups: ["shop"], server: "https://198.18.7.11:6443" });
		expect(kubeconfig.dependsOn).toContain("Addon shop-rights");
	});

	it("gets a binding for each role in its namespace", async () => {
		const all = await made({ user: "ann", namespace: "shop", roles: ["edit", "view"] });
		const [namespace, ...bindings] = objectsOf(find(all, "Addon shop-rights").inputs["yaml"]);
		expect([namespace!["kind"], namespace!["metadata"].name]).toEqual(["Namespace", "shop"]);
		expect(
			bindings.map(({ kind, metadata, roleRef, subjects }) => [kind, metadata, roleRef.name, subjects[0].name]),
		).toEqual(
			["edit", "view"].map((role) => ["RoleBinding", { name: `shop-${role}`, namespace: "shop" }, role, "ann"]),
		);
	});

	it("gets bindings for the whole cluster without a namespace", async () => {
		const all = await made({ user: "ann", roles: ["view"] });
		const objects = objectsOf(find(all, "Addon shop-rights").inputs["yaml"]);
		expect(objects.map(({ kind, metadata }) => [kind, metadata])).toEqual([
			["ClusterRoleBinding", { name: "shop-view" }],
		]);
	});

	it("is refused with all that is wrong, and in a group of Kubernetes' own", async () => {
		await sent(() => {
			const cluster = lab();
			const args = { cluster, user: "", groups: ["system:masters"], namespace: "Shop", roles: [""] };
			expect(() => new Tenant("shop", args)).toThrow(/user: .*groups\[0\]: .*namespace: .*roles\[0\]: /s);
			expect(() => new Tenant("shop", { cluster, user: 1 } as never)).toThrow(/user: expected a string, got 1/);
		});
	});
});
