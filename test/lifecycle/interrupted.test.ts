import { beforeEach, describe, expect, it, vi } from "vitest";
import { forgetProgram } from "../../provider/hosts/placement/program";
import * as dispatch from "../../provider/lifecycle/dispatch";
import { MemoryHost } from "../support/memory-host";
import { hosts } from "../support/reachable";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

const path = "/etc/motd";
let host: MemoryHost;
let last = 60;
let address: string;
/** Each test has a machine of its own: a process asks a machine once for the changes that were begun there. */
let file: Record<string, unknown>;

/** The package as the process of the next operation has it, which remembers nothing. */
async function nextProcess(): Promise<typeof dispatch> {
	vi.resetModules();
	(await import("../support/reachable")).hosts.set(address, host);
	return import("../../provider/lifecycle/dispatch");
}

beforeEach(() => {
	vi.restoreAllMocks();
	forgetProgram();
	address = `198.18.0.${last++}`;
	host = new MemoryHost(`root@${address}:22`);
	host.answers(/^look which changes were begun$/, () =>
		[...host.files.keys()]
			.filter((name) => name.startsWith("/var/lib/pulumi-kubeadm/updates/"))
			.map((name) => host.text(name))
			.join(""),
	);
	hosts.set(address, host);
	file = { host: { connection: { host: address } }, path, content: "one", mode: "0644", owner: "root", group: "root" };
	dispatch.check("HostFile", {}, { ...file, program: "shop/dev" });
	vi.spyOn(console, "log").mockImplementation(() => {});
});

describe("a change of which the state knows nothing, as its process was killed", () => {
	it("is seen by the next `up` of a program that took the change back, and the file is put back", async () => {
		const { id, outs } = await dispatch.create("HostFile", file);
		await dispatch.update("HostFile", id, outs, { ...file, content: "two" });
		const next = await nextProcess();
		expect(await next.diff("HostFile", outs, file)).toEqual({ changes: true });
		expect(vi.mocked(console.log).mock.calls.flat()).toEqual([
			expect.stringMatching(/^\/etc\/motd#[0-9a-f]{8}: needs an update: its last change was cut off$/),
		]);
		await next.update("HostFile", id, outs, file);
		expect(host.text(path)).toBe("one");
	});

	it("is kept by a refresh for the next `up`, also where the refresh finds what the program asks for", async () => {
		const { id, outs } = await dispatch.create("HostFile", file);
		await dispatch.update("HostFile", id, outs, { ...file, content: "two" });
		const next = await nextProcess();
		const { props } = await next.read("HostFile", id, outs);
		expect(props).toMatchObject({ content: "two", unread: "its last change was cut off" });
		expect(await next.diff("HostFile", props, { ...file, content: "two" })).toEqual({ changes: true });
	});

	it("is seen where a delete was cut off, and the program has the file again", async () => {
		const { id, outs } = await dispatch.create("HostFile", file);
		vi.spyOn(host, "remove").mockRejectedValueOnce(new Error("killed"));
		await expect(dispatch.remove("HostFile", id, outs)).rejects.toThrow("killed");
		const next = await nextProcess();
		expect(await next.diff("HostFile", outs, file)).toEqual({ changes: true });
	});
});

describe("a change that ended", () => {
	it("is no difference, and its record goes with the resource", async () => {
		const { id, outs } = await dispatch.create("HostFile", file);
		const two = { ...file, content: "two" };
		const changed = await dispatch.update("HostFile", id, outs, two);
		const next = await nextProcess();
		expect(await next.diff("HostFile", changed.outs, two)).toEqual({ changes: false });
		await dispatch.remove("HostFile", id, changed.outs);
		expect(host.paths()).toEqual([]);
	});

	it("is no difference where it failed and was kept so in the state", async () => {
		const { id, outs } = await dispatch.create("HostFile", file);
		vi.spyOn(host, "write").mockRejectedValueOnce(new Error("the disk is full"));
		await expect(dispatch.update("HostFile", id, outs, { ...file, content: "two" })).rejects.toThrow("disk is full");
		expect(await dispatch.diff("HostFile", outs, file)).toEqual({ changes: false });
	});
});

it("a destroy removes what a create of this program left that was cut off, and nothing else", async () => {
	host.answers(/^list the records of files$/, () =>
		[...host.files.keys()]
			.filter((name) => name.startsWith("/var/lib/pulumi-kubeadm/files/"))
			.map((name) => host.text(name))
			.join(""),
	);
	host.put("/etc/found", "one");
	await dispatch.create("HostFile", { ...file, path: "/etc/found" });
	await dispatch.create("HostFile", { ...file, path: "/etc/edited" });
	host.put("/etc/edited", "by a person");
	const { outs } = await dispatch.create("HostFile", file);
	const next = await nextProcess();
	const machine = { ...(file.host as object), hostKey: "", facts: {}, program: outs.program };
	await next.remove("Host", "machine#1", machine);
	expect(host.paths().filter((name) => name.startsWith("/etc/"))).toEqual(["/etc/edited", "/etc/found"]);
});

it("a machine that does not answer makes no difference in a preview, and prints nothing", async () => {
	const { outs } = await dispatch.create("HostFile", file);
	hosts.clear();
	expect(await dispatch.diff("HostFile", outs, file)).toEqual({ changes: false });
	expect(console.log).not.toHaveBeenCalled();
});
