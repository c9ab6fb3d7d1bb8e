import * as pulumi from "@pulumi/pulumi";
import { Cluster, ControlPlaneNode, WorkerNode } from "pulumi-kubeadm";
import { describe, expect, it, vi } from "vitest";
import { checkCluster } from "../../provider/components/check-cluster.ts";
import { argumentsOf } from "../../provider/resources/arguments-of.ts";
import { checkArguments } from "../../provider/resources/check-arguments.ts";
import { find, sent } from "../support/mocks.ts";

const machine = { name: "cp-1", connection: { host: "198.18.7.11" } };
const good = { kubernetesVersion: "1.37.2", controlPlanes: [machine] };

/** A resource of another package. */
class OtherResource extends pulumi.CustomResource {
	constructor() {
		super("a:b:C", "other");
	}
}

/** What a program is told that makes this. It must be an error that the engine prints without a stack trace. */
async function refusal(program: () => unknown): Promise<string> {
	const error = await sent(program).then(
		() => undefined,
		(thrown) => thrown,
	);
	if (error && !isPlain(error)) throw new Error(`an error with a stack trace: ${error.stack}`);
	return error?.message ?? "";
}

function isPlain(error: any): boolean {
	return pulumi.RunError.isInstance(error)
		? error.stack === ""
		: pulumi.ResourceError.isInstance(error) && error.stack === "" && error.hideStack === true;
}

const ofCluster = (args: unknown) => refusal(() => new Cluster("c", args as never));

