import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolveCluster } from "../../dist/config/cluster.js";
import { resolveNode } from "../../dist/config/node.js";
import { connect, disconnectAll } from "../../dist/hosts/ssh/ssh.js";
import { addonComponents, components } from "../../dist/phases/components/registry.js";
import { type Lab, startLab } from "../../lab/index.ts";
import { clusterOn } from "./support/cluster.ts";
import { type TestStack, testStack } from "./support/stack.ts";

/** Objects of an addon as their authors write them. */
const saidOtherwise = join(import.meta.dirname, "support/said-otherwise.yaml");

/** What the four moments of any component need, whatever it is made of. */
interface AnyComponent {
	render(context: object): object;
	save(placement: object, rendered: object): Promise<Record<string, string>>;
	run(site: object, rendered: object, patience: { timeoutSeconds: number }): Promise<void>;
	clean(placement: object, rendered: object): Promise<void>;
}

/**
 * From what is needed least to what everything needs. The kubelet comes last: one that has just started takes no manifest
 * away before it has spoken to the API server.
 */
const order = [
	"coredns",
	"kube-proxy",
	"kube-scheduler",
	"kube-controller-manager",
	"kube-apiserver",
	"etcd",
	"kubelet",
] as const;

describe("each of the seven components of a running cluster", () => {
	let lab: Lab;
	let stack: TestStack;
	let context: object;

	beforeAll(async () => {
		lab = await startLab({ hosts: [{ name: "cp-1" }] });
		// Nothing of ours may need it.
		await lab.host("cp-1").exec('rm "$(command -v crictl)"', { check: true });
		stack = await testStack("cluster");
		const program = { ...clusterOn(lab), addons: { otherwise: await readFile(saidOtherwise, "utf8") } };
		await stack.configure(program);
		await stack.up();
		const { controlPlanes, workers: _workers, ...spec } = program.cluster;
		const cluster = resolveCluster(spec as Parameters<typeof resolveCluster>[0]);
		const { facts } = (await resource("Host")).outputs;
		const node = resolveNode(cluster, { name: controlPlanes[0]!.name, facts }, "control-plane");
		context = { cluster, node, initialMembers: [{ name: node.name, address: node.localAPIEndpoint.advertiseAddress }] };
	});

	afterAll(async () => {
		await disconnectAll();
		await lab?.stop();
		await stack?.remove();
	});

	const resource = async (kind: string, name = "") => {
		const { resources } = await stack.state();
		return resources.find(
			({ urn, type }: { urn: string; type: string }) => type.endsWith(`:${kind}`) && urn.endsWith(name),
		);
	};
	const connection = () => ({
		host: lab.host("cp-1").address,
		privateKeyFile: lab.sshKeyFile,
		knownHostsFile: lab.knownHostsFile,
	});
	/** The site of a component, and the resource that placed it. */
	const placementOf = async (name: (typeof order)[number]) => {
		const kind = { coredns: "CoreDns", "kube-proxy": "KubeProxy", kubelet: "Kubelet" }[name as string];
		const { id: owner } = kind ? await resource(kind) : await resource("StaticPodManifest", name);
		return name in addonComponents
			? { controlPlanes: [{ connection: connection() }], owner }
			: { host: await connect(connection()), owner };
	};

	it("run beside an addon that says things in other words than the API server, and a refresh shows only its changes", async () => {
		const kubectl = (words: string) =>
			lab
				.host("cp-1")
				.exec(`kubectl --kubeconfig /etc/kubernetes/admin.conf --namespace otherwise ${words}`, { check: true });
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
		await kubectl("set resources daemonset agent --containers=agent --limits=cpu=2");
		await kubectl(`patch secret agent --type=merge --patch '{"data":{"password":null}}'`);
		const { changes, text } = await stack.preview({ refresh: true });
		expect(changes).toEqual(["update Addon otherwise"]);
		const resources = (cpu: string) =>
			`"{limits: {cpu: ${cpu}, memory: 1.5Gi}, requests: {cpu: 0.1, ephemeral-storage: '1e6', memory: 1024Mi}}"`;
		expect(new Set(text.match(/"[^"]*" => "[^"]*"/g))).toEqual(
			new Set([`${resources("1000m")} => ${resources("'2'")}`, `${resources("'2'")} => ${resources("1000m")}`]),
		);
		// The refresh shows the password as gone, and the plan puts it back.
		expect(text.match(/[-+] password *: "[^"]*"/g)?.map((line) => line.replace(/ +:/, ":"))).toEqual([
			'- password: "c2FpZCBhcyB0ZXh0"',
			'+ password: "c2FpZCBhcyB0ZXh0"',
		]);
		expect((await stack.up({ refresh: true })).changes).toEqual(["update Addon otherwise"]);
		expect((await kubectl("get secret agent -o jsonpath={.data.password}")).stdout).toBe("c2FpZCBhcyB0ZXh0");
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it.each(order)("%s is rendered, runs, is removed, placed again and runs again", async (name) => {
		const component = components[name] as unknown as AnyComponent;
		const rendered = component.render(context);
		const placement = await placementOf(name);
		const isWell = (timeoutSeconds: number) => component.run(placement, rendered, { timeoutSeconds });
		await isWell(60);
		await component.clean(placement, rendered);
		await expect(isWell(2)).rejects.toThrow(name);
		const saved = await component.save(placement, rendered);
		expect(Object.values(saved).every((digest) => /^[0-9a-f]{64}$/.test(digest))).toBe(true);
		// Without etcd the API server keeps the kubelet waiting for 34 s each time that it tries to delete etcd's mirror pod.
		await isWell(300);
	});

	it("is one of seven", () => {
		expect(Object.keys(components).sort()).toEqual([...order].sort());
	});
});
