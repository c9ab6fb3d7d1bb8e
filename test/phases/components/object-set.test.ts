import { describe, expect, it, vi } from "vitest";
import { markDeclared } from "../../../provider/hosts/placement/owner";
import { objectSet } from "../../../provider/phases/components/object-set";
import type { KubernetesObject } from "../../../provider/render/kubernetes-object";
import { host as reference } from "../../support/cluster";
import { host, printed, server, useControlPlane } from "../../support/control-plane";

vi.mock("../../../provider/hosts/reach", () => import("../../support/reachable"));

const configMap = (name: string, value = "1"): KubernetesObject => ({
	apiVersion: "v1",
	kind: "ConfigMap",
	metadata: { name, namespace: "default" },
	data: { value },
});
const path = (name: string) => `/api/v1/namespaces/default/configmaps/${name}`;
const nameOf = (name: string) => `v1 ConfigMap default/${name}`;

describe("a set of objects", () => {
	const set = objectSet("settings");
	const placement = (owner = "settings#1", applied = new Map<string, KubernetesObject>()) => ({
		controlPlanes: [reference],
		owner,
		applied,
	});

	useControlPlane();

	it("is applied in its order, and tells the digest of each object", async () => {
		const saved = await set.save(placement(), [configMap("a"), configMap("b")]);
		expect(server.changes()).toEqual([`PATCH ${path("a")}`, `PATCH ${path("b")}`]);
		expect(Object.keys(saved)).toEqual([nameOf("a"), nameOf("b")]);
		for (const digest of Object.values(saved)) expect(digest).toMatch(/^[0-9a-f]{64}$/);
		expect(saved[nameOf("a")]).not.toBe(saved[nameOf("b")]);
	});

	it("applies only what changed, and removes what it no longer has", async () => {
		const target = placement();
		await set.save(target, [configMap("a"), configMap("b")]);
		server.requests.length = 0;
		await set.save(target, [configMap("a"), configMap("c")]);
		expect(server.changes()).toEqual([`PATCH ${path("c")}`, `DELETE ${path("b")}`]);
		expect([...target.applied.keys()]).toEqual([nameOf("a"), nameOf("c")]);
	});

	it("applies all of it again where that is asked for", async () => {
		const target = placement();
		await set.save(target, [configMap("a")]);
		server.requests.length = 0;
		await set.save({ ...target, applyAll: true }, [configMap("a")]);
		expect(server.changes()).toEqual([`PATCH ${path("a")}`]);
	});

	it("keeps a true account where a save fails half way, and removes by it what was applied", async () => {
		server.fault = (request) =>
			request.method === "PATCH" && request.path === path("b")
				? { status: 422, message: "the object b is invalid" }
				: undefined;
		const target = placement();
		await expect(set.save(target, [configMap("a"), configMap("b")])).rejects.toThrow(/the object b is invalid/);
		expect([...target.applied.keys()]).toEqual([nameOf("a")]);
		server.fault = () => undefined;
		server.requests.length = 0;
		await set.clean(target, [...target.applied.values()]);
		expect(server.changes()).toEqual([`DELETE ${path("a")}`]);
	});

	it("is removed in reverse order, without the objects that another resource has taken over", async () => {
		await set.save(placement(), [configMap("a"), configMap("b"), configMap("c")]);
		await set.save(placement("renamed#2"), [configMap("b")]);
		server.requests.length = 0;
		await set.clean(placement(), [configMap("a"), configMap("b"), configMap("c")]);
		expect(server.changes()).toEqual([`DELETE ${path("c")}`, `DELETE ${path("a")}`]);
	});

	it("leaves an object to the other resource that has made it too, also where both made it at once", async () => {
		const sets = ["ann#1", "ben#2"].map((owner) => placement(owner));
		await Promise.all(sets.map((each) => set.save(each, [configMap("shared")])));
		markDeclared("ann#1");
		server.requests.length = 0;
		await set.clean(sets[1]!, [configMap("shared")]);
		expect(server.changes()).toEqual([]);
		await set.clean(sets[0]!, [configMap("shared")]);
		expect(server.changes()).toEqual([`DELETE ${path("shared")}`]);
	});

	describe("with an object that was in the API before", () => {
		const line = `${nameOf("a")} stays in the API: it was there before this program`;

		it("stays there when its resource is deleted, also after the resource was renamed", async () => {
			server.put(path("a"), configMap("a", "of somebody else"));
			await set.save(placement(), [configMap("a"), configMap("b")]);
			expect(server.objects.get(path("a"))).toMatchObject({ data: { value: "1" } });
			await set.save(placement("renamed#2"), [configMap("a"), configMap("b")]);
			await set.clean(placement(), [configMap("a"), configMap("b")]);
			await set.clean(placement("renamed#2"), [configMap("a"), configMap("b")]);
			expect([...server.objects.keys()].filter((key) => key.includes("configmaps"))).toEqual([path("a")]);
			expect(printed).toEqual([line]);
			expect(host.paths().filter((each) => each.includes("/objects/"))).toEqual([]);
		});

		it("stays there when the resource no longer has it", async () => {
			server.put(path("a"), configMap("a"));
			const target = placement();
			await set.save(target, [configMap("a"), configMap("b")]);
			await set.save(target, [configMap("b")]);
			expect(server.objects.has(path("a"))).toBe(true);
			expect(printed).toEqual([line]);
		});

		it("is this program's where its create was killed: the record comes first", async () => {
			const recorded: number[] = [];
			server.fault = ({ method }) => {
				if (method === "PATCH") recorded.push(host.paths().filter((each) => each.includes("/objects/")).length);
				return undefined;
			};
			await set.save(placement(), [configMap("a"), configMap("b")]);
			expect(recorded).toEqual([2, 2]);
			// The next run knows nothing of the killed one's resource.
			await set.save(placement("settings#2"), [configMap("a"), configMap("b")]);
			await set.clean(placement("settings#2"), [configMap("a"), configMap("b")]);
			expect(server.objects.size).toBe(0);
		});
	});

	it("has no record of an object that was not applied", async () => {
		server.fault = ({ method }) => (method === "PATCH" ? { status: 422, message: "no" } : undefined);
		await expect(set.save(placement(), [configMap("a")])).rejects.toThrow("no");
		expect(host.paths().filter((each) => each.includes("/objects/"))).toEqual([]);
	});
});
