import { beforeEach, describe, expect, it, vi } from "vitest";
import { api } from "../../provider/kubernetes/api";
import { drain, whileDrained } from "../../provider/kubernetes/drain";
import { type NodeRegistrationInputs, nodeRegistration } from "../../provider/lifecycle/node-registration";
import { cluster, node, host as reference } from "../support/cluster";
import { host, printed, server, useControlPlane } from "../support/control-plane";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

const controlPlanes = [reference];
const nodePath = (name: string) => `/api/v1/nodes/${name}`;
const podPath = (name: string) => `/api/v1/namespaces/default/pods/${name}`;

const putNode = (name: string, spec: object = {}, metadata: object = {}) =>
	server.put(nodePath(name), { apiVersion: "v1", kind: "Node", metadata: { name, ...metadata }, spec });
const putPod = (name: string, metadata: object = {}, status: object = { phase: "Running" }) =>
	server.put(podPath(name), {
		apiVersion: "v1",
		kind: "Pod",
		metadata: { name, namespace: "default", ...metadata },
		status,
	});
const empty = async (timeoutSeconds = 10, isForced = false) =>
	drain(await api({ controlPlanes }), {
		nodeName: "worker-1",
		timeoutSeconds,
		isForced,
		onStatus: (line) => printed.push(line),
	});

useControlPlane();

describe("a change of a drained node", () => {
	const during: unknown[] = [];
	const specOf = () => ({ ...(server.objects.get(nodePath("worker-1"))!["spec"] as object) });
	const change = async (work: () => Promise<void> = async () => void during.push(specOf())) =>
		whileDrained(
			await api({ controlPlanes }),
			{ nodeName: "worker-1", timeoutSeconds: 1, isForced: false, onStatus: () => {} },
			work,
		);

	beforeEach(() => {
		during.length = 0;
		putNode("cp-1");
		putNode("worker-1");
	});

	it("happens while the node takes no pods, and the node takes pods again afterwards", async () => {
		await change();
		expect(during).toEqual([{ unschedulable: true }]);
		expect(specOf()).toEqual({});
		expect(server.objects.get(nodePath("worker-1"))!["metadata"]).toMatchObject({ annotations: {} });
	});

	it("lets the node take pods again where the change fails, or where the drain does not end", async () => {
		await expect(change(() => Promise.reject(new Error("no packages")))).rejects.toThrow("no packages");
		expect(specOf()).toEqual({});
		putPod("web");
		server.fault = ({ path }) =>
			path.endsWith("/eviction") ? { status: 429, message: "Cannot evict pod" } : undefined;
		await expect(change()).rejects.toThrow(/default\/web.*the node is as before, and takes pods again/);
		expect(during).toEqual([]);
		expect(specOf()).toEqual({});
	});

	it("leaves a node unschedulable that somebody else has marked", async () => {
		putNode("worker-1", { unschedulable: true });
		await change();
		expect(specOf()).toEqual({ unschedulable: true });
	});

	it("ends a change that was cut off", async () => {
		putNode("worker-1", { unschedulable: true }, { annotations: { "pulumi-kubeadm/changes": "true" } });
		await change();
		expect(specOf()).toEqual({});
	});
});

