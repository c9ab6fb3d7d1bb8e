import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ClusterOfOutputs } from "../clusters/programs/cluster-of-outputs/index.ts";
import type { OwnNode, OwnProgram } from "../clusters/programs/own-program/index.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";

/** What docs/machines.md says of previews, with the real engine and without hosts. */
const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHm1kXJIbRKpRBwGgVvBDhVEDRyYTyYjZd9xvhqSbLgD";
const networks = { kubernetesVersion: "1.37.2", networking: { podSubnet: "10.244.0.0/16" } };

let stack: TestStack;
afterEach(() => stack?.remove());

/** A resource as a preview plans it. */
interface Planned {
	urn: string;
	type: string;
	parent?: string;
	protect?: boolean;
	provider?: string;
	inputs: Record<string, any>;
}

/** What a preview plans. */
async function planned(): Promise<Planned[]> {
	const { steps } = JSON.parse(await stack.command(["preview", "--json"])) as { steps: { newState: Planned }[] };
	return steps.map(({ newState }) => newState);
}

describe("a program whose machines are its own resources", () => {
	let folder: string;
	let server: Server;
	let contacts: number;
	let privateKeyFile: string;
	const machine = (host: string) => ({
		will: { address: host, port: (server.address() as AddressInfo).port, hostKey, privateKeyFile },
	});
	const program = (cluster: Pick<OwnProgram["cluster"], "controlPlanes" | "workers">): OwnProgram => ({
		machines: { vm: machine("127.0.0.1"), vm2: machine("127.0.0.2"), jump: machine("127.0.0.3") },
		cluster: { ...networks, ...cluster },
	});

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), "own-program-"));
		privateKeyFile = join(folder, "key");
		await writeFile(privateKeyFile, "no key");
		server = createServer((socket) => {
			contacts++;
			socket.destroy();
		}).listen(0);
		await once(server, "listening");
	});
	afterAll(async () => {
		server?.close();
		await rm(folder, { recursive: true });
	});

	it("shows in its first preview every resource that it would with known machines, and only what comes from a machine is unknown", async () => {
		stack = await testStack("own-program");
		const connection = { host: "127.0.0.1", port: 22, hostKey };
		const behind = { ...connection, host: "127.0.0.2", proxy: { ...connection, host: "127.0.0.3" } };
		await stack.configure({
			cluster: {
				...networks,
				controlPlanes: [{ name: "cp-1", connection }],
				workers: [{ name: "worker-1", connection: behind }],
			},
		} satisfies OwnProgram);
		const expected = await stack.preview();
		await stack.configure(
			program({
				controlPlanes: [{ name: "cp-1", machine: "vm" }],
				workers: [{ name: "worker-1", machine: "vm2", bastion: "jump" }],
			}),
		);
		const { changes, steps, text } = await stack.preview();
		const ofCluster = (all: string[]) => all.filter((change) => !change.startsWith("create Resource ")).sort();
		expect(ofCluster(changes)).toEqual(ofCluster(expected.changes));
		expect(text).not.toContain("04da6b54");
		const unknown = (all: typeof steps) =>
			all.flatMap(({ type, name, is = {} }) => unknownPaths(is).map((path) => `${type} ${name}: ${path}`));
		const known = unknown(expected.steps);
		const more = unknown(steps).filter((path) => !known.includes(path));
		expect(more).toContain("Host test-cp-1: connection.host");
		const ofMachine =
			/^Resource |: ((host|(otherC|c)ontrolPlanes\.\d+)\.)?connection( > |\.)(proxy\.)?(host|port|hostKey|privateKey)$/;
		expect(more.filter((path) => !ofMachine.test(path))).toEqual([]);
	});

	it("asks no machine in a preview, before its address is known and afterwards", async () => {
		stack = await testStack("own-program");
		contacts = 0;
		await stack.configure(program({ controlPlanes: [{ name: "cp-1", machine: "vm" }] }));
		await stack.preview();
		const { changes } = await stack.up({ words: ["--target", "**::vm"] });
		expect(changes).toContain("create Resource vm");
		const { text } = await stack.preview();
		expect(text).toContain("127.0.0.1");
		expect(contacts).toBe(0);
	});

	it("gives addresses as Outputs of a list whose length the program knows", async () => {
		stack = await testStack("cluster-of-outputs");
		const controlPlanes = [{ name: "cp-1", connection: { host: { output: "192.0.2.11" } } }];
		await stack.configure({ cluster: { ...networks, controlPlanes } } satisfies ClusterOfOutputs);
		expect((await stack.preview()).changes).toContain("create Host c-cp-1");
	});
});

