import { beforeEach, describe, expect, it, vi } from "vitest";
import { setProgramName } from "../../../provider/hosts/placement/program";
import { declareMember, leaveThroughOthers } from "../../../provider/phases/etcd/declared-members";
import { removeMember } from "../../../provider/phases/etcd/membership";
import { MemoryHost } from "../../support/memory-host";
import { hosts } from "../../support/reachable";

vi.mock("../../../provider/hosts/reach", () => import("../../support/reachable"));
vi.mock("../../../provider/phases/etcd/membership", () => ({ removeMember: vi.fn() }));

const member = (nodeName: string, address: string) => ({
	...{ host: { connection: { host: address } }, nodeName, address },
	certificatesDir: "/etc/kubernetes/pki",
});
const gone = member("etcd-1", "198.18.0.21");

// What etcd itself answers is seen on hosts.
describe("a member that leaves through the members that the program has", () => {
	const said: string[] = [];
	/** What the member at an address answers. */
	const answers = new Map<string, "left" | "none" | Error>();
	const leave = () => leaveThroughOthers(gone, (line) => said.push(line));

	beforeEach(() => {
		said.length = 0;
		setProgramName("shop/dev");
		for (const [name, address] of [
			["other-1", "198.18.0.31"],
			["etcd-2", "198.18.0.22"],
		] as const) {
			hosts.set(address, new MemoryHost(address));
			declareMember(member(name, address));
		}
		vi.mocked(removeMember).mockImplementation(async (_site, [address]) => {
			const answer = answers.get(address!)!;
			if (answer instanceof Error) throw answer;
			return answer;
		});
	});

	it("leaves its own cluster, where a member of another cluster of the program is asked first", async () => {
		answers.set("198.18.0.31", "none").set("198.18.0.22", "left");
		await leave();
		expect(said).toEqual(["etcd-1: its etcd member is removed, through etcd-2"]);
	});

	it("is gone where nobody knows it and one is silent", async () => {
		answers.set("198.18.0.31", new Error("silent")).set("198.18.0.22", "none");
		await leave();
		expect(said).toEqual([]);
	});

	it("stays where nobody answers", async () => {
		answers.set("198.18.0.31", new Error("silent")).set("198.18.0.22", new Error("silent"));
		await expect(leave()).rejects.toThrow(/^etcd-1: its etcd member cannot be removed, as no other member answers: /);
	});
});