describe("Cluster", () => {
	it.each([7, true, ["x"], { a: 1 }])(
		"hands %j on, where an Output has it in place of an address, to the checks of the resources",
		async (wrong) => {
			const given = pulumi.output(wrong as never);
			for (const more of [
				{ controlPlanes: [{ ...machine, localAPIEndpoint: { advertiseAddress: given } }] },
				{ controlPlanes: [{ ...machine, facts: { defaultRouteAddress: given } }] },
				{ controlPlanes: [machine], controlPlaneEndpoint: given },
			]) {
				const all = await sent(() => new Cluster("c", { ...good, ...more }).kubeconfig);
				const { cluster, node } = find(all, "Kubelet c-cp-1-kubelet").inputs;
				expect([cluster.controlPlaneEndpoint, node.localAPIEndpoint.advertiseAddress]).toContainEqual(wrong);
				expect(find(all, "Kubeconfig c-kubeconfig").inputs["user"].server).toBe("");
			}
		},
	);

	it("lists all problems of the cluster and its nodes at once, by the paths in the program", async () => {
		const args = {
			kubernetesVersion: "1.37.2",
			networking: { podSubnet: "10.244.0.0" },
			apiserver: {},
			controlPlanes: [
				machine,
				{
					name: "cp-2",
					connection: { host: "192.0.2.11:99", privatekeyfile: "~/.ssh/id" },
					nodeRegistration: { taints: [{ key: "a", effect: 3 }] },
					localAPIEndpoint: { advertiseAddress: "nonsense" },
				},
			],
			workers: [{ name: "cp-2", connection: { host: "198.18.7.12", username: "admin" }, skipPhases: ["nophase"] }],
		};
		const lines = (await ofCluster(args)).split("\n").map((line) => line.trim());
		expect(lines[0]).toBe('Cluster "c": 9 problems');
		expect(
			lines
				.slice(1)
				.map((line) => line.slice(0, line.indexOf(": ")))
				.sort(),
		).toEqual([
			"apiserver",
			"controlPlanes[1].connection.host",
			"controlPlanes[1].connection.privatekeyfile",
			"controlPlanes[1].localAPIEndpoint.advertiseAddress",
			"controlPlanes[1].nodeRegistration.taints[0].effect",
			"networking.podSubnet",
			"workers[0].connection.username",
			"workers[0].name",
			"workers[0].skipPhases[0]",
		]);
		expect(lines).toContain('apiserver: unknown field, did you mean "apiServer"?');
		expect(lines).toContain('workers[0].connection.username: unknown field, did you mean "user"?');
		expect(lines).toContain(
			'workers[0].name: expected each node\'s name once, got "cp-2" again, as in controlPlanes[1]',
		);
	});

	it.each<[string, unknown, string]>([
		["no controlPlanes", { kubernetesVersion: "1.37.2" }, "controlPlanes: expected a list of machines, got nothing"],
		["an empty list", { ...good, controlPlanes: [] }, "controlPlanes: expected one machine, got none"],
		[
			"a cluster whose only control plane is gone",
			{ ...good, controlPlanes: [{ ...machine, gone: true }] },
			"controlPlanes: expected one machine that is not gone, got none; where the whole control plane is gone for good: PULUMI_KUBEADM_GONE_HOSTS=ADDRESS pulumi destroy",
		],
		[
			"a machine that is no list",
			{ ...good, controlPlanes: machine },
			"controlPlanes: expected a list of machines, got an object",
		],
		[
			"a machine without a connection",
			{ ...good, controlPlanes: [{ name: "cp-1" }] },
			'controlPlanes[0].connection: expected an object such as { host: "192.0.2.11" }, got nothing',
		],
		[
			"a connection that is a text",
			{ ...good, controlPlanes: [{ name: "cp-1", connection: "root@198.18.7.11" }] },
			'controlPlanes[0].connection: expected an object such as { host: "192.0.2.11" }, got a string',
		],
		[
			"a node on the machine of another node",
			{ ...good, workers: [{ name: "w-1", connection: { host: "198.18.7.11", port: 22 } }] },
			"workers[0].connection.host: expected each node on a machine of its own, got 198.18.7.11:22 again, as in controlPlanes[0]",
		],
		[
			"a node with the name of another node in other letters",
			{ ...good, workers: [{ name: "CP-1", connection: { host: "198.18.7.12" } }] },
			'workers[0].name: expected each node\'s name once, got "CP-1" again, as in controlPlanes[0]',
		],
		["no version", { controlPlanes: [machine] }, "kubernetesVersion: expected a version such as 1.37.2, got nothing"],
		[
			"a name that is an Output",
			{ ...good, controlPlanes: [{ ...machine, name: pulumi.output("cp-1") }] },
			"controlPlanes[0].name: expected the node's name, a string, got an Output; the program has to name it itself; Outputs can be given for the fields inside, as in { host: server.ipv4Address }",
		],
		[
			"a resource among the values",
			{ ...good, networking: new OtherResource() },
			"networking: expected a value, got a resource (C)",
		],
		[
			"a function among the values",
			{ ...good, clusterName: () => "x" },
			"clusterName: expected a value, got a function",
		],
		["an argument of another class", { ...good, yaml: "x" }, "yaml: unknown field, "],
	])("refuses %s in one plain line", async (_title, args, message) => {
		const said = await ofCluster(args);
		expect(said.startsWith(`Cluster "c": ${message}`)).toBe(true);
		expect(said).not.toContain("\n");
	});

	it("refuses a list that is another stack's output, and says what to write instead", async () => {
		const said = await ofCluster({ ...good, controlPlanes: pulumi.output([machine]) });
		expect(said).toBe(
			'Cluster "c": controlPlanes: expected a list of machines, got an Output; how many there are decides which resources exist, so the program has to know it: write the list in the program and give Outputs as fields of its elements; what another stack exports can be awaited: (await stackReference.getOutputDetails(NAME)).value',
		);
	});

	it("takes Outputs for every value that does not decide which resources there are", async () => {
		const some = pulumi.output("x");
		const args = {
			...good,
			clusterName: some,
			networking: pulumi.output({ podSubnet: "10.244.0.0/16" }),
			apiServer: { certSANs: [some], extraArgs: pulumi.output([{ name: "v", value: "3" }]) },
			controlPlanes: [{ ...machine, connection: { host: some, password: some }, labels: { a: some } }],
		};
		expect(await ofCluster(args)).toBe("");
	});

	it("checks values from the stack's configuration like values in the program", async () => {
		const program = () => new Cluster("c", new pulumi.Config().requireObject("cluster"));
		const cluster = { ...good, controlPlanes: [{ ...machine, drainTimeoutSecond: 5 }] };
		await expect(sent(program, { cluster })).rejects.toThrow(
			'Cluster "c": controlPlanes[0].drainTimeoutSecond: unknown field, did you mean "drainTimeoutSeconds"?',
		);
	});

	it("shows no secret", async () => {
		const said = await ofCluster({
			...good,
			controlPlanes: [{ ...machine, connection: { host: "a", password: 12345678, privateKey: ["secret"] } }],
			serviceAccountKey: 12345678,
			proxyEnvs: [{ name: "HTTP_PROXY", value: 12345678 }],
			bootstrapTokens: [{ token: 12345678 }],
		});
		expect(said).toContain("5 problems");
		expect(said).not.toMatch(/12345678|secret/);
	});
});

