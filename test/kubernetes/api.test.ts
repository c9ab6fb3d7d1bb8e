import { describe, expect, it, vi } from "vitest";
import { HostError } from "../../provider/hosts/host-error";
import { setProgramName } from "../../provider/hosts/placement/program";
import { api } from "../../provider/kubernetes/api";
import { withBootstrapToken } from "../../provider/kubernetes/bootstrap-token";
import { addon } from "../../provider/lifecycle/addon";
import { bootstrapToken } from "../../provider/lifecycle/bootstrap-token";
import * as dispatch from "../../provider/lifecycle/dispatch";
import { nodeRegistration } from "../../provider/lifecycle/node-registration";
import { ApiServer } from "../support/api-server";
import { cluster, node, host as reference } from "../support/cluster";
import { host, printed, server, useControlPlane } from "../support/control-plane";
import { MemoryHost } from "../support/memory-host";
import { plain } from "../support/preview-form";
import { hosts } from "../support/reachable";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

const second = { connection: { host: "198.18.0.12" } };
const controlPlanes = [reference];
const configMap = (name: string, data = { a: "1" }, namespace = "default") => ({
	apiVersion: "v1",
	kind: "ConfigMap",
	metadata: { name, namespace },
	data,
});
const at = (name: string, namespace = "default") => `/api/v1/namespaces/${namespace}/configmaps/${name}`;
const yaml = (...objects: object[]) => objects.map((object) => JSON.stringify(object)).join("\n---\n");

useControlPlane();

