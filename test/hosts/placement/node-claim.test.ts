import { beforeEach, describe, expect, it } from "vitest";
import { CLAIM, claimNode, releaseNode } from "../../../provider/hosts/placement/node-claim";
import {
	forgetProgram,
	foundProgram,
	isThisProgram,
	learnProgram,
	setProgramName,
	thisProgram,
} from "../../../provider/hosts/placement/program";
import { MemoryHost } from "../../support/memory-host";

let host: MemoryHost;
const claim = () => JSON.parse(host.text(CLAIM) ?? "null");

beforeEach(() => {
	forgetProgram();
	setProgramName("shop/dev");
	host = new MemoryHost();
});

describe("the claim on a machine", () => {
	it("names the node, its program and the resources that hold it, and goes with the last of these", async () => {
		await claimNode(host, { node: "cp-1", owner: "preflight#1" });
		await claimNode(host, { node: "cp-1", owner: "kubelet#1" });
		expect(claim()).toEqual({ program: thisProgram(), node: "cp-1", owners: ["preflight#1", "kubelet#1"] });
		await releaseNode(host, "kubelet#1");
		expect(claim().owners).toEqual(["preflight#1"]);
		await releaseNode(host, "preflight#1");
		expect(host.paths()).toEqual([]);
	});

	it("refuses a second node of the program on the machine", async () => {
		await claimNode(host, { node: "host-2", owner: "kubelet#2" });
		await expect(claimNode(host, { node: "host-3", owner: "kubelet#3" })).rejects.toThrow(
			"root@198.18.0.11:22: expected a machine of its own for node host-3, got the machine of node host-2, which this program also declares; give each node another connection.host",
		);
		expect(claim().node).toBe("host-2");
	});

	it("passes to the new name of a node that the program does not declare any more", async () => {
		host.put(CLAIM, JSON.stringify({ program: thisProgram(), node: "old", owners: ["of an earlier up"] }));
		await claimNode(host, { node: "new", owner: "kubelet#new" });
		expect(claim()).toMatchObject({ node: "new", owners: ["kubelet#new"] });
		await releaseNode(host, "of an earlier up");
		expect(claim().node).toBe("new");
	});

	it("refuses a node of another program by that program's name", async () => {
		await claimNode(host, { node: "cp-1", owner: "preflight#1" });
		const { id } = thisProgram();
		forgetProgram();
		setProgramName("books/dev");
		thisProgram();
		await expect(claimNode(host, { node: "w-1", owner: "kubelet#9" })).rejects.toThrow(
			`root@198.18.0.11:22: expected a machine that is no node yet, got node cp-1 of the Pulumi program shop/dev (id ${id.slice(0, 8)}); nothing was changed; take the machine out of that program first`,
		);
		expect(claim()).toMatchObject({ node: "cp-1", owners: ["preflight#1"] });
	});

	it("refuses a node of another program of the same name, also after a file of that program was met first", async () => {
		await claimNode(host, { node: "cp-1", owner: "preflight#1" });
		const first = thisProgram();
		forgetProgram();
		setProgramName("shop/dev");
		expect(isThisProgram(first)).toBe(true);
		foundProgram();
		await expect(claimNode(host, { node: "cp-1", owner: "preflight#2" })).rejects.toThrow(
			"got node cp-1 of the Pulumi program shop/dev",
		);
		forgetProgram();
		learnProgram(first);
		foundProgram();
		await claimNode(host, { node: "cp-1", owner: "preflight#3" });
		expect(claim().owners).toEqual(["preflight#1", "preflight#3"]);
	});

	it("stays the program's where the cluster is founded after the first machine was claimed", async () => {
		await claimNode(host, { node: "cp-1", owner: "preflight#1" });
		foundProgram();
		await claimNode(host, { node: "cp-1", owner: "kubelet#1" });
		expect(claim().owners).toEqual(["preflight#1", "kubelet#1"]);
	});

	it("names its path where it cannot be read", async () => {
		host.put(CLAIM, "no JSON");
		await expect(claimNode(host, { node: "cp-1", owner: "a" })).rejects.toThrow(
			`root@198.18.0.11:22: ${CLAIM}: expected`,
		);
	});
});
