import { createHash } from "node:crypto";
import { dirname } from "node:path/posix";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { markDeclared } from "../../../provider/hosts/placement/owner";
import {
	belongsToAnother,
	editedFiles,
	isOwnedBy,
	newId,
	placeFiles,
	removeFiles,
	reserveFile,
} from "../../../provider/hosts/placement/place";
import { recordPath } from "../../../provider/hosts/placement/records";
import { forgetUndo, hasUndo, keepForUndo, putBack } from "../../../provider/hosts/placement/undo";
import { MemoryHost } from "../../support/memory-host";

const path = "/etc/kubernetes/pki/apiserver.crt";
const file = (content: string, at = path) => ({ path: at, content, mode: "0644", owner: "root", group: "root" });
const sha256 = (content: string) => createHash("sha256").update(content).digest("hex");

let host: MemoryHost;
beforeEach(() => {
	host = new MemoryHost();
});

describe("placing a file", () => {
	it("writes the file with its mode, and returns its digest", async () => {
		const placed = await placeFiles({ host, owner: "a", files: [{ ...file("one"), mode: "0600" }] });
		expect(placed).toEqual({ digests: { [path]: sha256("one") }, written: [path] });
		expect(host.files.get(path)).toMatchObject({ mode: "0600", owner: "root", group: "root" });
		expect(host.text(path)).toBe("one");
	});

	it("takes over an existing file with the same content, without writing the file", async () => {
		host.put(path, "one");
		expect((await placeFiles({ host, owner: "a", files: [file("one")] })).written).toEqual([]);
		expect(await isOwnedBy({ host, owner: "a", path })).toBe(true);
	});

	it("leaves one on the host that was there before, when its resource is deleted", async () => {
		host.put(path, "one");
		const { digests } = await placeFiles({ host, owner: "a", files: [file("one")] });
		await placeFiles({ host, owner: "a", files: [file("two")], stateDigests: digests });
		await removeFiles({ host, owner: "a", paths: [path] });
		expect(host.paths()).toEqual(["/etc/kubernetes", "/etc/kubernetes/pki", path]);
	});

	it("removes one that an attempt before has placed and recorded", async () => {
		await placeFiles({ host, owner: "cut off", files: [file("one")] });
		await placeFiles({ host, owner: "a", files: [file("one")] });
		await removeFiles({ host, owner: "a", paths: [path] });
		expect(host.paths()).toEqual([]);
	});

	it("names the host and the record where a record is broken, and writes nothing", async () => {
		await placeFiles({ host, owner: "a", files: [file("one")] });
		host.put(recordPath(path), "{");
		await expect(placeFiles({ host, owner: "a", files: [file("two")] })).rejects.toThrow(
			`root@198.18.0.11:22: ${recordPath(path)}: expected a record of this package (JSON), got something else; remove it`,
		);
		expect(host.text(path)).toBe("one");
	});

	it.each([
		["lost", () => host.files.delete(recordPath(path))],
		["broken", () => host.put(recordPath(path), "")],
	])("is left with a line that says so, where a delete finds its record %s", async (_kind, damage) => {
		const log = vi.spyOn(console, "log").mockImplementation(() => {});
		await placeFiles({ host, owner: "a", files: [file("one")] });
		damage();
		await removeFiles({ host, owner: "a", paths: [path] });
		expect(host.text(path)).toBe("one");
		expect(log.mock.calls.flat().at(-1)).toBe(
			`root@198.18.0.11:22: ${path} stays on the host: its record ${recordPath(path)} is lost; to remove it: ssh root@198.18.0.11:22 "rm ${path}"`,
		);
		log.mockRestore();
	});

	it("goes on with one whose record was lost and whose content the state knows", async () => {
		const { digests } = await placeFiles({ host, owner: "a", files: [file("one")] });
		host.files.delete(recordPath(path));
		await placeFiles({ host, owner: "a", files: [file("two")], stateDigests: digests });
		expect(host.text(path)).toBe("two");
	});

	it("sets the wanted mode of an existing file with the same content", async () => {
		host.put(path, "one", "0666");
		expect((await placeFiles({ host, owner: "a", files: [file("one")] })).written).toEqual([path]);
		expect(host.files.get(path)!.mode).toBe("0644");
	});

	it("replaces, on create, a file that another resource of this package placed", async () => {
		await placeFiles({ host, owner: "a", files: [file("one")] });
		await placeFiles({ host, owner: "b", files: [file("two")] });
		expect(host.text(path)).toBe("two");
		expect(await isOwnedBy({ host, owner: "a", path })).toBe(false);
		expect(await isOwnedBy({ host, owner: "b", path })).toBe(true);
	});

	it("takes over what another program wrote to a path that was claimed for it, also by an attempt before", async () => {
		await reserveFile({ host, owner: "a", path });
		host.put(path, "the kubelet's");
		await reserveFile({ host, owner: "a", path });
		expect(await editedFiles(host, [path])).toEqual([]);
		await placeFiles({ host, owner: "a", files: [file("the kubelet's")] });
		expect(await isOwnedBy({ host, owner: "a", path })).toBe(true);
	});

	it("removes what another program wrote to a path that was claimed for it", async () => {
		await reserveFile({ host, owner: "a", path });
		host.put(path, "the kubelet's");
		await removeFiles({ host, owner: "a", paths: [path] });
		expect(host.files.has(path)).toBe(false);
	});

	it("claims no path of a foreign file", async () => {
		host.put(path, "theirs");
		await expect(reserveFile({ host, owner: "a", path })).rejects.toThrow(`${path}: expected no file`);
	});

	it("refuses a foreign file by name, and then writes none of the others", async () => {
		host.put(path, "theirs");
		const before = host.paths();
		const other = "/etc/kubernetes/pki/apiserver.key";
		await expect(placeFiles({ host, owner: "a", files: [file("one", other), file("one")] })).rejects.toThrow(
			`root@198.18.0.11:22: ${path}: expected no file, or one with the wanted content, got a file that this program did not write; where nothing needs it, move it to a backup: ssh root@198.18.0.11:22 "mkdir -p /root/before-pulumi-kubeadm${dirname(path)} && mv ${path} /root/before-pulumi-kubeadm${dirname(path)}/"`,
		);
		expect(host.paths()).toEqual(before);
		expect(host.text(path)).toBe("theirs");
	});

	it("names all foreign files at once", async () => {
		const other = "/etc/kubernetes/pki/apiserver.key";
		host.put(path, "theirs");
		host.put(other, "theirs");
		const error = await placeFiles({ host, owner: "a", files: [file("one", other), file("one")] }).catch(
			(e: Error) => e,
		);
		expect((error as Error).message.split("\n").map((line) => line.split(": ")[1])).toEqual([other, path]);
	});

	it("refuses, on update, a file that was edited since the last refresh, and asks for a refresh", async () => {
		const { digests } = await placeFiles({ host, owner: "a", files: [file("one")] });
		host.put(path, "edited");
		await expect(placeFiles({ host, owner: "a", files: [file("two")], stateDigests: digests })).rejects.toThrow(
			"expected the content that the last refresh recorded, got content edited since; run `pulumi refresh`",
		);
		expect(host.text(path)).toBe("edited");
	});

	it("replaces, on update, an edited file that a refresh has read", async () => {
		await placeFiles({ host, owner: "a", files: [file("one")] });
		host.put(path, "edited");
		await placeFiles({ host, owner: "a", files: [file("two")], stateDigests: { [path]: sha256("edited") } });
		expect(host.text(path)).toBe("two");
	});

	it("continues, on update, after an interrupted update", async () => {
		const { digests } = await placeFiles({ host, owner: "a", files: [file("one")] });
		await placeFiles({ host, owner: "a", files: [file("two")], stateDigests: digests });
		await placeFiles({ host, owner: "a", files: [file("three")], stateDigests: digests });
		expect(host.text(path)).toBe("three");
	});

	it("writes a file that was deleted since the last refresh", async () => {
		const { digests } = await placeFiles({ host, owner: "a", files: [file("one")] });
		await host.remove([path]);
		await placeFiles({ host, owner: "a", files: [file("one")], stateDigests: digests });
		expect(host.text(path)).toBe("one");
	});

	it("writes nothing when every file has the wanted content and mode", async () => {
		const { digests } = await placeFiles({ host, owner: "a", files: [file("one")] });
		const writes = host.writes;
		await placeFiles({ host, owner: "a", files: [file("one")], stateDigests: digests });
		expect(host.writes).toBe(writes);
	});

	it("lists which placed files were edited, without foreign and missing files", async () => {
		await placeFiles({ host, owner: "a", files: [file("one"), file("one", "/etc/kubernetes/a")] });
		host.put(path, "edited");
		host.put("/etc/kubernetes/foreign", "x");
		expect(await editedFiles(host, [path, "/etc/kubernetes/a", "/etc/kubernetes/foreign", "/etc/none"])).toEqual([
			path,
		]);
	});
});

