import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { resolveCluster } from "../../../provider/config/cluster";
import { resolveNode } from "../../../provider/config/node";
import { certificateAuthority } from "../../../provider/lifecycle/certificate-authority";
import { clusterReady } from "../../../provider/lifecycle/cluster-ready";
import { coreDns } from "../../../provider/lifecycle/core-dns";
import { gate } from "../../../provider/lifecycle/gate";
import { kubeProxy } from "../../../provider/lifecycle/kube-proxy";
import { kubelet } from "../../../provider/lifecycle/kubelet";
import { lifecycles } from "../../../provider/lifecycle/lifecycles";
import { staticPodManifest } from "../../../provider/lifecycle/static-pod-manifest";
import { components, staticPodComponents } from "../../../provider/phases/components/registry";
import { componentRenderers } from "../../../provider/render/components";
import { nodeFiles } from "../../../provider/render/node-plan";
import { ApiServer } from "../../support/api-server";
import { cluster, node, host as reference } from "../../support/cluster";
import { controlPlaneOf } from "../../support/control-plane";

vi.mock("../../../provider/hosts/reach", () => import("../../support/reachable"));

/** The seven components of a cluster, as Kubernetes names them. */
const seven = [
	"coredns",
	"etcd",
	"kube-apiserver",
	"kube-controller-manager",
	"kube-proxy",
	"kube-scheduler",
	"kubelet",
] as const;

describe("the registry of components", () => {
	it("has the seven of a cluster under their names", () => {
		expect(Object.keys(components).sort()).toEqual(seven);
		expect(Object.entries(components).filter(([name, component]) => component.name !== name)).toEqual([]);
	});

	it.each(seven)("renders the same %s for the same cluster", (name) => {
		const resolved = resolveCluster(cluster);
		const context = { cluster: resolved, node: resolveNode(resolved, node, "control-plane") };
		expect(Object.keys(components[name].render(context)).length).toBeGreaterThan(0);
		expect(components[name].render(context)).toEqual(components[name].render(context));
	});
});

/** What production does with a component, and the moment of the component that it must go through. */
const uses = [
	["preview", "render"],
	["create", "save"],
	["update", "save"],
	["wait", "run"],
	["delete", "clean"],
] as const;
type Use = (typeof uses)[number][0];

// A host and an API server of the test take the place of real ones: what the moments do to those is proved on hosts.
describe("the resources of a cluster", () => {
	/** Moments of components that were called, as `create etcd save`. */
	const calls = new Set<string>();
	let use: Use;
	let server: ApiServer;

	beforeAll(async () => {
		server = await new ApiServer().start();
		const controlPlane = controlPlaneOf(server);
		controlPlane.answers(/./, () => "");
		controlPlane.put("/etc/kubernetes/kubelet.conf", "in place\n");
		vi.spyOn(console, "log").mockImplementation(() => {});
		for (const name of seven) {
			const component = components[name];
			const render = component.render as (context: object) => object;
			vi.spyOn(component, "render").mockImplementation(((context: object) => {
				calls.add(`${use} ${name} render`);
				return render(context);
			}) as never);
			for (const moment of ["save", "run", "clean"] as const)
				vi.spyOn(component, moment as "run").mockImplementation((async () => {
					calls.add(`${use} ${name} ${moment}`);
					return {};
				}) as never);
		}
		await upAndDown((next) => {
			use = next;
		});
	});

	afterAll(async () => {
		vi.restoreAllMocks();
		await server.stop();
	});

	it.each(seven.flatMap((name) => uses.map(([step, moment]) => ({ name, step, moment }))))(
		"$step $name by its component's $moment",
		({ name, step, moment }) => {
			expect([...calls]).toContain(`${step} ${name} ${moment}`);
		},
	);
});

/** Previews, creates, updates, waits for and deletes each resource of a cluster that holds a component. */
async function upAndDown(begin: (use: Use) => void): Promise<void> {
	const { outputs: authority } = await certificateAuthority.create(
		certificateAuthority.check({ name: "ca", cluster }, undefined),
	);
	const args = { host: reference, cluster, node: { ...node, skipPhases: ["preflight", "kubeconfig/kubelet"] } };
	const initialMembers = [{ name: "cp-1", address: "198.18.0.11" }];
	const inApi = { controlPlanes: [reference], cluster, node: args.node };
	const workloads = ["Deployment kube-system/coredns", "DaemonSet kube-system/kube-proxy"];

	begin("preview");
	const names = Object.keys(staticPodComponents) as (keyof typeof staticPodComponents)[];
	const resources: { lifecycle: AnyLifecycle; inputs: object }[] = [
		...names.map((component) => ({
			lifecycle: staticPodManifest as AnyLifecycle,
			inputs: staticPodManifest.check({ ...args, component, initialMembers }, undefined),
		})),
		{
			lifecycle: kubelet as AnyLifecycle,
			inputs: kubelet.check({ ...args, role: "control-plane", authority }, undefined),
		},
		...[kubeProxy, coreDns].map((addon) => ({
			lifecycle: addon as AnyLifecycle,
			inputs: addon.check(inApi, undefined),
		})),
	];
	const states: Made[] = [];
	for (const { lifecycle, inputs } of resources) {
		begin("create");
		const { id, outputs } = await lifecycle.create(inputs as never);
		begin("update");
		const state = { ...inputs, ...outputs };
		states.push({
			lifecycle,
			id,
			state: { ...state, ...(await lifecycle.update(id, state as never, inputs as never)) },
		});
	}
	begin("wait");
	await gate.create(gate.check({ ...args, initialMembers, credentials: {} }, undefined));
	await kubelet.update("kubelet#1", { ...states[4]!.state } as never, resources[4]!.inputs as never);
	await clusterReady.create(clusterReady.check({ controlPlanes: [reference], nodes: [], workloads }, undefined));
	begin("delete");
	for (const { lifecycle, id, state } of states.reverse()) await lifecycle.delete(id, state as never);
}

interface Made {
	lifecycle: AnyLifecycle;
	id: string;
	state: object;
}

/** A lifecycle whose inputs and outputs are those of any resource. */
interface AnyLifecycle {
	create(inputs: never): Promise<{ id: string; outputs: object }>;
	update(id: string, state: never, inputs: never): Promise<object>;
	delete(id: string, state: never): Promise<void>;
}

describe("the files of a node", () => {
	it.each(["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet"] as const)(
		"have %s as its component renders it",
		(name) => {
			const render = vi.spyOn(componentRenderers, name);
			const resolved = resolveCluster(cluster);
			nodeFiles(resolved, resolveNode(resolved, node, "control-plane"));
			expect(render).toHaveBeenCalledTimes(1);
			render.mockRestore();
		},
	);
});

describe("every kind of resource", () => {
	it.each(Object.entries(lifecycles))("%s can be checked, made, changed and removed", (_kind, lifecycle) => {
		for (const step of ["check", "create", "update", "delete"] as const) expect(lifecycle[step]).toBeTypeOf("function");
	});
});