describe("a cluster whose nodes are not known while the program runs", () => {
	const machine = { name: "cp-1", connection: { host: "192.0.2.11" } };
	const count =
		"how many there are decides which resources exist, so the program has to know it: write the list in the program and give Outputs as fields of its elements; what another stack exports can be awaited: (await stackReference.getOutputDetails(NAME)).value";
	const field =
		"the program has to name it itself; Outputs can be given for the fields inside, as in { host: server.ipv4Address }";
	it.each<[string, object, string]>([
		[
			"its list of control planes",
			{ controlPlanes: { output: [machine] } },
			`controlPlanes: expected a list of machines, got an Output; ${count}`,
		],
		[
			"its list of workers",
			{ controlPlanes: [machine], workers: { output: [] } },
			`workers: expected a list of machines, got an Output; ${count}`,
		],
		[
			"one of its nodes",
			{ controlPlanes: [{ output: machine }] },
			`controlPlanes[0]: expected a machine such as { name: "node-1", connection: { host: "192.0.2.11" } }, got an Output; ${field}`,
		],
		[
			"the name of a node",
			{ controlPlanes: [{ ...machine, name: { output: "cp-1" } }] },
			`controlPlanes[0].name: expected the node's name, a string, got an Output; ${field}`,
		],
	])("is refused in one error that says what to type, where %s is an Output", async (_what, nodes, message) => {
		stack = await testStack("cluster-of-outputs");
		await stack.configure({ cluster: { ...networks, ...nodes } } satisfies ClusterOfOutputs);
		const error: Error = await stack.preview().then(
			() => expect.fail("expected a refusal"),
			(thrown) => thrown,
		);
		expect(error.message).toContain(`error: Cluster "c": ${message}\n`);
		expect(error.message.match(/Cluster "c"/g)).toHaveLength(1);
		expect(error.message).not.toMatch(/\n\s+at .*:\d+/);
	});
});

describe("a component of a company's own library around a Cluster", () => {
	const node = (name: string, host: string): OwnNode => ({ name, connection: { host } });
	const cluster = {
		...networks,
		controlPlanes: [node("cp-1", "192.0.2.11")],
		workers: [node("worker-1", "192.0.2.12")],
	};

	it("passes providers on, and one of dynamic resources changes nothing that is planned", async () => {
		stack = await testStack("own-program");
		await stack.configure({ cluster, company: true } satisfies OwnProgram);
		const names = (plan: Planned[]) => plan.map(({ urn }) => urn).sort();
		const plain = names(await planned());
		await stack.configure({ cluster, company: true, provider: true } satisfies OwnProgram);
		const plan = await planned();
		const isProvider = ({ type }: Planned) => type === "pulumi:providers:pulumi-nodejs";
		expect(names(plan.filter((each) => !isProvider(each)))).toEqual(plain);
		const own = plan.find(isProvider)!.urn;
		const others = plan.filter(({ type, provider }) => type.includes("dynamic/kubeadm") && !provider?.startsWith(own));
		expect(others).toEqual([]);
	});

	it("is the parent of all its resources, and passes protect and transforms on to them", async () => {
		stack = await testStack("own-program");
		const options = { protect: true };
		await stack.configure({ cluster, company: true, options, perDialTimeout: 7 } satisfies OwnProgram);
		const plan = await planned();
		const of = (end: string) => plan.find(({ urn }) => urn.endsWith(end))!;
		expect(of("kubeadm:index:Cluster::test").parent).toBe(of("company:index:Platform::test").urn);
		const ofPackage = plan.filter(({ type }) => /kubeadm/.test(type));
		expect(ofPackage.filter(({ urn }) => !urn.includes("company:index:Platform$kubeadm:index:Cluster"))).toEqual([]);
		expect(ofPackage.filter(({ protect }) => !protect).map(({ urn }) => urn)).toEqual([]);
		expect(of(":Host::test-worker-1").inputs["connection"]).toMatchObject({ host: "192.0.2.12", perDialTimeout: 7 });
	});
});

/** Paths of values that are unknown in what an event of the engine shows. */
function unknownPaths(value: unknown, path = ""): string[] {
	if (typeof value === "string") return value.includes("04da6b54-80e4-46f7-96ec-b56ff0331ba9") ? [path] : [];
	if (typeof value !== "object" || value === null) return [];
	return Object.entries(value).flatMap(([name, item]) => unknownPaths(item, path ? `${path}.${name}` : name));
}