describe("removing what was placed", () => {
	it("removes files, records and the folders that were made, and nothing else", async () => {
		const before = host.paths();
		await placeFiles({ host, owner: "a", files: [file("one")] });
		await removeFiles({ host, owner: "a", paths: [path] });
		expect(host.paths()).toEqual(before);
	});

	it("keeps a folder that existed before, also an empty one", async () => {
		host.folders.set("/etc/kubernetes", "0755");
		await placeFiles({ host, owner: "a", files: [file("one")] });
		await removeFiles({ host, owner: "a", paths: [path] });
		expect(host.paths()).toEqual(["/etc/kubernetes"]);
	});

	it("leaves a folder that was made as long as there is something in it, and removes it with the last of ours", async () => {
		await placeFiles({ host, owner: "a", files: [file("one")] });
		await placeFiles({ host, owner: "b", files: [file("two", "/etc/kubernetes/pki/etcd/ca.crt")] });
		await removeFiles({ host, owner: "a", paths: [path] });
		expect(host.folders.has("/etc/kubernetes/pki")).toBe(true);
		await removeFiles({ host, owner: "b", paths: ["/etc/kubernetes/pki/etcd/ca.crt"] });
		expect(host.paths()).toEqual([]);
	});

	it("leaves the file of the resource that took it over: a rename creates the new one before it deletes the old one", async () => {
		await placeFiles({ host, owner: "old", files: [file("one")] });
		await placeFiles({ host, owner: "new", files: [file("one")] });
		await removeFiles({ host, owner: "old", paths: [path] });
		expect(host.text(path)).toBe("one");
		await removeFiles({ host, owner: "new", paths: [path] });
		expect(host.paths()).toEqual([]);
	});

	it("leaves a file to the resource that it was taken over from, where the program has that one still and not the new one", async () => {
		const [old, renamed] = [newId("old"), newId("new")];
		await placeFiles({ host, owner: old, files: [file("one")] });
		await placeFiles({ host, owner: renamed, files: [file("two")] });
		markDeclared(old);
		await removeFiles({ host, owner: renamed, paths: [path] });
		expect(host.text(path)).toBe("two");
		expect(await isOwnedBy({ host, owner: old, path })).toBe(true);
		await removeFiles({ host, owner: old, paths: [path] });
		expect(host.paths()).toEqual([]);
	});

	it("leaves a file to the last of several that the program has still", async () => {
		const owners = ["a", "b", "c", "d"].map(newId);
		for (const owner of owners) await placeFiles({ host, owner, files: [file("one")] });
		for (const owner of owners.slice(0, 2)) markDeclared(owner);
		await removeFiles({ host, owner: owners[3]!, paths: [path] });
		expect(await isOwnedBy({ host, owner: owners[1]!, path })).toBe(true);
	});

	it("leaves a foreign file, and is content when all is gone already", async () => {
		host.put(path, "theirs");
		await removeFiles({ host, owner: "a", paths: [path, "/etc/none"] });
		expect(host.text(path)).toBe("theirs");
	});

	it("tells a file that another resource has taken over from one that nobody has", async () => {
		await placeFiles({ host, owner: "a", files: [file("good")] });
		expect(await belongsToAnother({ host, owner: "a" }, path)).toBe(false);
		await placeFiles({ host, owner: "b", files: [file("good")] });
		expect(await belongsToAnother({ host, owner: "a" }, path)).toBe(true);
		expect(await belongsToAnother({ host, owner: "a" }, "/etc/none")).toBe(false);
	});

	it("gives two resources of one subject different ids", () => {
		expect(newId("kubelet")).toMatch(/^kubelet#[0-9a-f]{8}$/);
		expect(newId("kubelet")).not.toBe(newId("kubelet"));
	});
});

describe("the undo journal", () => {
	const kept = async () => (await host.read([path])).get(path)!;

	it("restores the kept content, also over content that someone edited", async () => {
		await placeFiles({ host, owner: "a", files: [file("good")] });
		await keepForUndo(host, "a", await kept());
		await placeFiles({ host, owner: "a", files: [file("bad")], stateDigests: { [path]: sha256("good") } });
		host.put(path, "edited");
		expect(await putBack({ host, owner: "a", path })).toEqual({ content: "good", digests: { [path]: sha256("good") } });
		expect(host.text(path)).toBe("good");
		expect(host.paths().filter((name) => name.includes("undo"))).toEqual([]);
	});

	it("keeps the oldest content: undoing a second change before the first is confirmed restores the start", async () => {
		await placeFiles({ host, owner: "a", files: [file("good")] });
		await keepForUndo(host, "a", await kept());
		await placeFiles({ host, owner: "a", files: [file("bad")], stateDigests: { [path]: sha256("good") } });
		await keepForUndo(host, "a", await kept());
		await putBack({ host, owner: "a", path });
		expect(host.text(path)).toBe("good");
	});

	it("is used by the resource whose change it is of, and by no other one", async () => {
		await placeFiles({ host, owner: "a", files: [file("good")] });
		await keepForUndo(host, "a", await kept());
		expect(await hasUndo({ host, owner: "a", path })).toBe(true);
		expect(await hasUndo({ host, owner: "b", path })).toBe(false);
		await expect(putBack({ host, owner: "b", path })).rejects.toThrow("expected its last content");
	});

	it("can be read by root only, and is removed when the change is confirmed", async () => {
		await placeFiles({ host, owner: "a", files: [file("good")] });
		await keepForUndo(host, "a", await kept());
		const [copy] = [...host.files].filter(([name]) => name.includes("/undo/"));
		expect(copy![1].mode).toBe("0600");
		expect(host.folders.get("/var/lib/pulumi-kubeadm/undo")).toBe("0700");
		await forgetUndo(host, path);
		expect(host.paths().filter((name) => name.includes("undo"))).toEqual([]);
	});

	it("reports that nothing can be restored", async () => {
		await expect(putBack({ host, owner: "a", path })).rejects.toThrow(
			"expected its last content in /var/lib/pulumi-kubeadm/undo, got none",
		);
	});
});