describe("a drain", () => {
	beforeEach(() => {
		putNode("cp-1");
		putNode("worker-1");
	});

	it("lets no new pods come, evicts what can move, and leaves DaemonSets', static and finished pods", async () => {
		putPod("web", { ownerReferences: [{ kind: "ReplicaSet" }] });
		putPod("bare");
		putPod("proxy", { ownerReferences: [{ kind: "DaemonSet" }] });
		putPod("static", { ownerReferences: [{ kind: "Node" }] });
		putPod("mirror", { annotations: { "kubernetes.io/config.mirror": "00" } });
		putPod("done", {}, { phase: "Succeeded" });
		await empty();
		expect(server.changes().sort()).toEqual([
			`PATCH ${nodePath("worker-1")}`,
			`POST ${podPath("bare")}/eviction`,
			`POST ${podPath("web")}/eviction`,
		]);
		expect(server.objects.get(nodePath("worker-1"))!["spec"]).toEqual({ unschedulable: true });
		const query = server.requests.find(({ path }) => path === "/api/v1/pods");
		expect(query).toBeDefined();
	});

	it("waits for the kubelet to delete a pod that was evicted, also while the pod counts as finished", async () => {
		let looks = 0;
		const endings = [{}, { phase: "Failed" }, { phase: "Failed" }];
		const pod = (status: object) => ({
			apiVersion: "v1",
			kind: "Pod",
			metadata: { name: "web", namespace: "default" },
			status,
		});
		const list = vi.fn(async (_version: string, kind: string) => {
			if (kind === "Node") return [...server.objects.values()];
			const status = endings[looks++];
			return status ? [pod(status)] : [];
		});
		await drain(
			{ ...(await api({ controlPlanes })), list, evict: async () => undefined },
			{ nodeName: "worker-1", timeoutSeconds: 60, isForced: false, onStatus: () => {} },
		);
		expect(looks).toBe(4);
	});

	it("asks for the pods of this node alone", async () => {
		const list = vi.fn(async (_version: string, kind: string) => (kind === "Node" ? [...server.objects.values()] : []));
		await drain(
			{ ...(await api({ controlPlanes })), list },
			{ nodeName: "worker-1", timeoutSeconds: 5, isForced: false, onStatus: () => {} },
		);
		expect(list).toHaveBeenLastCalledWith("v1", "Pod", { fieldSelector: "spec.nodeName=worker-1" });
	});

	it("stops at its limit where a disruption budget refuses, and says which pods block it and what to type", async () => {
		putPod("web");
		server.fault = ({ path }) =>
			path.endsWith("/eviction") ? { status: 429, message: "Cannot evict pod" } : undefined;
		await expect(empty(1)).rejects.toThrow(
			/default\/web \(refused by its disruption budget\)[\s\S]*PULUMI_KUBEADM_FORCE_DRAIN=worker-1 pulumi up/,
		);
	});

	it("goes on after its limit where it is forced, and says which pods are left and why", async () => {
		putPod("web");
		server.fault = ({ path }) =>
			path.endsWith("/eviction") ? { status: 429, message: "Cannot evict pod" } : undefined;
		await empty(1, true);
		expect(printed.at(-1)).toMatch(
			/^warning: node worker-1 is removed while these pods run: default\/web \(refused by its disruption budget\) \(limit of the drain: 1 s\)$/,
		);
		expect(server.objects.has(podPath("web"))).toBe(true);
	});

	it("asks once for the eviction of a pod that is going already, and waits for it", async () => {
		putPod("web", { deletionTimestamp: "2026-01-01T00:00:00Z" });
		const drained = empty();
		await vi.waitFor(() => expect(server.asked("/pods")).toBeGreaterThan(1));
		server.objects.delete(podPath("web"));
		await drained;
		expect(server.changes()).toEqual([`PATCH ${nodePath("worker-1")}`]);
	});

	it("leaves the pods where no other node could take them", async () => {
		putNode("cp-1", { unschedulable: true });
		putPod("web");
		await empty();
		expect(server.changes()).toEqual([`PATCH ${nodePath("worker-1")}`]);
	});

	it("of a node that is gone does nothing", async () => {
		server.objects.delete(nodePath("worker-1"));
		await empty();
		expect(server.changes()).toEqual([]);
	});
});

