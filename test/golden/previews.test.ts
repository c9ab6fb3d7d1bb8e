import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestStack, testStack } from "../clusters/support/stack.ts";
import { passphrase, releases, type StateOfRelease, stateOf } from "./states.ts";

/** The hosts of these clusters are gone: a preview asks none. What is on hosts is golden.test.ts's matter. */
describe.each(releases)("a cluster that was made with release %s of this package", (release) => {
	let stack: TestStack;
	let recorded: StateOfRelease;

	beforeAll(async () => {
		recorded = stateOf(release);
		stack = await testStack("cluster", passphrase);
		await stack.take(recorded.stored);
		await stack.configure(recorded.program);
	});

	afterAll(() => stack?.remove());

	it("has nothing to change after an upgrade to this one", async () => {
		expect((await stack.preview()).changes).toEqual([]);
	});

	it("keeps no path of the program among the inputs and outputs of its resources", async () => {
		expect((await stack.up()).changes).toEqual([]);
		const { resources } = await stack.state();
		expect(resources.map(({ type }: { type: string }) => type)).toContain("pulumi-nodejs:dynamic/kubeadm:Kubelet");
		for (const { inputs, outputs } of resources) expect(JSON.stringify([inputs, outputs])).not.toContain("typedPaths");
	});

	it("has one changed flag to change and nothing else", async () => {
		const { cluster, ...rest } = recorded.program;
		const scheduler = { extraArgs: [{ name: "v", value: "3" }] };
		await stack.configure({ ...rest, cluster: { ...cluster, scheduler } });
		expect((await stack.preview()).changes.sort()).toEqual([
			"update ConfigurationUpload test-configuration",
			"update StaticPodManifest test-cp-1-kube-scheduler",
		]);
	});
});

it("there is a state of this release", () => {
	const { version } = JSON.parse(readFileSync("package.json", "utf8"));
	expect(releases).toContain(version);
});
