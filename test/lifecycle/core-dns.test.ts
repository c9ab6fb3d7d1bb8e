import { beforeEach, describe, expect, it, vi } from "vitest";
import { coreDns } from "../../provider/lifecycle/core-dns";
import { cluster, node, host as reference } from "../support/cluster";
import { printed, server, useControlPlane } from "../support/control-plane";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

// Objects in an API server of the test: that the pods come up sooner by it is measured on hosts.
describe("CoreDNS", () => {
	const inputs = coreDns.check({ controlPlanes: [reference], cluster, node }, undefined);

	useControlPlane();
	beforeEach(() => {
		server.fault = ({ path }) =>
			path.startsWith("/apis/apps/v1") ? undefined : { status: 400, message: "an object of CoreDNS" };
	});

	const kubeProxy = (numberAvailable: number) =>
		server.put("/apis/apps/v1/namespaces/kube-system/daemonsets/kube-proxy", {
			apiVersion: "apps/v1",
			kind: "DaemonSet",
			metadata: { name: "kube-proxy", namespace: "kube-system" },
			status: { numberAvailable, updatedNumberScheduled: 1, desiredNumberScheduled: 1 },
		});

	it("is placed when kube-proxy serves on a node", async () => {
		kubeProxy(0);
		const placed = coreDns.create(inputs).catch((error: Error) => error.message);
		await vi.waitFor(
			() => expect(printed.join("\n")).toMatch(/kube-proxy, before CoreDNS: .*not ready on any node yet/),
			{ timeout: 15_000 },
		);
		expect(server.changes()).toEqual([]);
		kubeProxy(1);
		expect(await placed).toMatch(/an object of CoreDNS/);
	});

	it("is placed at once where there is no kube-proxy", async () => {
		await expect(coreDns.create(inputs)).rejects.toThrow(/an object of CoreDNS/);
	});

	describe("what a person changed in it", () => {
		const paths = {
			deployment: "/apis/apps/v1/namespaces/kube-system/deployments/coredns",
			corefile: "/api/v1/namespaces/kube-system/configmaps/coredns",
		};
		const inputsWith = (dns: object) =>
			coreDns.check({ controlPlanes: [reference], cluster: { ...cluster, dns }, node }, undefined);
		const find = ({ objects }: typeof inputs, kind: string) =>
			objects.find((object) => object.kind === kind && object.metadata.name === "coredns") as any;

		beforeEach(() => {
			server.fault = () => undefined;
			const metadata = { name: "kube-system" };
			server.put("/api/v1/namespaces/kube-system", { apiVersion: "v1", kind: "Namespace", metadata });
		});

		/** Makes CoreDNS, and changes it as a person does. */
		const changed = async (dns: object = {}) => {
			const wanted = inputsWith(dns);
			const { id, outputs } = await coreDns.create(wanted);
			const deployment = structuredClone(find(wanted, "Deployment"));
			deployment.spec.replicas = 5;
			deployment.spec.template.spec.tolerations = [{ operator: "Exists" }];
			server.put(paths.deployment, deployment);
			server.put(paths.corefile, { ...find(wanted, "ConfigMap"), data: { Corefile: ".:53 {}\n" } });
			return { id, state: { ...wanted, ...outputs } };
		};

		it("is no drift where the program does not set it, and is said in one line", async () => {
			const { id, state } = await changed();
			printed.length = 0;
			expect(await coreDns.read!(id, state)).toEqual(state);
			expect(printed).toEqual([
				"coredns: changed by hand and left alone: ConfigMap coredns data.Corefile (in the program: dns.corefile), Deployment coredns spec.replicas (in the program: dns.replicas), Deployment coredns spec.template.spec.tolerations (in the program: dns.tolerations)",
			]);
		});

		it("stays where another field of the object changes", async () => {
			const { id, state } = await changed();
			await coreDns.update(id, state, inputsWith({ imageTag: "v9.9.9" }));
			const { spec } = server.objects.get(paths.deployment) as any;
			expect(spec.replicas).toBe(5);
			expect(spec.template.spec.tolerations).toEqual([{ operator: "Exists" }]);
			expect(spec.template.spec.containers[0].image).toBe("registry.k8s.io/coredns/coredns:v9.9.9");
		});

		it("is drift where the program sets it, also to kubeadm's own value", async () => {
			const { id, state } = await changed({ replicas: 2 });
			const read = (await coreDns.read!(id, state))!;
			expect(find(read, "Deployment").spec.replicas).toBe(5);
			expect(find(read, "ConfigMap")).toEqual(find(state, "ConfigMap"));
			await coreDns.update(id, read, inputsWith({ replicas: 2 }));
			expect((server.objects.get(paths.deployment) as any).spec.replicas).toBe(2);
			expect((server.objects.get(paths.corefile) as any).data.Corefile).toBe(".:53 {}\n");
		});

		it("is put back once the program sets it, also to kubeadm's own value", async () => {
			const { id, state } = await changed();
			const read = (await coreDns.read!(id, state))!;
			await coreDns.update(id, read, inputsWith({ replicas: 2 }));
			expect((server.objects.get(paths.deployment) as any).spec.replicas).toBe(2);
			expect((server.objects.get(paths.corefile) as any).data.Corefile).toBe(".:53 {}\n");
		});

		it("is set by each field of dns", () => {
			const resources = { limits: { memory: "300Mi" } };
			const dns = { replicas: 3, corefile: ".:53 {}\n", resources, tolerations: [], nodeSelector: { zone: "a" } };
			const wanted = inputsWith(dns);
			expect(find(wanted, "ConfigMap").data).toEqual({ Corefile: ".:53 {}\n" });
			const { replicas, template } = find(wanted, "Deployment").spec;
			expect(replicas).toBe(3);
			expect(template.spec).toMatchObject({
				tolerations: [],
				nodeSelector: { zone: "a" },
				containers: [{ resources }],
			});
			expect(wanted.leftAlone).toEqual(["Deployment coredns spec.template.spec.affinity"]);
		});
	});
});
