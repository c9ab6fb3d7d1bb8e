import { beforeEach, describe, expect, it, vi } from "vitest";
import { setProgramName } from "../../../provider/hosts/placement/program";
import { removeMember } from "../../../provider/phases/etcd/membership";
import { etcdProblem } from "../../../provider/phases/etcd/quorum";
import { FakeEtcd } from "../../support/fake-etcd";
import { MemoryHost } from "../../support/memory-host";

let etcd: FakeEtcd;
vi.mock("../../../provider/phases/etcd/etcd-client", async (original) => ({
	...(await original<object>()),
	withEtcd: (...words: Parameters<FakeEtcd["withEtcd"]>) => etcd.withEtcd(...words),
}));

const certificatesDir = "/etc/kubernetes/pki";
const addresses = ["198.18.0.11", "198.18.0.12", "198.18.0.13"];
const site = (number: number) => ({
	...{ host: new MemoryHost(), nodeName: `cp-${number}`, address: `198.18.0.1${number}` },
	certificatesDir,
});

beforeEach(() => {
	setProgramName("shop/dev");
	vi.spyOn(process.stdout, "write").mockReturnValue(true);
	etcd = new FakeEtcd().has("cp-1", "198.18.0.11").has("cp-2", "198.18.0.12").has("cp-3", "198.18.0.13");
});

describe("a member that leaves etcd", () => {
	it("lets another one lead first, where it leads", async () => {
		expect(await removeMember(site(1), ["198.18.0.11"])).toBe("left");
		expect(etcd.changes).toEqual(["cp-2 leads", "cp-1 removed"]);
	});

	it("leaves through the next member where the first does not answer", async () => {
		etcd.down.add("198.18.0.13");
		expect(await removeMember(site(3), ["198.18.0.13", ...addresses])).toBe("left");
	});

	it("tries again while a leader is missing and while it counts as unhealthy", async () => {
		etcd.refusals.push("etcdserver: request timed out, possibly due to previous leader failure");
		etcd.refusals.push("etcdserver: unhealthy cluster");
		expect(await removeMember(site(3), ["198.18.0.13"])).toBe("left");
	});

	it("is not there, or the only one", async () => {
		expect(await removeMember(site(4), addresses)).toBe("none");
		etcd.members = etcd.members.slice(0, 1);
		expect(await removeMember(site(1), addresses)).toBe("only");
		expect(etcd.changes).toEqual([]);
	});

	it("waits until another one has left", async () => {
		etcd.refusals.push("etcdserver: unhealthy cluster");
		await Promise.all([3, 2].map((number) => removeMember(site(number), [`198.18.0.1${number}`])));
		expect(etcd.changes).toEqual(["cp-3 removed", "cp-2 removed"]);
	});
});

describe("etcd, before one of its members restarts,", () => {
	it("is well where every member has started, votes and answers", async () => {
		expect(await etcdProblem(site(1))).toBeUndefined();
	});

	it("names every member that is not well, and every alarm", async () => {
		etcd.has("cp-4", "198.18.0.14", { isLearner: true }).has("", "198.18.0.15", { clientURLs: [] });
		etcd.down.add("198.18.0.12");
		etcd.alarms = [{ memberID: "3", alarm: "NOSPACE" }];
		expect(await etcdProblem(site(1))).toBe(
			"etcd: https://198.18.0.15:2380 has not started, cp-4 has no vote yet, cp-2 does not answer, https://198.18.0.15:2380 does not answer, alarm NOSPACE of cp-3",
		);
	});
});
