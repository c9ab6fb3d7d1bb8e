import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "pulumi-kubeadm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { checkClusterOutputs } from "../../provider/components/check-cluster.ts";
import * as dispatch from "../../provider/lifecycle/dispatch.ts";
import { shapes } from "../../provider/lifecycle/shapes.ts";
import { find, type Sent, sent } from "../support/mocks.ts";
import { argumentsWith, type WrongOutput, wrongOutputs } from "../support/wrong-outputs.ts";

type Kind = keyof typeof shapes;

/** Problems that the resources of a cluster find in their arguments, each once. */
async function problemsOfResources(rows: readonly WrongOutput[]): Promise<string[]> {
	const program = () => new Cluster("c", argumentsWith(rows, pulumi.output));
	const all = await sent(program, {}, { typedPaths: true });
	const problemsOf = ({ type, inputs }: Sent) => dispatch.check(type as Kind, {}, inputs).failures ?? [];
	return [
		...new Set(
			all
				.filter(({ type }) => type in shapes)
				.flatMap(problemsOf)
				.map(({ reason }) => reason),
		),
	];
}

/** The error of a preview's own check. */
async function refusalInPreview(args: unknown): Promise<Error> {
	let refusal: Promise<Error> | undefined;
	await sent(
		() => {
			refusal = checkClusterOutputs("c", args).then(
				() => new Error("accepted"),
				(error) => error,
			);
		},
		{},
		{ preview: true },
	);
	return refusal!;
}

describe("a wrong value that is an Output", () => {
	it.each(wrongOutputs)("is named by the path in the program, whichever resource has it: $problem", async (row) => {
		// The mocked CAs have no keys.
		const ofMocks = await problemsOfResources([]);
		const problems = await problemsOfResources([row]);
		expect(problems.filter((problem) => !ofMocks.includes(problem))).toEqual([row.problem]);
	});

	it("is one of all wrong values in the one error of a preview, without a stack trace", async () => {
		const error = await refusalInPreview(argumentsWith(wrongOutputs, pulumi.output));
		const [first, ...lines] = error.message.split("\n  ");
		expect(first).toBe(`Cluster "c": ${wrongOutputs.length} problems`);
		expect(lines.sort()).toEqual(wrongOutputs.map(({ problem }) => problem).sort());
		expect(error.stack).toBe("");
		// As Pulumi does for each property that waits for the cluster.
		error.message = `error serializing property "host": ${error.message}`;
		expect(error.message.startsWith('Cluster "c": ')).toBe(true);
	});

	it("may be inside the value of an Output, or come by a Promise", async () => {
		const networking = pulumi.output({ podSubnet: Promise.resolve("10.244"), dnsDomain: pulumi.output("a_b") });
		expect((await refusalInPreview({ ...argumentsWith([]), networking })).message.split("\n  ")).toEqual([
			'Cluster "c": 2 problems',
			'networking.podSubnet: expected one CIDR, or an IPv4 and an IPv6 CIDR with a comma between, got "10.244"',
			'networking.dnsDomain: expected a DNS name such as cluster.local, got "a_b"',
		]);
	});

	it("is not shown where it is a secret", async () => {
		const args = { ...argumentsWith([]), clusterName: pulumi.secret(12345678), imageRepository: pulumi.output("a b") };
		const { message } = await refusalInPreview(args);
		expect(message).toContain("imageRepository: expected");
		expect(message).not.toContain("12345678");
	});
});

describe("a preview", () => {
	afterEach(() => void vi.useRealTimers());

	it("makes no resource of a cluster before all Outputs are checked", async () => {
		const { promise, resolve } = Promise.withResolvers<string>();
		let checked = false;
		const args = { ...argumentsWith([]), clusterName: promise };
		const all = sent(
			async () => {
				const cluster = new Cluster("c", args);
				cluster.urn.apply(() => {
					expect(checked).toBe(true);
				});
				checked = await new Promise((done) => setImmediate(() => done(true)));
				resolve("lab");
			},
			{},
			{ preview: true },
		);
		expect(find(await all, "ClusterIdentity c").inputs["cluster"].clusterName).toBe("lab");
	});

	it("goes on after ten seconds where an Output waits for the cluster itself", async () => {
		vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
		const { promise, resolve } = Promise.withResolvers<string>();
		const args = argumentsWith([]);
		args.workers[0].connection.host = promise;
		const all = sent(
			async () => {
				const cluster = new Cluster("c", args);
				cluster.urn.apply(() => resolve("192.0.2.99"));
				await vi.advanceTimersByTimeAsync(10_000);
			},
			{},
			{ preview: true },
		);
		expect(find(await all, "Host c-worker-1").inputs["connection"].host).toBe("192.0.2.99");
	});
});