describe("the Kubernetes API", () => {
	it("is reached through the host, verified by the kubeconfig's CA, and applied to server-side with our name", async () => {
		await (await api({ controlPlanes })).apply(configMap("a"));
		expect(new Set(host.dialled)).toEqual(new Set(["198.18.0.11:6443"]));
		expect(server.objects.get(at("a"))).toMatchObject({ data: { a: "1" } });
		expect(server.requests.at(-1)).toMatchObject({ method: "PATCH", type: "application/apply-patch+yaml" });
	});

	it("is reached at an IPv6 address", async () => {
		const six = await new ApiServer().start("fd00::11");
		host.put("/etc/kubernetes/admin.conf", six.kubeconfig, "0600");
		host.listens = six.port;
		await (await api({ controlPlanes })).apply(configMap("a"));
		expect(host.dialled).toContain("fd00::11:6443");
		await six.stop();
	});

	it.each([6666, 10080])("is reached at port %d, which browsers refuse", async (port) => {
		host.put("/etc/kubernetes/admin.conf", server.kubeconfig.replace(":6443", `:${port}`), "0600");
		await (await api({ controlPlanes })).apply(configMap("a"));
		expect(new Set(host.dialled)).toEqual(new Set([`198.18.0.11:${port}`]));
	});

	it("is reached below a path", async () => {
		host.put("/etc/kubernetes/admin.conf", server.kubeconfig.replace(":6443", ":6443/clusters/a/"), "0600");
		expect(await (await api({ controlPlanes })).read(configMap("a"))).toBeUndefined();
		expect(server.requests[0]!.path).toBe("/clusters/a/api/v1");
	});

	it("is reached where the host's own API server listens, by the name that the kubeconfig has, which may lead nowhere yet", async () => {
		const named = await new ApiServer().start("198.18.0.99");
		host.put("/etc/kubernetes/admin.conf", named.kubeconfig, "0600");
		const readinessProbe = { httpGet: { host: "198.18.0.11", path: "/readyz", port: 6444, scheme: "HTTPS" } };
		const pod = {
			metadata: { name: "kube-apiserver" },
			spec: { containers: [{ name: "kube-apiserver", readinessProbe }] },
		};
		host.put("/etc/kubernetes/manifests/kube-apiserver.yaml", JSON.stringify(pod), "0600");
		host.listens = named.port;
		await (await api({ controlPlanes })).apply(configMap("a"));
		expect(new Set(host.dialled)).toEqual(new Set(["198.18.0.11:6444"]));
		host.put("/etc/kubernetes/manifests/kube-apiserver.yaml", "kind: [Pod", "0600");
		await (await api({ controlPlanes })).apply(configMap("a", { a: "2" }));
		expect(host.dialled.at(-1)).toBe("198.18.0.99:6443");
		await named.stop();
	});

	it("is not spoken to when another one answers", async () => {
		const other = await new ApiServer().start();
		host.listens = other.port;
		vi.useFakeTimers({ toFake: ["performance", "setTimeout"] });
		try {
			const applied = (await api({ controlPlanes })).apply(configMap("a")).catch((error: Error) => error);
			await vi.waitFor(
				async () => {
					await vi.advanceTimersByTimeAsync(2000);
					expect(printed.join()).toMatch(/certificate/);
				},
				{ timeout: 10_000 },
			);
			await vi.advanceTimersByTimeAsync(70_000);
			expect(await applied).toBeInstanceOf(Error);
		} finally {
			vi.useRealTimers();
		}
		expect(other.requests).toEqual([]);
		await other.stop();
	});

	it.each<[string, "cut" | { status: number; message: string }]>([
		["cuts the connection", "cut"],
		["is starting", { status: 503, message: "starting" }],
		["has too much to do", { status: 429, message: "too many requests" }],
	])("is asked again when it %s", async (_what, fault) => {
		let left = 2;
		server.fault = ({ method }) => (method === "PATCH" && left-- > 0 ? fault : undefined);
		await (await api({ controlPlanes })).apply(configMap("a"));
		expect(server.objects.has(at("a"))).toBe(true);
		expect(left).toBeLessThan(0);
	});

	it("is asked again when it knows nobody's rights yet, as it is not ready", async () => {
		let left = 2;
		server.fault = ({ method, path }) => {
			if (path === "/readyz") return { status: 403, message: "forbidden" };
			return method === "PATCH" && left-- > 0 ? { status: 403, message: "forbidden" } : undefined;
		};
		await (await api({ controlPlanes })).apply(configMap("a"));
		expect(server.objects.has(at("a"))).toBe(true);
	});

	it("is not asked again after a refusal, and the error has its message", async () => {
		server.fault = ({ method }) =>
			method === "PATCH" ? { status: 403, message: "configmaps is forbidden" } : undefined;
		await expect((await api({ controlPlanes })).apply(configMap("a"))).rejects.toThrow(
			"Kubernetes API (through root@198.18.0.11:22): apply v1 ConfigMap default/a: 403: configmaps is forbidden",
		);
		expect(server.changes()).toHaveLength(1);
	});

	it("is given time to make a namespace", async () => {
		const applied = (await api({ controlPlanes })).apply(configMap("a", { a: "1" }, "kube-public"));
		await vi.waitFor(() => expect(server.changes()).not.toEqual([]));
		server.put("/api/v1/namespaces/kube-public", {
			apiVersion: "v1",
			kind: "Namespace",
			metadata: { name: "kube-public" },
		});
		await applied;
		expect(server.objects.has(at("a", "kube-public"))).toBe(true);
	});

	it.each([
		["a minute", 60, {}],
		["the time that the program says", 150, { kubernetesAPICall: "2m30s" }],
	])("gives up after %s, with what it last said", async (_what, seconds, timeouts) => {
		server.fault = () => ({ status: 503, message: "etcd is away" });
		vi.useFakeTimers({ toFake: ["performance", "setTimeout"] });
		try {
			const read = (await api({ controlPlanes, ...timeouts }))
				.read(configMap("a"))
				.catch((error: Error) => error.message);
			let done = false;
			void read.then(() => {
				done = true;
			});
			await vi.waitFor(
				async () => {
					await vi.advanceTimersByTimeAsync(1000);
					expect(done).toBe(true);
				},
				{ timeout: 20_000, interval: 5 },
			);
			expect(await read).toBe(
				`Kubernetes API: read v1 ConfigMap default/a: limit of ${seconds} s reached; last observation: 503: etcd is away (through root@198.18.0.11:22)`,
			);
		} finally {
			vi.useRealTimers();
		}
	});

	it("is reached through the next control plane when the first one's API server is down", async () => {
		const other = new MemoryHost("root@198.18.0.12:22");
		other.put("/etc/kubernetes/admin.conf", server.kubeconfig, "0600");
		other.listens = server.port;
		hosts.set("198.18.0.12", other);
		host.listens = undefined;
		await (await api({ controlPlanes: [reference, second] })).apply(configMap("a"));
		expect(server.objects.has(at("a"))).toBe(true);
		expect(other.dialled.length).toBeGreaterThan(0);
	});

	it("is reached through the next control plane when the first one's API server takes a request and does not answer", async () => {
		const other = new MemoryHost("root@198.18.0.12:22");
		const next = await new ApiServer().start();
		other.put("/etc/kubernetes/admin.conf", next.kubeconfig, "0600");
		other.listens = next.port;
		hosts.set("198.18.0.12", other);
		server.fault = () => "silent";
		const { apply } = await api({ controlPlanes: [reference, second] });
		const began = performance.now();
		await apply(configMap("a"));
		expect([...next.objects.keys()]).toEqual([at("a")]);
		expect(performance.now() - began).toBeLessThan(20_000);
		await next.stop();
	});

	it("is reached over a new connection with new credentials", async () => {
		await (await api({ controlPlanes })).apply(configMap("a"));
		const next = await new ApiServer().start();
		host.put("/etc/kubernetes/admin.conf", next.kubeconfig, "0600");
		host.listens = next.port;
		await (await api({ controlPlanes })).apply(configMap("b"));
		expect([...next.objects.keys()]).toEqual([at("b")]);
		await next.stop();
	});

	it("is reached with a kubeconfig that is read once, and again when it is not accepted any more", async () => {
		const read = vi.spyOn(host, "read");
		const { apply } = await api({ controlPlanes });
		for (const name of ["a", "b", "c"]) await apply(configMap(name));
		expect(read).toHaveBeenCalledTimes(1);
		server.fault = ({ path }) => (path === "/readyz" ? undefined : { status: 401, message: "Unauthorized" });
		const next = await new ApiServer().start();
		host.put("/etc/kubernetes/admin.conf", next.kubeconfig, "0600");
		host.listens = next.port;
		await apply(configMap("d"));
		expect([...next.objects.keys()]).toEqual([at("d")]);
		expect(read).toHaveBeenCalledTimes(2);
		await next.stop();
	});

	it("is reached through the next control plane when the first one's host goes away between two requests", async () => {
		const other = new MemoryHost("root@198.18.0.12:22");
		other.put("/etc/kubernetes/admin.conf", server.kubeconfig, "0600");
		other.listens = server.port;
		hosts.set("198.18.0.12", other);
		const { apply } = await api({ controlPlanes: [reference, second] });
		const lost = { host: host.name, layer: "network", reason: "unreachable", what: "no answer", next: "ping" } as const;
		vi.spyOn(host, "dial").mockRejectedValue(new HostError(lost));
		await apply(configMap("a"));
		expect(server.objects.has(at("a"))).toBe(true);
	});

	it("has no object of a kind that it does not know", async () => {
		const read = (await api({ controlPlanes })).read;
		expect(await read({ apiVersion: "v1", kind: "Widget", metadata: { name: "a" } })).toBeUndefined();
		expect(await read({ apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "a" } })).toBeUndefined();
	});

	it("names every control plane that can't be reached", async () => {
		hosts.delete("198.18.0.11");
		await expect(api({ controlPlanes: [reference, second] })).rejects.toThrow(
			"Kubernetes API: no control plane can be reached\nroot@198.18.0.11:22: network: no route to host\nroot@198.18.0.12:22: network: no route to host",
		);
	});
});

