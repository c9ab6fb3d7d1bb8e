import { describe, expect, it } from "vitest";
import { resolveCluster } from "../../provider/config/cluster";
import { resolveNode } from "../../provider/config/node";
import { memberOf } from "../../provider/phases/etcd/placed-member";
import { etcd } from "../../provider/render/static-pods/etcd";
import { startsAlike } from "../../provider/render/static-pods/initial-cluster";
import { cluster, node } from "../support/cluster";
import { MemoryHost } from "../support/memory-host";

const resolved = resolveCluster(cluster);
const own = resolveNode(resolved, node, "control-plane");
const [first, second, third] = [11, 12, 13].map((last, index) => ({
	name: `cp-${index + 1}`,
	address: `198.18.0.${last}`,
}));
const founding = etcd(resolved, own, [first!, second!, third!]);
const joining = etcd(resolved, own, [second!, third!]);
const alone = etcd(resolved, own, [first!]);

describe("the members in etcd's manifest", () => {
	it("are no difference in any of kubeadm's three forms", () => {
		expect(startsAlike(founding, joining)).toBe(true);
		expect(startsAlike(founding, alone)).toBe(true);
	});

	it("hide no other difference", () => {
		const louder = structuredClone(alone);
		louder.spec.containers[0]!.command!.push("--log-level=debug");
		expect(startsAlike(founding, louder)).toBe(false);
	});

	it("tell who the member is, who the others are, and whether it joins them", () => {
		const host = new MemoryHost();
		const site = { host, nodeName: "cp-1", address: "198.18.0.11", certificatesDir: "/etc/kubernetes/pki" };
		const others = ["198.18.0.12", "198.18.0.13"];
		expect(memberOf(host, founding)).toEqual({ ...site, others, joins: false });
		expect(memberOf(host, joining)).toEqual({ ...site, others, joins: true });
		expect(memberOf(host, alone)).toEqual({ ...site, others: [], joins: false });
	});
});