describe("the registration of a node", () => {
	const taint = { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" as const };
	const foreign = { key: "node.kubernetes.io/not-ready", effect: "NoSchedule", timeAdded: "2026-01-01T00:00:00Z" };
	const inputsFor = (change: object = {}): NodeRegistrationInputs =>
		nodeRegistration.check(
			{ controlPlanes, cluster, node: { ...node, labels: { zone: "a" }, ...change }, role: "control-plane" },
			undefined,
		);
	const living = () => server.objects.get(nodePath("cp-1")) as any;

	it("waits until its kubelet has registered, marks it, and keeps the taints of others", async () => {
		const created = nodeRegistration.create(inputsFor());
		await vi.waitFor(() => expect(server.asked(nodePath("cp-1"))).toBeGreaterThan(1));
		putNode("cp-1", { taints: [foreign] }, { labels: { "kubernetes.io/os": "linux" } });
		const { outputs } = await created;
		expect(outputs).toEqual({ uid: "uid-cp-1" });
		expect(living().metadata.labels).toEqual({
			"kubernetes.io/os": "linux",
			zone: "a",
			"node-role.kubernetes.io/control-plane": "",
			"node.kubernetes.io/exclude-from-external-load-balancers": "",
		});
		expect(living().spec.taints).toEqual([foreign, taint]);
	});

	it("tries again when another changes the taints meanwhile, and loses none", async () => {
		putNode("cp-1");
		let once = true;
		server.fault = ({ method }) => {
			if (method === "PATCH" && once) {
				once = false;
				putNode("cp-1", { taints: [foreign] });
			}
			return undefined;
		};
		await nodeRegistration.create(inputsFor());
		expect(living().spec.taints).toEqual([foreign, taint]);
	});

	it("shows a label and a taint's value that others changed, and puts them back; it removes what is no longer wanted", async () => {
		putNode("cp-1");
		const own = { key: "dedicated", value: "etcd", effect: "NoSchedule" as const };
		const inputs = inputsFor({ nodeRegistration: { taints: [own] } });
		const { id, outputs } = await nodeRegistration.create(inputs);
		putNode(
			"cp-1",
			{ taints: [{ ...own, value: "other" }, foreign] },
			{ labels: { ...living().metadata.labels, zone: "b" } },
		);
		const read = (await nodeRegistration.read!(id, { ...inputs, ...outputs }))!;
		expect(read.labels["zone"]).toBe("b");
		expect(read.taints).toEqual([{ ...own, value: "other" }]);
		await nodeRegistration.update(id, read, inputs);
		expect(living().spec.taints).toEqual([foreign, own]);
		expect(living().metadata.labels.zone).toBe("a");
		await nodeRegistration.update(
			id,
			{ ...inputs, ...outputs },
			inputsFor({ labels: {}, nodeRegistration: { taints: [] } }),
		);
		expect(living().spec.taints).toEqual([foreign]);
		expect(living().metadata.labels).not.toHaveProperty("zone");
	});

	it("is gone when the node is, and then deleted already", async () => {
		putNode("cp-1");
		const inputs = inputsFor();
		const { id } = await nodeRegistration.create(inputs);
		server.objects.delete(nodePath("cp-1"));
		expect(await nodeRegistration.read!(id, { ...inputs, uid: "" })).toBeUndefined();
		await nodeRegistration.delete(id, inputs);
		expect(server.changes().at(-1)).toBe(`DELETE ${nodePath("cp-1")}`);
	});

	it("that is renamed goes on under its new name: the old one's removal leaves the node alone", async () => {
		putNode("cp-1");
		const before = await nodeRegistration.create(inputsFor());
		await nodeRegistration.create(inputsFor());
		await nodeRegistration.delete(before.id, inputsFor());
		expect(living().spec.unschedulable).toBeUndefined();
	});

	it("and leaves no record of itself when it is removed", async () => {
		putNode("cp-1");
		const { id } = await nodeRegistration.create(inputsFor());
		expect(host.paths().join()).toContain("/pulumi-kubeadm/objects/");
		await nodeRegistration.delete(id, inputsFor());
		expect(host.paths().join()).not.toMatch(/objects\/./);
	});
});
