import { afterEach, expect, it } from "vitest";
import type { ClusterProgram } from "../clusters/programs/cluster/index.ts";
import type { ClusterOfOutputs } from "../clusters/programs/cluster-of-outputs/index.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";
import { argumentsWith, wrongOutputs } from "../support/wrong-outputs.ts";

/** With the real engine, and without hosts. */
let stack: TestStack;

afterEach(() => stack?.remove());

/** What an operation that fails prints from its first error on. */
async function errors(operation: Promise<unknown>): Promise<string[]> {
	const error: Error = await operation.then(
		() => new Error("error: none"),
		(thrown) => thrown,
	);
	return error.message.slice(error.message.indexOf("error: ")).trim().split(/\n\s*/);
}

it("a preview shows every wrong Output of a cluster once, in one error, and makes nothing of the cluster", async () => {
	stack = await testStack("cluster-of-outputs");
	const cluster = argumentsWith(wrongOutputs, (output) => ({ output }));
	await stack.configure({ cluster } satisfies ClusterOfOutputs);
	const preview = stack.preview();
	const [first, ...lines] = await errors(preview);
	expect(first).toBe(`error: Cluster "c": ${wrongOutputs.length} problems`);
	expect(lines.sort()).toEqual(wrongOutputs.map(({ problem }) => problem).sort());
	await expect(preview).rejects.toThrow(/Resources:\n\s+\+ 1 to create\n/);
});

it("an up shows a wrong Output that the preview did not know, by the path in the program", async () => {
	stack = await testStack("cluster");
	const cluster = { kubernetesVersion: "1.37.2", controlPlanes: [{ name: "cp-1", connection: { host: "a:1" } }] };
	await stack.configure({ cluster, machines: true, ready: false } satisfies ClusterProgram);
	await expect(stack.preview()).resolves.toBeDefined();
	expect((await errors(stack.up()))[0]).toBe(
		`error: pulumi-nodejs:dynamic/kubeadm:Host resource 'test-cp-1' has a problem: controlPlanes[0].connection.host: expected a name or an address alone, got "a:1"; set host: "a", port: 1`,
	);
});