describe("warnings of a Cluster", () => {
	/** Lines that a program logs as warnings. */
	async function warnings(args: object): Promise<string[]> {
		const warn = vi.spyOn(pulumi.log, "warn").mockResolvedValue();
		await sent(() => new Cluster("c", { ...good, ...args } as never));
		const lines = warn.mock.calls.map(([line]) => line);
		warn.mockRestore();
		return lines;
	}

	it("are each shown once, with the path in the program and the name by which to ignore the warning", async () => {
		const cp = { ...machine, nodeRegistration: { kubeletExtraArgs: [{ name: "--v", value: "3" }] } };
		const lines = await warnings({ controlPlanes: [cp] });
		expect(lines.map((line) => line.replace(/: .*\(/, ": … ("))).toEqual([
			'networking.podSubnet: … (to ignore it: ignoreWarnings: ["NoPodSubnet"])',
			'controlPlanes[0].nodeRegistration.kubeletExtraArgs[0].name: … (to ignore it: ignoreWarnings: ["FlagWithDashes"])',
		]);
		expect(await warnings({ controlPlanes: [cp], ignoreWarnings: ["NoPodSubnet", "FlagWithDashes"] })).toEqual([]);
	});

	it("are not shown for what is not known yet", async () => {
		expect(await warnings({ networking: pulumi.output({ podSubnet: "10.244.0.0/16" }) })).toEqual([]);
	});

	it("are ignored by names that exist only", async () => {
		expect(await ofCluster({ ...good, ignoreWarnings: ["NoPodSubnets"] })).toContain(
			"ignoreWarnings[0]: expected one of all, NoPodSubnet, ",
		);
	});

	it("are not passed to resources", async () => {
		const all = await sent(() => new Cluster("c", { ...good, ignoreWarnings: ["all"] }));
		expect(JSON.stringify(all)).not.toContain("ignoreWarnings");
	});
});

describe("the option import", () => {
	it("is refused in one line, as Pulumi would show a stack trace", async () => {
		const said = await refusal(() => new Cluster("c", good, { import: "id" } as never));
		expect(said).toContain("options.import: expected no import, as Pulumi cannot import dynamic resources");
	});
});

/** Values that no argument takes in any place, and some that some take. */
const values: Record<string, () => unknown> = {
	undefined: () => undefined,
	null: () => null,
	"a number": () => 7,
	"a string": () => "text",
	"a boolean": () => true,
	"a list": () => ["text"],
	"a list of lists": () => [[1]],
	"an object": () => ({ some: "thing" }),
	"an Output": () => pulumi.output(["x"]),
	"a Promise": () => Promise.resolve("x"),
	"a function": () => () => "x",
	"a resource": () => new OtherResource(),
	"a Date": () => new Date(0),
	"a symbol": () => Symbol("x"),
};

const components = { Cluster, ControlPlaneNode, WorkerNode };

/** Fields of a machine that are checked in different ways. */
const nodeFields = ["name", "connection", "labels", "nodeRegistration", "facts", "skipPhases", "discovery", "patches"];

/** Arguments that the program itself has to say, which is found out after the others. */
const decisive = ["etcd", "featureGates", "skipPhases"];

/** The error of an argument check, which runs before anything is made. */
function check(kind: keyof typeof components, args: unknown): unknown {
	try {
		if (kind === "Cluster") checkCluster("x", args);
		else checkArguments(kind, "x", args);
		return undefined;
	} catch (error) {
		return error;
	}
}

describe.each(Object.keys(components) as (keyof typeof components)[])("%s", (kind) => {
	const Component = components[kind] as new (name: any, args: any, options?: any) => unknown;

	it.each(Object.keys(values))(
		"says what it expected in place of %s, in any argument, without a stack trace",
		async (title) => {
			const value = values[title]!;
			const base = kind === "Cluster" ? good : {};
			const passes: Record<string, unknown> = {};
			const programs: (() => unknown)[] = [() => new Component("all", { ...base, ...passes })];
			for (const argument of Object.keys(argumentsOf[kind])) {
				const args: Record<string, unknown> = { ...base, [argument]: value() };
				const isTaken = check(kind, args) === undefined;
				if (isTaken && !decisive.includes(argument)) passes[argument] = args[argument];
				else programs.push(() => new Component(argument, args));
			}
			if (kind === "Cluster")
				for (const field of nodeFields) {
					const args = { ...good, controlPlanes: [{ ...machine, [field]: value() }] };
					if (check(kind, args) !== undefined || decisive.includes(field))
						programs.push(() => new Component(field, args));
				}
			const thrown: any[] = [];
			await sent(() => {
				for (const program of programs) {
					try {
						program();
					} catch (error) {
						thrown.push(error);
					}
				}
			});
			expect(thrown.filter((error) => !isPlain(error)).map(({ stack }) => stack)).toEqual([]);
			expect(await refusal(() => new Component("x", value()))).not.toBe("");
			const named = await refusal(() => new Component(value(), {}));
			expect(named).toContain(kind);
			if (title !== "a string") expect(named).toContain("name: expected the resource's name, a string, got");
		},
	);
});

describe("Cluster.kubeconfig", () => {
	it("is known when every gate has passed and the cluster's access exists", async () => {
		const all = await sent(() => new Cluster("c", good).kubeconfig);
		expect(find(all, "Kubeconfig c-kubeconfig").dependsOn).toEqual(
			expect.arrayContaining(["ClusterAccess c-access", "Gate c-cp-1-gate", "NodeRegistration c-cp-1-node"]),
		);
	});
});
