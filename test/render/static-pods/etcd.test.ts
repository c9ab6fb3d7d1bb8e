import { describe, expect, it } from "vitest";
import { resolveCluster } from "../../../provider/config/cluster";
import { resolveNode } from "../../../provider/config/node";
import { etcd } from "../../../provider/render/static-pods/etcd";

const cluster = resolveCluster({ kubernetesVersion: "1.37.2" });
const a = { name: "a", address: "198.18.0.1" };
const b = { name: "b", address: "198.18.0.2" };

describe("etcd's initial cluster", () => {
	// Expected flags: getEtcdCommand, cmd/kubeadm/app/phases/etcd/local.go.
	it("is the node alone unless others are named", () => {
		expect(flagsOf(a)).toEqual(["--initial-cluster=a=https://198.18.0.1:2380"]);
	});

	it("is the same list for all members that are made together", () => {
		const list = ["--initial-cluster=a=https://198.18.0.1:2380,b=https://198.18.0.2:2380"];
		expect(flagsOf(a, [a, b])).toEqual(list);
		expect(flagsOf(b, [a, b])).toEqual(list);
	});

	it("exists already for a node that is not among them", () => {
		expect(flagsOf(b, [a])).toEqual([
			"--initial-cluster=a=https://198.18.0.1:2380,b=https://198.18.0.2:2380",
			"--initial-cluster-state=existing",
		]);
	});
});

function flagsOf({ name, address }: typeof a, members?: (typeof a)[]): string[] {
	const node = resolveNode(cluster, { name, localAPIEndpoint: { advertiseAddress: address } }, "control-plane");
	const { command } = etcd(cluster, node, members).spec.containers[0]!;
	return command.filter((flag) => flag.startsWith("--initial-cluster"));
}
