import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { PulumiOptions } from "../clusters/programs/pulumi-options/index.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";

/** What docs/pulumi-options.md says, with the real engine and resources that need no host. */
describe("Pulumi's option", () => {
	let stack: TestStack;
	let made: object;
	const preview = async (program: PulumiOptions) => {
		await stack.configure(program);
		return (await stack.preview()).changes.sort();
	};

	beforeAll(async () => {
		stack = await testStack("pulumi-options");
		await stack.configure({} satisfies PulumiOptions);
		await stack.up();
		made = await stack.stored();
	});
	beforeEach(() => stack.take(made));
	afterAll(() => stack?.remove());

	it("aliases keeps a resource that has another name now", async () => {
		expect(await preview({ ca: "root" })).toEqual([
			"create CertificateAuthority root",
			"delete CertificateAuthority ca",
		]);
		expect(await preview({ ca: "root", aliases: ["ca"] })).toEqual([]);
	});

	it("protect refuses a removal", async () => {
		await stack.configure({ protect: true } satisfies PulumiOptions);
		await stack.up();
		await expect(stack.destroy()).rejects.toThrow(/CertificateAuthority::ca.*cannot be deleted|protect/s);
	});

	it("ignoreChanges knows the names that previews show, and not those of arguments", async () => {
		const kubernetesVersion = "1.37.2";
		const changed = ["update ClusterIdentity identity"];
		expect(await preview({ kubernetesVersion })).toEqual(changed);
		await expect(preview({ kubernetesVersion, ignoreChanges: ["cluster"] })).rejects.toThrow(
			"resource 'identity' has a problem: cluster.kubernetesVersion: expected a version such as 1.37.2, got nothing",
		);
		expect(await preview({ kubernetesVersion, ignoreChanges: ["kubernetesVersion"] })).toEqual([]);
	});

	it("retainOnDelete forgets a resource and removes nothing", async () => {
		await stack.configure({ retainOnDelete: true } satisfies PulumiOptions);
		await stack.up();
		await stack.configure({ ca: "" } satisfies PulumiOptions);
		const { changes } = await stack.up();
		expect(changes).toEqual(["delete CertificateAuthority ca"]);
	});

	it("transforms changes arguments before they are checked", async () => {
		expect(await preview({ transformed: "1.37.2" })).toEqual(["update ClusterIdentity identity"]);
		await expect(preview({ transformed: "1.37" })).rejects.toThrow(
			"has a problem: cluster.kubernetesVersion: expected a version",
		);
	});

	it("--target updates the named resource only", async () => {
		await stack.configure({ kubernetesVersion: "1.37.2", ca: "root" } satisfies PulumiOptions);
		const urn = "urn:pulumi:test::test::pulumi-nodejs:dynamic/kubeadm:ClusterIdentity::identity";
		expect((await stack.up({ words: ["--target", urn] })).changes).toEqual(["update ClusterIdentity identity"]);
	});

	it("--exclude leaves the named resource as it is", async () => {
		await stack.configure({ kubernetesVersion: "1.37.2", ca: "root" } satisfies PulumiOptions);
		const urn = "urn:pulumi:test::test::pulumi-nodejs:dynamic/kubeadm:ClusterIdentity::identity";
		expect((await stack.up({ words: ["--exclude", urn] })).changes.sort()).toEqual([
			"create CertificateAuthority root",
			"delete CertificateAuthority ca",
		]);
	});

	it("provider changes nothing about a resource", async () => {
		expect(await preview({ provider: true })).toEqual([]);
	});

	it("deleteBeforeReplace deletes first what replaceOnChanges replaces", async () => {
		const replaced = { kubernetesVersion: "1.37.2", replaceOnChanges: ["kubernetesVersion"] };
		const steps = ["create-replacement", "replace", "delete-replaced"].map((op) => `${op} ClusterIdentity identity`);
		await stack.configure(replaced satisfies PulumiOptions);
		expect((await stack.up()).changes).toEqual(steps);
		await stack.take(made);
		await stack.configure({ ...replaced, deleteBeforeReplace: true } satisfies PulumiOptions);
		expect((await stack.up()).changes).toEqual(steps.toReversed());
	});

	it("dependsOn of a component holds for a resource whose parent it is", async () => {
		await stack.destroy();
		await stack.configure({ component: true } satisfies PulumiOptions);
		const { changes } = await stack.up();
		expect(changes.filter((change) => change !== "create ClusterIdentity identity")).toEqual([
			"create CertificateAuthority ca",
			"create Component c",
			"create ServiceAccountKey sa",
		]);
		const { resources } = await stack.state();
		const of = (name: string) => resources.find(({ urn }: { urn: string }) => urn.endsWith(`::${name}`));
		expect(of("c").dependencies).toEqual([of("ca").urn]);
		expect(of("sa").parent).toBe(of("c").urn);
	});

	it("import is refused by the engine, which does not ask this package", async () => {
		await expect(
			stack.command(["import", "pulumi-nodejs:dynamic/kubeadm:ServiceAccountKey", "other", "id", "--yes"]),
		).rejects.toThrow("code must be a string");
	});
});

describe("a program with mistakes", () => {
	it("is told all of them in one message, without a stack trace", async () => {
		const stack = await testStack("pulumi-options");
		try {
			const cluster = {
				kubernetesVersion: "1.37.2",
				controlPlanes: [{ name: "cp-1", connection: { host: "192.0.2.11:99" } }],
				workers: [{ name: "worker-1", connection: { host: "192.0.2.12", username: "admin" } }],
			};
			await stack.configure({ cluster } satisfies PulumiOptions);
			const error: Error = await stack.preview().then(
				() => expect.fail("expected a refusal"),
				(thrown) => thrown,
			);
			expect(error.message).toContain(`error: Cluster "c": 2 problems`);
			expect(error.message).toContain(
				`controlPlanes[0].connection.host: expected a name or an address alone, got "192.0.2.11:99"; set host: "192.0.2.11", port: 99`,
			);
			expect(error.message).toContain(`workers[0].connection.username: unknown field, did you mean "user"?`);
			expect(error.message).not.toMatch(/\n\s+at .*:\d+/);
		} finally {
			await stack.remove();
		}
	});
});