describe("objects of an addon", () => {
	const create = async (...objects: object[]) => {
		const { inputs } = dispatch.check("Addon", {}, { controlPlanes, yaml: yaml(...objects) });
		const { id, outs } = await dispatch.create("Addon", inputs!);
		return { id, outs, inputs: inputs! };
	};
	const inputsOf = (...objects: object[]) =>
		dispatch.check("Addon", {}, { controlPlanes, yaml: yaml(...objects) }).inputs!;

	it("are applied in their order, removed in reverse, and gone when they are gone", async () => {
		const { id, outs } = await create(configMap("a"), configMap("b"));
		await dispatch.remove("Addon", id, outs);
		await dispatch.remove("Addon", id, outs);
		expect(server.changes().slice(0, 4)).toEqual([
			`PATCH ${at("a")}`,
			`PATCH ${at("b")}`,
			`DELETE ${at("b")}`,
			`DELETE ${at("a")}`,
		]);
		expect(server.objects.size).toBe(0);
		expect(await dispatch.read("Addon", id, outs)).toEqual({ id: "", props: {} });
	});

	it("stay when their resource is renamed, but for those that the new one does not have, also where another process removes the old one", async () => {
		const before = await create(configMap("a"), configMap("b"));
		const { id, outs } = await create(configMap("a"));
		vi.resetModules();
		const later = await import("../../provider/lifecycle/dispatch");
		expect(later.remove).not.toBe(dispatch.remove);
		await later.remove("Addon", before.id, before.outs);
		expect([...server.objects.keys()]).toEqual([at("a")]);
		await later.remove("Addon", id, outs);
		expect(server.objects.size).toBe(0);
		expect(host.paths().filter((path) => path.includes("/pulumi-kubeadm/objects/"))).toEqual([]);
	});

	it("stay where a rename is taken back that another operation began, and go with their first resource", async () => {
		const before = await create(configMap("a"));
		const renamed = await create(configMap("a", { a: "2" }), configMap("b"));
		vi.resetModules();
		const later = await import("../../provider/lifecycle/dispatch");
		expect(await later.diff("Addon", before.outs, before.inputs)).toEqual({ changes: false });
		await later.remove("Addon", renamed.id, renamed.outs);
		expect([...server.objects.keys()]).toEqual([at("a")]);
		vi.resetModules();
		const last = await import("../../provider/lifecycle/dispatch");
		await last.remove("Addon", before.id, before.outs);
		expect(server.objects.size).toBe(0);
	});

	it("that were applied before another was refused are the renamed resource's", async () => {
		const before = await create(configMap("a"), configMap("b"));
		server.fault = ({ path, method }) =>
			method === "PATCH" && path === at("b") ? { status: 422, message: "no" } : undefined;
		await expect(create(configMap("a"), configMap("b"))).rejects.toThrow(/no/);
		await dispatch.remove("Addon", before.id, before.outs);
		expect([...server.objects.keys()]).toEqual([at("a")]);
	});

	it("without a namespace are applied to default, and are no change afterwards", async () => {
		const bare = { ...configMap("a"), metadata: { name: "a" } };
		const { id, outs, inputs } = await create(bare);
		expect(server.objects.has(at("a"))).toBe(true);
		expect(plain(inputs)["objects"]).toEqual([bare]);
		expect(await dispatch.diff("Addon", outs, inputs)).toEqual({ changes: false });
		const read = await dispatch.read("Addon", id, outs);
		expect(await dispatch.diff("Addon", read.props, inputs)).toEqual({ changes: false });
	});

	it("are shown drifted by a refresh, and only those are applied again", async () => {
		const { id, outs, inputs } = await create(configMap("a"), configMap("b"));
		server.put(at("b"), configMap("b", { a: "2" }));
		const { props, inputs: read } = await dispatch.read("Addon", id, outs);
		expect(plain(read!)["objects"][1].data).toEqual({ a: "2" });
		expect(await dispatch.diff("Addon", props, inputs)).toEqual({});
		server.requests.length = 0;
		await dispatch.update("Addon", id, props, inputs);
		expect(server.changes()).toEqual([`PATCH ${at("b")}`]);
	});

	it("are no drift in the API server's own words, which it is asked for, and a change of theirs is", async () => {
		const wanted = configMap("a", { cpu: "1000m", more: "" } as never);
		server.words = (object) => ({
			...object,
			data: { cpu: (object["data"] as { cpu: string }).cpu.replace(/000m$/, "") },
		});
		const { id, outs, inputs } = await create(wanted);
		const read = await dispatch.read("Addon", id, outs);
		expect(plain(read.inputs!)["objects"]).toEqual([wanted]);
		expect(await dispatch.diff("Addon", read.props, inputs)).toEqual({ changes: false });
		expect(server.changes()).toEqual([`PATCH ${at("a")}`]);
		server.put(at("a"), configMap("a", { cpu: "2" } as never));
		const drifted = await dispatch.read("Addon", id, outs);
		expect(plain(drifted.inputs!)["objects"][0].data).toEqual({ cpu: "2", more: "" });
	});

	it("are shown as they are when the API server refuses to say what it would make of them", async () => {
		const { id, outs } = await create(configMap("a"));
		server.put(at("a"), configMap("a", { a: "2" }));
		server.fault = ({ dryRun }) => (dryRun ? { status: 400, message: "a webhook has side effects" } : undefined);
		const { inputs } = await dispatch.read("Addon", id, outs);
		expect(plain(inputs!)["objects"][0].data).toEqual({ a: "2" });
	});

	it("that are Secrets are said as data, so that a change of what was a text shows", () => {
		const secret = {
			apiVersion: "v1",
			kind: "Secret",
			metadata: { name: "a" },
			data: { a: "eA==" },
			stringData: { b: "y" },
		};
		expect(plain(inputsOf(secret))["objects"]).toEqual([
			{ apiVersion: "v1", kind: "Secret", metadata: { name: "a" }, data: { a: "eA==", b: "eQ==" } },
		]);
	});

	it("that a refresh found deleted are made again", async () => {
		const { id, outs, inputs } = await create(configMap("a"), configMap("b"));
		server.objects.delete(at("a"));
		const { props } = await dispatch.read("Addon", id, outs);
		server.requests.length = 0;
		const { outs: after } = await dispatch.update("Addon", id, props, inputs);
		expect(server.changes()).toEqual([`PATCH ${at("a")}`]);
		expect(await dispatch.diff("Addon", after, inputs)).toEqual({ changes: false });
	});

	it("that are no longer wanted are removed", async () => {
		const { id, outs } = await create(configMap("a"), configMap("b"));
		server.requests.length = 0;
		await dispatch.update("Addon", id, outs, inputsOf(configMap("b")));
		expect(server.changes()).toEqual([`DELETE ${at("a")}`]);
	});

	const deployment = (version: string) => ({
		apiVersion: `apps/${version}`,
		kind: "Deployment",
		metadata: { name: "a", namespace: "default" },
	});

	it("that move to another version of their group stay where their resource is renamed too", async () => {
		const before = await create(deployment("v1"));
		const state = { ...before.outs, objects: [deployment("v1beta1")] };
		const { id, outs } = await create(deployment("v1"));
		server.requests.length = 0;
		await dispatch.remove("Addon", before.id, state);
		expect(server.changes()).toEqual([]);
		await dispatch.remove("Addon", id, outs);
		expect(server.objects.size).toBe(0);
	});

	it("that move to another version of their group are not removed", async () => {
		const { id, outs } = await create(deployment("v1"));
		const state = { ...outs, objects: [deployment("v1beta1")], applied: ["apps/v1beta1 Deployment default/a"] };
		const { outs: after } = await dispatch.update("Addon", id, state, inputsOf(deployment("v1")));
		expect(server.changes().filter((change) => change.startsWith("DELETE"))).toEqual([]);
		expect(after["applied"]).toEqual(["apps/v1 Deployment default/a"]);
	});

	it("of which one is refused are kept as far as they were made, and the next update does the rest and removes what left", async () => {
		server.fault = ({ method, path }) =>
			method === "PATCH" && path === at("b") ? { status: 422, message: "b is invalid" } : undefined;
		const error = await create(configMap("a"), configMap("b")).catch((thrown) => thrown);
		expect(error.message).toContain("422: b is invalid");
		expect(plain(error.properties)).toMatchObject({ objects: [configMap("a")], applied: ["v1 ConfigMap default/a"] });
		server.fault = () => undefined;
		await dispatch.update("Addon", error.id, error.properties, inputsOf(configMap("c")));
		expect([...server.objects.keys()]).toEqual([at("c")]);
	});

	it("are kept in no state when the first one is refused", async () => {
		server.fault = ({ method }) => (method === "PATCH" ? { status: 422, message: "no" } : undefined);
		expect(await create(configMap("a")).catch((thrown) => thrown)).not.toHaveProperty("properties");
	});

	it("are refused where the YAML is none, or holds what is no object", () => {
		expect(() => addon.check({ controlPlanes, yaml: "a: [" }, undefined)).toThrow(
			"yaml: expected YAML documents, got text that is none",
		);
		expect(() => addon.check({ controlPlanes, yaml: "kind: A\nmetadata: {}" }, undefined)).toThrow(
			/yaml\[0\]\.apiVersion: expected text.*\n.*yaml\[0\]\.metadata\.name/,
		);
	});
});

