import { beforeEach, describe, expect, it, vi } from "vitest";
import { setProgramName } from "../../../provider/hosts/placement/program";
import { dataProblem, joinEtcd } from "../../../provider/phases/etcd/join";
import { isDataUnusable } from "../../../provider/phases/etcd/unusable-data";
import { FakeEtcd } from "../../support/fake-etcd";
import { MemoryHost } from "../../support/memory-host";

let etcd: FakeEtcd;
vi.mock("../../../provider/phases/etcd/etcd-client", async (original) => ({
	...(await original<object>()),
	withEtcd: (...words: Parameters<FakeEtcd["withEtcd"]>) => etcd.withEtcd(...words),
}));
vi.mock("../../../provider/phases/etcd/unusable-data", () => ({ isDataUnusable: vi.fn() }));

const founders = [
	{ name: "cp-1", address: "198.18.0.11" },
	{ name: "cp-2", address: "198.18.0.12" },
	{ name: "cp-3", address: "198.18.0.13" },
];
const member = {
	nodeName: "cp-3",
	address: "198.18.0.13",
	certificatesDir: "/etc/kubernetes/pki",
	others: ["198.18.0.11", "198.18.0.12"],
	directory: "/var/lib/etcd",
};

let host: MemoryHost;
/** Whether the host has the log of a member. */
let data: boolean;

beforeEach(() => {
	setProgramName("shop/dev");
	etcd = new FakeEtcd();
	host = new MemoryHost();
	data = false;
	host.answers(/^look for the data of etcd's member$/, () => (data ? "yes\n" : ""));
	host.answers(/^remove what an etcd without data left$/, () => "");
	host.put("/etc/kubernetes/pki/etcd/healthcheck-client.crt", "");
	vi.mocked(isDataUnusable).mockResolvedValue(false);
});

describe("a member that etcd is to have", () => {
	const join = (initialMembers = founders, former: string[] = []) =>
		joinEtcd(host, { ...member, initialMembers, former, timeoutSeconds: 0 }, () => {});
	const others = () => etcd.has("cp-1", "198.18.0.11").has("cp-2", "198.18.0.12");
	const unstarted = { clientURLs: [] };

	it("starts with the founders where no member answers, and where the founders wait for each other", async () => {
		expect(await join()).toEqual(founders);
		etcd.has("cp-1", "198.18.0.11", unstarted).has("cp-2", "198.18.0.12").has("cp-3", "198.18.0.13", unstarted);
		expect(await join()).toEqual(founders);
		expect(etcd.changes).toEqual([]);
	});

	it("waits where no member answers and it is no founder", async () => {
		await expect(join(founders.slice(0, 2))).rejects.toThrow("cp-3: etcd member: limit of 0 s reached");
	});

	it("goes on as it is where etcd knows it and its data is there", async () => {
		others().has("cp-3", "198.18.0.13");
		data = true;
		await join();
		expect(etcd.changes).toEqual([]);
	});

	it("joins as a learner where etcd does not know it", async () => {
		others();
		expect(await join()).toEqual(founders.slice(0, 2));
		expect(etcd.changes).toEqual(["https://198.18.0.13:2380 added"]);
	});

	it("is removed and joins as a learner where it has run and its data is not there", async () => {
		others().has("cp-3", "198.18.0.13");
		expect(await join()).toEqual(founders.slice(0, 2));
		expect(etcd.changes).toEqual(["cp-3 removed", "https://198.18.0.13:2380 added"]);
	});

	it("has members removed before it that the program has no more and that do not answer, and no others", async () => {
		others().has("cp-0", "198.18.0.10").has("cp-9", "198.18.0.19");
		etcd.down.add("198.18.0.10");
		await join(founders, ["cp-0", "cp-9"]);
		expect(etcd.changes).toEqual(["cp-0 removed", "https://198.18.0.13:2380 added"]);
	});
});

describe("a member that has run", () => {
	const problem = () => dataProblem(host, member);
	const all = () => etcd.has("cp-1", "198.18.0.11").has("cp-2", "198.18.0.12").has("cp-3", "198.18.0.13");

	it("can go on with data that etcd uses", async () => {
		all();
		data = true;
		expect(await problem()).toBeUndefined();
	});

	it("has lost its data, cannot use it, or was removed", async () => {
		all();
		expect(await problem()).toBe("lost");
		data = true;
		vi.mocked(isDataUnusable).mockResolvedValue(true);
		etcd.down.add(member.address);
		expect(await problem()).toBe("unusable");
		etcd.members.pop();
		expect(await problem()).toBe("removed");
		data = false;
		expect(await problem()).toBe("lost");
	});

	it("goes on while it answers, whatever a container of it said before", async () => {
		all();
		data = true;
		vi.mocked(isDataUnusable).mockResolvedValue(true);
		expect(await problem()).toBeUndefined();
	});

	it("is about to start where etcd waits for it", async () => {
		etcd.has("cp-1", "198.18.0.11").has("cp-3", "198.18.0.13", { clientURLs: [] });
		expect(await problem()).toBeUndefined();
	});

	it("is not judged while no other member answers, unless the host has lost its certificates too", async () => {
		expect(await problem()).toBeUndefined();
		await host.remove(["/etc/kubernetes/pki/etcd/healthcheck-client.crt"]);
		expect(await problem()).toBe("lost");
		data = true;
		expect(await problem()).toBeUndefined();
	});
});
