import { beforeEach, describe, expect, it, vi } from "vitest";
import { UNKNOWN } from "../../provider/facts/unknown";
import { forgetProgram } from "../../provider/hosts/placement/program";
import * as dispatch from "../../provider/lifecycle/dispatch";
import { PartialFailure } from "../../provider/lifecycle/lifecycle";
import { lifecycles } from "../../provider/lifecycle/lifecycles";
import { host as reference } from "../support/cluster";
import { MemoryHost } from "../support/memory-host";
import { plain } from "../support/preview-form";
import { hosts } from "../support/reachable";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

const path = "/etc/motd";
const file = { host: reference, path, content: "one", mode: "0644", owner: "root", group: "root" };
let host: MemoryHost;

beforeEach(() => {
	forgetProgram();
	host = new MemoryHost();
	hosts.set("198.18.0.11", host);
	vi.restoreAllMocks();
});

it("is the whole dynamic provider of a kind, as the state of a resource names it", async () => {
	const { provider } = dispatch;
	const { check, create, diff, update, read, delete: remove } = provider("HostFile");
	const inputs = check({}, { ...file, __provider: "code", program: "project/stack" }).inputs!;
	const { id, outs } = await create(inputs);
	expect(host.text(path)).toBe("one");
	expect((await read(id, outs)).id).toBe(id);
	expect(await diff(id, outs, inputs)).toEqual({ changes: false });
	const changed = check(inputs, { ...file, content: "two" }).inputs!;
	const after = await update(id, outs, changed);
	expect(host.text(path)).toBe("two");
	await remove(id, after.outs);
	expect(host.text(path)).toBeUndefined();
});

describe("check", () => {
	it("gives all problems back as failures, one for each", () => {
		const connection = { host: "", port: 99999 };
		expect(dispatch.check("Host", {}, { connection }).failures).toEqual([
			{ property: "", reason: "connection.port: expected a whole number from 1 to 65535, got 99999" },
			{ property: "", reason: "connection.host: expected a name or an address, got nothing" },
		]);
	});

	it("gives back inputs without what is undefined, at any depth", () => {
		const { inputs } = dispatch.check(
			"HostFile",
			{},
			{ host: { ...reference, hostKey: undefined }, path, content: "one" },
		);
		expect(plain(inputs!)).toStrictEqual(file);
	});

	it("hands the old inputs over, or none for a new resource, and never the engine's own", () => {
		const check = vi.spyOn(lifecycles.HostFile, "check");
		dispatch.check("HostFile", { __provider: "code" }, { ...file, __provider: "code" });
		dispatch.check("HostFile", { ...file, __provider: "code" }, file);
		expect(check.mock.calls).toEqual([
			[file, undefined],
			[file, file],
		]);
	});

	it("passes on a bug of this package as it is", () => {
		vi.spyOn(lifecycles.HostFile, "check").mockImplementation(() => {
			throw new TypeError("x is not a function");
		});
		expect(() => dispatch.check("HostFile", {}, file)).toThrow(TypeError);
	});
});

describe("diff", () => {
	it("is none where a release kept the inputs in another form", async () => {
		const { inputs } = dispatch.check("HostFile", {}, file);
		expect(inputs!["host"]).toBe("{connection: {host: 198.18.0.11}}");
		expect(await dispatch.diff("HostFile", { ...file, digests: {} }, inputs!)).toEqual({ changes: false });
		expect(await dispatch.diff("HostFile", { ...inputs, digests: {} }, { ...inputs, content: "two" })).toEqual({});
	});

	it("compares the inputs by value, and leaves outputs out", async () => {
		const state = { controlPlanes: [], nodes: ["cp-1"], workloads: [], timeoutSeconds: 300 };
		const reordered = { timeoutSeconds: 300, workloads: [], nodes: ["cp-1"], controlPlanes: [] };
		expect(
			await dispatch.diff("ClusterReady", { ...state, __provider: "old" }, { ...reordered, __provider: "new" }),
		).toEqual({ changes: false });
		expect(await dispatch.diff("ClusterReady", state, { ...state, nodes: ["cp-2"] })).toEqual({});
		const applied = { controlPlanes: [], objects: [], applied: ["v1 Namespace a"] };
		expect(await dispatch.diff("Addon", applied, { controlPlanes: [], objects: [] })).toEqual({ changes: false });
	});

	it("reports neither equality nor a replacement while inputs are unknown", async () => {
		expect(await dispatch.diff("HostFile", file, { ...file, path: UNKNOWN })).toEqual({});
		expect(await dispatch.diff("HostFile", file, { ...file, path: "/etc/other" })).toEqual({ replaces: ["path"] });
	});
});