describe("the time that a node's program gives its requests", () => {
	const silent = { ...node, apiServer: { advertiseAddress: "198.18.0.11" } };
	const own = { ...silent, timeouts: { kubernetesAPICall: "2m30s" } };
	const kinds = {
		CoreDns: { controlPlanes, cluster, node: own },
		KubeProxy: { controlPlanes, cluster, node: own },
		ConfigurationUpload: { controlPlanes, cluster, node: own },
		ClusterAccess: { controlPlanes, cluster, node: own, certificate: "a certificate" },
		NodeRegistration: { controlPlanes, cluster, node: own, role: "worker" },
		Kubelet: { host: reference, controlPlanes, cluster, node: own, role: "worker", authority: { certificate: "a" } },
	} as const;

	it.each(Object.entries(kinds))("is that of its %s, and not said where the program says none", (kind, args) => {
		const inputsOf = (given: object) => dispatch.check(kind as keyof typeof kinds, {}, { ...args, ...given }).inputs!;
		expect(inputsOf({})).toMatchObject({ kubernetesAPICall: "2m30s" });
		expect(inputsOf({ node: silent })).not.toHaveProperty("kubernetesAPICall");
	});
});

describe("a token for one join", () => {
	const reference = { controlPlanes };
	const fail = () => Promise.reject(new Error("cp-1: the kubelet has not written it"));

	it("is there while the node joins, and not afterwards, whatever came of it", async () => {
		const secrets = () => [...server.objects.keys()].filter((path) => path.includes("/secrets/bootstrap-token-"));
		server.put("/api/v1/namespaces/kube-system", {
			apiVersion: "v1",
			kind: "Namespace",
			metadata: { name: "kube-system" },
		});
		expect(await withBootstrapToken(reference, { description: "a" }, async () => secrets().length)).toBe(1);
		expect(secrets()).toEqual([]);
		await expect(withBootstrapToken(reference, { description: "a" }, fail)).rejects.toThrow("has not written it");
		expect(secrets()).toEqual([]);
	});

	it("that can't be removed does not hide why the node did not join", async () => {
		server.put("/api/v1/namespaces/kube-system", {
			apiVersion: "v1",
			kind: "Namespace",
			metadata: { name: "kube-system" },
		});
		server.fault = ({ method }) => (method === "DELETE" ? { status: 403, message: "secrets is forbidden" } : undefined);
		await expect(withBootstrapToken(reference, { description: "a" }, fail)).rejects.toThrow("has not written it");
		expect(printed.join()).toContain("secrets is forbidden");
		await expect(withBootstrapToken(reference, { description: "a" }, async () => 1)).rejects.toThrow(
			"secrets is forbidden",
		);
	});
});

