import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cli } from "../support/command-line.ts";
import { configuration } from "./rendered-tree.ts";

describe("diff against files of an odd shape", () => {
	let tree: string;

	beforeAll(async () => {
		tree = await mkdtemp(join(tmpdir(), "odd-"));
		const { exitCode } = await cli(["render", "--config", "-", "--out", tree], { stdin: configuration });
		expect(exitCode).toBe(0);
	});
	afterAll(() => rm(tree, { recursive: true }));

	/** Differences with a file's text changed. */
	async function edited(path: string, edit: (text: string) => string): Promise<string> {
		const before = await readFile(join(tree, path), "utf8");
		await writeFile(join(tree, path), edit(before));
		const { exitCode, stdout, stderr } = await cli(["diff", "--config", "-", "--against", tree], {
			stdin: configuration,
		});
		await writeFile(join(tree, path), before);
		expect([exitCode, stderr]).toEqual([1, ""]);
		return stdout;
	}

	const admin = "/etc/kubernetes/admin.conf";
	const withUsers = (users: string) => (text: string) => text.replace(/^users:\n[\s\S]*/m, `users: ${users}\n`);
	const shapes: [shape: string, edit: (text: string) => string][] = [
		["users as a mapping", withUsers("{a: b}")],
		["users as a text", withUsers("nobody")],
		["users as null", withUsers("null")],
		["no user at all", withUsers("[]")],
		["a user that is null", withUsers("[null]")],
		["a user that is a list", withUsers("[[a]]")],
		["credentials that are a list", withUsers("[{name: kubernetes-admin, user: [a]}]")],
		["a certificate that is a number", (text) => text.replace(/(client-certificate-data:) .*/, "$1 5")],
		["a certificate that is a list", (text) => text.replace(/(client-certificate-data:) .*/, "$1 [5]")],
		["a key that is a mapping", (text) => text.replace(/(client-key-data:) .*/, "$1 {a: b}")],
		["a certificate that is another text", (text) => text.replace(/(client-certificate-data:) .*/, "$1 aGVsbG8=")],
		["clusters as a mapping", (text) => text.replace(/^clusters:\n[\s\S]*(?=^contexts)/m, "clusters: {a: b}\n")],
		["a list", () => "- a\n"],
		["a text", () => "a\n"],
		["null", () => "null\n"],
		["nothing", () => ""],
		["an alias that leads back to itself", (text) => `${text}extensions: &a [*a]\n`],
	];

	it.each(shapes)("shows a kubeconfig with %s as a difference", async (_shape, edit) => {
		const lines = (await edited(admin, edit)).split("\n").filter(Boolean);
		expect(lines).not.toEqual([]);
		for (const line of lines) expect(line).toMatch(/^[-+~] \/etc\/kubernetes\/admin\.conf: .*expected .*, found /);
	});

	it("shows no secret of a kubeconfig, wherever it stands", async () => {
		const users =
			"[{name: kubernetes-admin, user: {auth-provider: {config: {id-token: hidden-1}}, token: [hidden-2]}}]";
		const text = await edited(admin, (before) => withUsers(users)(before).replace("https://", "https://me:hidden-3@"));
		expect(text).toContain("users[kubernetes-admin].user.auth-provider");
		expect(text).toContain("clusters[kubernetes].cluster.server");
		expect(text).not.toContain("hidden");
	});

	const values: [what: string, text: string, found: string][] = [
		["a list", "- a\n", "a list"],
		["a text", "secret-text\n", "a scalar"],
		["null", "null\n", "nothing"],
		["nothing", "", "nothing"],
		["no YAML", "a: {b\n", "text that is no YAML"],
		["an alias that leads back to itself", "a: &a {b: *a}\n", "text that is no YAML"],
	];

	it.each(values)("shows that a manifest is %s in one line", async (_what, text, found) => {
		const path = "/etc/kubernetes/manifests/etcd.yaml";
		expect(await edited(path, () => text)).toBe(`~ ${path}: expected "a mapping", found "${found}"\n`);
	});

	it("compares a value of another kind, and a key that each object answers to", async () => {
		const path = "/var/lib/kubelet/config.yaml";
		const text = await edited(path, (before) => `${before.replace(/^authentication:\n( .*\n)*/m, "")}constructor: a\n`);
		expect(text).toContain(`- ${path}: authentication: expected {`);
		expect(text).toContain(`+ ${path}: constructor: expected nothing, found "a"\n`);
	});

	it("reads a kubelet configuration as the kubelet does", async () => {
		const path = "/var/lib/kubelet/config.yaml";
		const text = await edited(path, (before) =>
			before.replace("rotateCertificates: true", "rotateCertificates: yes\nextra: 1"),
		);
		expect(text).toBe(`+ ${path}: extra: expected nothing, found 1\n`);
	});
});