describe("create, read, update and delete", () => {
	it("take a file through its whole life", async () => {
		dispatch.check("HostFile", {}, { ...file, program: "shop/dev" });
		const { id, outs } = await dispatch.create("HostFile", { ...file, __provider: "code" });
		expect(plain(outs)).toStrictEqual({
			...file,
			digests: { [path]: expect.stringMatching(/^[0-9a-f]{64}$/) },
			resourceId: id,
			program: { id: expect.stringMatching(/^[0-9a-f-]{36}$/), name: "shop/dev" },
		});
		host.put(path, "edited", "0600");
		const read = await dispatch.read("HostFile", id, outs);
		expect(plain(read.inputs!)).toStrictEqual({ ...file, content: "edited", mode: "0600" });
		expect(Object.keys(read.props)).toContain("digests");
		await dispatch.update("HostFile", id, read.props, { ...file, content: "two" });
		expect(host.text(path)).toBe("two");
		await dispatch.remove("HostFile", id, outs);
		expect(host.paths()).toEqual([]);
		expect(await dispatch.read("HostFile", id, outs)).toEqual({ id: "", props: {} });
	});

	it("know the program again by what its states say, also after the stack was renamed", async () => {
		dispatch.check("HostFile", {}, { ...file, program: "shop/dev" });
		const { id, outs } = await dispatch.create("HostFile", file);
		forgetProgram();
		dispatch.check("HostFile", {}, { ...file, program: "shop/production" });
		await dispatch.diff("HostFile", outs, file);
		await dispatch.create("HostFile", { ...file, content: "two" });
		expect(host.text(path)).toBe("two");
		await dispatch.remove("HostFile", id, outs);
		expect(host.text(path)).toBe("two");
	});

	it("refuse a file of another program by that program's name, and one of a program of the same name, too", async () => {
		for (const name of ["shop/dev", "books/dev"]) {
			forgetProgram();
			dispatch.check("HostFile", {}, { ...file, path: "/etc/other", program: "books/dev" });
			await dispatch.create("HostFile", { ...file, path: `/etc/${name.slice(0, 4)}` });
			const { outs } = await dispatch.create("HostFile", file);
			forgetProgram();
			dispatch.check("HostFile", {}, { ...file, program: name });
			await dispatch.create("HostFile", { ...file, path: "/etc/elsewhere" });
			await expect(dispatch.create("HostFile", file)).rejects.toThrow(
				/\/etc\/motd: expected no file, or one of this program, got one of the Pulumi program books\/dev/,
			);
			expect(host.text(path)).toBe("one");
			forgetProgram();
			await dispatch.remove("HostFile", outs.resourceId as string, outs);
			for (const other of host.paths()) host.files.delete(other);
		}
	});

	it("report a host that cannot be reached, and do not take it for gone", async () => {
		hosts.clear();
		await expect(dispatch.read("HostFile", "a", file)).rejects.toThrow("no route to host");
		await expect(dispatch.remove("HostFile", "a", file)).rejects.toThrow("no route to host");
	});

	it("keep what a failed step has made: id, state, the engine's own and the reason", async () => {
		vi.spyOn(lifecycles.HostFile, "create").mockRejectedValue(
			new PartialFailure("file#1", { digests: { [path]: "00" }, other: undefined }, new Error("the disk is full")),
		);
		const program = { id: expect.any(String), name: expect.any(String) };
		const error = await dispatch.create("HostFile", { ...file, __provider: "code" }).catch((thrown) => thrown);
		expect({ ...error, message: error.message, properties: plain(error.properties) }).toEqual({
			message: "the disk is full",
			id: "file#1",
			properties: { ...file, digests: { [path]: "00" }, resourceId: "file#1", program, __provider: "code" },
			reasons: ["the disk is full"],
		});
		expect(error.stack).toBe("");
	});

	it("keep no state of a step that created nothing", async () => {
		host.put(path, "theirs");
		const error = await dispatch.create("HostFile", file).catch((thrown) => thrown);
		expect(error.message).toContain("got a file that this program did not write");
		expect(error).not.toHaveProperty("properties");
	});

	it("show no secret in a message, neither a key nor what the connection has", async () => {
		const pem = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIB\n-----END EC PRIVATE KEY-----";
		const connection = {
			host: "198.18.0.11",
			password: "correct horse",
			proxy: { host: "a", password: "battery staple" },
		};
		vi.spyOn(lifecycles.HostFile, "update").mockRejectedValue(
			new PartialFailure("a", {}, new Error(`failed: ${pem} with correct horse over battery staple`)),
		);
		const inputs = { ...file, host: { connection } };
		const error = await dispatch.update("HostFile", "a", inputs, inputs).catch((thrown) => thrown);
		expect(error.message).toBe("failed: [secret] with [secret] over [secret]");
		expect(error.reasons).toEqual([error.message]);
		expect(error.cause).toBeUndefined();
	});
});
