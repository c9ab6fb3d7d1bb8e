import * as pulumi from "@pulumi/pulumi";
import * as kubeadm from "pulumi-kubeadm";
import { describe, expect, it } from "vitest";
import { argumentsOf } from "../../provider/resources/arguments-of.ts";
import { find, sent } from "../support/mocks.ts";

type Kind = keyof typeof argumentsOf;
type AnyClass = new (name: any, args: any, options?: any) => unknown;
const classes = kubeadm as unknown as Record<Kind, AnyClass>;

const values: Record<string, unknown> = {
	undefined: undefined,
	null: null,
	"a number": 7,
	"a string": "text",
	"a list": ["text"],
	"an object": { some: "thing" },
	"an Output": pulumi.output(["x"]),
	"a function": () => "x",
};

/** The error of a program; it must be one that the engine prints without a stack trace. */
function refusal(program: () => unknown): string {
	try {
		program();
		return "";
	} catch (error) {
		if (!pulumi.RunError.isInstance(error) || error.stack !== "") throw error;
		return error.message;
	}
}

describe.each(Object.keys(argumentsOf) as Kind[])("%s", (kind) => {
	const Class = classes[kind];

	it("is refused without a stack trace where any argument has another type, or all of them", async () => {
		await sent(() => {
			for (const value of Object.values(values)) {
				for (const argument of Object.keys(argumentsOf[kind]))
					expect(refusal(() => new Class("x", { [argument]: value, nonsense: 1 }))).toContain(`${kind} "x": `);
				expect(refusal(() => new Class("x", value))).toContain(`${kind} "x": `);
				expect(refusal(() => new Class("x", { nonsense: 1 }, value === undefined ? 7 : value))).toContain(kind);
			}
			expect(refusal(() => new Class(undefined, {}))).toContain(
				"name: expected the resource's name, a string, got nothing",
			);
		});
	});

	it("refuses an argument that it does not know, and the option import", async () => {
		await sent(() => {
			const [argument = ""] = Object.keys(argumentsOf[kind]);
			expect(refusal(() => new Class("x", { [`${argument}x`]: 1 }))).toContain(
				`${argument}x: unknown field, did you mean "${argument}"?`,
			);
			expect(refusal(() => new Class("x", {}, { import: "id" }))).toContain("options.import: expected no import");
		});
	});
});

it("takes a Host, or what a Host is known by, and no other resource", async () => {
	const connection = { host: "198.18.7.11" };
	const file = { path: "/etc/motd", content: "hello" };
	const all = await sent(() => {
		const host = new kubeadm.Host("cp-1", { connection });
		new kubeadm.HostFile("a", { ...file, host });
		new kubeadm.HostFile("b", { ...file, host: { connection, hostKey: pulumi.output("ssh-ed25519 AAAA") } });
		const other = new kubeadm.ServiceAccountKey("sa", { cluster: { kubernetesVersion: "1.37.2" } });
		expect(refusal(() => new kubeadm.HostFile("c", { ...file, host: other as never }))).toBe(
			'HostFile "c": host: expected a Host, or { connection }, got a resource (ServiceAccountKey)',
		);
		expect(refusal(() => new kubeadm.Addon("d", { yaml: "", api: host as never }))).toBe(
			'Addon "d": api: expected the access to a cluster\'s API, such as `cluster.api`, got a resource (Host)',
		);
	});
	expect(find(all, "HostFile b").inputs.host).toEqual({ connection, hostKey: "ssh-ed25519 AAAA" });
});

describe("a function", () => {
	const { fromKubeadmConfig, readPatches } = kubeadm as unknown as Record<string, (...args: unknown[]) => unknown>;
	const config = JSON.stringify({ apiVersion: "kubeadm.k8s.io/v1beta4", kind: "ClusterConfiguration" });

	it("is fromKubeadmConfig or readPatches, and each class is tried above", () => {
		const exported = Object.keys(kubeadm).filter((name) => name !== "default");
		expect(exported.sort()).toEqual([...Object.keys(argumentsOf), "fromKubeadmConfig", "readPatches"].sort());
	});

	it("is refused without a stack trace where any argument has another type", () => {
		for (const [kind, value] of Object.entries(values)) {
			const isText = typeof value === "string";
			expect(refusal(() => fromKubeadmConfig!(value))).toMatch(
				isText ? /^"text": expected/ : /^fromKubeadmConfig: path/,
			);
			expect(refusal(() => readPatches!(value))).toMatch(isText ? /^"text": expected/ : /^readPatches: directory: /);
			if (value === undefined) continue;
			expect(
				refusal(() => fromKubeadmConfig!(config, value)),
				kind,
			).toMatch(/^fromKubeadmConfig: options/);
			for (const option of ["patches", "nonsense"])
				expect(
					refusal(() => fromKubeadmConfig!(config, { [option]: value })),
					kind,
				).toMatch(/^fromKubeadmConfig: options/);
			if (isText) continue;
			expect(
				refusal(() => fromKubeadmConfig!(config, { kubernetesVersion: value })),
				kind,
			).toMatch(/^fromKubeadmConfig: options/);
			expect(
				refusal(() => readPatches!("patches", value)),
				kind,
			).toMatch(/^readPatches: kubernetesVersion: /);
		}
	});

	it.each([
		[() => fromKubeadmConfig!("no\0path"), /expected a kubeadm configuration file, got none in /],
		[() => fromKubeadmConfig!("/"), /^"\/": expected a kubeadm configuration file that can be read, got EISDIR/],
		[() => fromKubeadmConfig!(config), /^Configuration: ClusterConfiguration.kubernetesVersion: expected a version/],
		[() => fromKubeadmConfig!("{"), /^Configuration: /],
		[
			() =>
				fromKubeadmConfig!(config, { kubernetesVersion: "1.37.2", patches: [{ target: "etcd", patch: () => "x" }] }),
			/^fromKubeadmConfig: options: expected an object such as/,
		],
		[() => readPatches!("no\0path"), /expected a folder of patches, got none that can be read/],
		[() => readPatches!("x".repeat(5000)), /expected a folder of patches, got none that can be read/],
		[() => readPatches!("/proc/self/exe/x"), /expected a folder of patches, got none that can be read/],
		[() => readPatches!("/proc/self/cwd"), /expected a folder of patches, got a link/],
	])("says what it cannot read, without a stack trace: %s", (call, message) => {
		expect(refusal(call)).toMatch(message);
	});
});
