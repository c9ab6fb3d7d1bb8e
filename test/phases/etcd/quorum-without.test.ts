import { beforeEach, expect, it, vi } from "vitest";
import { setProgramName } from "../../../provider/hosts/placement/program";
import { declareMember } from "../../../provider/phases/etcd/declared-members";
import type { EtcdEndpoint } from "../../../provider/phases/etcd/etcd-client";
import { refuseLossOfQuorum } from "../../../provider/phases/etcd/quorum-without";
import { FakeEtcd } from "../../support/fake-etcd";
import { MemoryHost } from "../../support/memory-host";
import { hosts } from "../../support/reachable";

const fake = vi.hoisted(() => ({ etcd: undefined as unknown as FakeEtcd }));
vi.mock("../../../provider/hosts/reach", () => import("../../support/reachable"));
vi.mock("../../../provider/phases/etcd/etcd-client", async (original) => ({
	...(await original<object>()),
	withEtcd: (endpoint: EtcdEndpoint, use: never) => fake.etcd.withEtcd(endpoint, use),
}));

const at = (number: number) => `198.18.0.1${number}`;

beforeEach(() => {
	setProgramName("shop/dev");
	fake.etcd = new FakeEtcd();
	for (const number of [1, 2, 3]) fake.etcd.has(`cp-${number}`, at(number));
	for (const number of [1, 3]) {
		hosts.set(at(number), new MemoryHost(at(number)));
		const host = { connection: { host: at(number) } };
		declareMember({ host, nodeName: `cp-${number}`, address: at(number), certificatesDir: "/etc/kubernetes/pki" });
	}
});

it("a member may leave where all others answer, and where nobody knows it", async () => {
	await expect(refuseLossOfQuorum("cp-2")).resolves.toBeUndefined();
	fake.etcd.down.add(at(3));
	await expect(refuseLossOfQuorum("cp-9")).resolves.toBeUndefined();
});

it("a member stays where one of the two others does not answer, also where that one is asked first", async () => {
	for (const silent of [3, 1]) {
		fake.etcd.down.clear();
		fake.etcd.down.add(at(silent));
		await expect(refuseLossOfQuorum("cp-2")).rejects.toThrow(
			`cp-2: its etcd member stays, because the other members would have no quorum without it (no answer from cp-${silent})`,
		);
	}
});

it("a member that is down may leave where the others are a majority", async () => {
	fake.etcd.down.add(at(2));
	await expect(refuseLossOfQuorum("cp-2")).resolves.toBeUndefined();
});