describe("a control plane that is gone", () => {
	it("takes its API's objects with it: objects, tokens and nodes are deleted with a message and no error", async () => {
		const registration = nodeRegistration.check({ controlPlanes, cluster, node, role: "control-plane" }, undefined);
		await host.remove(["/etc/kubernetes/admin.conf"]);
		await addon.delete("a", { controlPlanes, objects: [configMap("a")] });
		await bootstrapToken.delete("abcdef", bootstrapToken.check({ controlPlanes }, undefined));
		await nodeRegistration.delete("n", registration);
		expect(printed).toEqual(
			Array(3).fill(
				"root@198.18.0.11:22: expected a kubeconfig at /etc/kubernetes/admin.conf, got none; the control plane is gone, and all objects of its API with it",
			),
		);
		expect(server.requests).toEqual([]);
	});

	it("is not assumed for a control plane that cannot be reached, nor for one of two", async () => {
		await host.remove(["/etc/kubernetes/admin.conf"]);
		await expect(addon.delete("a", { controlPlanes: [reference, second], objects: [configMap("a")] })).rejects.toThrow(
			"no route to host",
		);
		hosts.clear();
		await expect(addon.delete("a", { controlPlanes, objects: [configMap("a")] })).rejects.toThrow("no route to host");
	});

	it("takes its objects along in a destroy, also where its API cannot be asked, and says so once", async () => {
		await host.remove(["/etc/kubernetes/admin.conf"]);
		host.put("/etc/kubernetes/manifests/kube-apiserver.yaml", "kind: Pod", "0600");
		await addon.delete("a", { controlPlanes, objects: [configMap("a")] });
		await addon.delete("b", { controlPlanes, objects: [configMap("b")] });
		expect(printed).toEqual([
			expect.stringMatching(/^the Kubernetes API does not answer: its objects go with the cluster: .*admin\.conf/),
		]);
	});

	it("is none whose API server's manifest is there: only its kubeconfig is lost, and all of it stays", async () => {
		setProgramName("shop/dev");
		await host.remove(["/etc/kubernetes/admin.conf"]);
		host.put("/etc/kubernetes/manifests/kube-apiserver.yaml", "kind: Pod", "0600");
		const registration = nodeRegistration.check({ controlPlanes, cluster, node, role: "control-plane" }, undefined);
		for (const removal of [
			addon.delete("a", { controlPlanes, objects: [configMap("a")] }),
			bootstrapToken.delete("abcdef", bootstrapToken.check({ controlPlanes }, undefined)),
			nodeRegistration.delete("n", registration),
		])
			await expect(removal).rejects.toThrow(
				"expected a kubeconfig at /etc/kubernetes/admin.conf, got none; run `pulumi up --refresh`",
			);
	});

	it("is an error for a resource that has to create objects", async () => {
		await host.remove(["/etc/kubernetes/admin.conf"]);
		await expect(dispatch.create("Addon", { controlPlanes, objects: [configMap("a")] })).rejects.toThrow(
			"expected a kubeconfig at /etc/kubernetes/admin.conf, got none; run `pulumi up --refresh`",
		);
	});
});
