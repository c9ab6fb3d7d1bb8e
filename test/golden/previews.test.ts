import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ClusterProgram } from "../clusters/programs/cluster/index.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";
import { plain } from "../support/preview-form.ts";
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

	it("has the address of its code in the inputs of each resource after the first up", async () => {
		const { resources } = await stack.state();
		const kinds = resources.flatMap(({ type, inputs }: { type: string; inputs?: { __provider: string } }) => {
			const [, kind] = type.split("dynamic/kubeadm:");
			return kind === undefined ? [] : [[kind, inputs?.__provider]];
		});
		expect(kinds.length).toBeGreaterThan(30);
		for (const [kind, text] of kinds)
			expect(text).toBe(`exports.handler = () => require("pulumi-kubeadm/lifecycle/dispatch").provider("${kind}")`);
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

it.each(releases)("a state of release %s runs the code of this one in refresh and destroy", async (release) => {
	const { stored } = stateOf(release);
	const { deployment } = stored;
	const stack = await testStack("cluster", passphrase);
	try {
		// What these resources do needs no host.
		const alone = /pulumi:(pulumi|providers)|index:Cluster::|(CertificateAuthority|ServiceAccountKey)::/;
		const resources = deployment.resources
			.filter(({ urn }) => alone.test(urn))
			.map((resource) => ({ ...resource, dependencies: [], propertyDependencies: {} }));
		await stack.take({ ...stored, deployment: { ...deployment, resources } });
		const before = await stack.state();
		expect((await stack.refresh()).changes).toEqual([]);
		const after = await stack.state();
		const outputs = ({ resources }: any) =>
			Object.fromEntries(resources.map((resource: any) => [resource.urn, plain(resource.outputs ?? {})]));
		expect(outputs(after)).toEqual(outputs(before));
		expect((await stack.destroy()).changes.toSorted()).toEqual([
			"delete CertificateAuthority test-ca",
			"delete CertificateAuthority test-etcd-ca",
			"delete CertificateAuthority test-front-proxy-ca",
			"delete Cluster test",
			"delete ServiceAccountKey test-sa",
		]);
	} finally {
		await stack.remove();
	}
});

describe("a preview is as short as it was", () => {
	const first: ClusterProgram = {
		name: "short",
		ready: false,
		cluster: {
			kubernetesVersion: "1.37.2",
			networking: { podSubnet: "10.244.0.0/16" },
			controlPlanes: [{ name: "cp-1", connection: { host: "192.0.2.11" } }],
			workers: [
				{ name: "worker-1", connection: { host: "192.0.2.12" } },
				{ name: "worker-2", connection: { host: "192.0.2.13" } },
			],
		},
		addons: { settings: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: default}\n" },
	};
	const lengthOf = async (stack: TestStack, program: ClusterProgram) => {
		await stack.configure(program);
		return (await stack.preview()).text.trimEnd().split("\n").length;
	};

	it("of a new cluster with a control plane, two workers and an addon", async () => {
		const stack = await testStack("cluster");
		try {
			expect(await lengthOf(stack, first)).toBeLessThanOrEqual(940);
		} finally {
			await stack.remove();
		}
	});

	it("of a flag, of a kubelet's setting on three nodes, and of an image", async () => {
		const { program, stored } = stateOf(releases.at(-1)!);
		const { cluster, ...rest } = program;
		const stack = await testStack("cluster", passphrase);
		try {
			await stack.take(stored);
			await stack.configure(program);
			// The first `up` of a newer release keeps the new addresses of the code, which a preview before it shows.
			expect((await stack.up()).changes).toEqual([]);
			const changed = (more: object) => lengthOf(stack, { ...rest, cluster: { ...cluster, ...more } });
			expect(await changed({ scheduler: { extraArgs: [{ name: "v", value: "3" }] } })).toBeLessThanOrEqual(23);
			expect(await changed({ kubelet: { ...cluster.kubelet, podsPerCore: 40 } })).toBeLessThan(30);
			expect(await changed({ dns: { imageTag: "v9" } })).toBeLessThanOrEqual(30);
		} finally {
			await stack.remove();
		}
	});
});

it("there is a state of this release", () => {
	const { version } = JSON.parse(readFileSync("package.json", "utf8"));
	expect(releases).toContain(version);
});
