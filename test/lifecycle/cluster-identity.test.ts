import { describe, expect, it } from "vitest";
import type { ClusterSpec } from "../../provider/config/cluster";
import { SpecError } from "../../provider/config/problems";
import { UNKNOWN } from "../../provider/facts/unknown";
import { clusterIdentity, type EncryptionMode } from "../../provider/lifecycle/cluster-identity";
import { nodeRegistration } from "../../provider/lifecycle/node-registration";
import { electFounder } from "../../provider/phases/etcd/founders";
import { cluster, node } from "../support/cluster";

const members = [
	{ name: "cp-1", address: "198.18.0.11" },
	{ name: "cp-2", address: "198.18.0.12" },
	{ name: "cp-3", address: "198.18.0.13" },
];
const spec: ClusterSpec = { ...cluster, networking: { podSubnet: "10.244.0.0/16" } };
const founded = clusterIdentity.check({ cluster: spec, members: members.slice(0, 1) }, undefined);
/** As if it had been founded with three. */
const old = { ...founded, initialMembers: members };
const problems = (change: Partial<ClusterSpec>, now: readonly object[] = members) => {
	try {
		clusterIdentity.check({ cluster: { ...spec, ...change }, members: now as typeof members }, old);
	} catch (error) {
		if (error instanceof SpecError) return error.problems.map(({ path, message }) => `${path}: ${message}`);
		throw error;
	}
	return [];
};

describe("a running cluster", () => {
	it.each<[string, Partial<ClusterSpec>, string]>([
		[
			"cluster name",
			{ clusterName: "other" },
			`cluster.clusterName: expected "kubernetes" as the running cluster has it, got "other": kubeconfigs and the controller manager name it; the field cannot be changed; make a new cluster`,
		],
		[
			"service subnet",
			{ networking: { ...spec.networking, serviceSubnet: "10.97.0.0/16" } },
			`cluster.networking.serviceSubnet: expected "10.96.0.0/12" as the running cluster has it, got "10.97.0.0/16": every Service has an address of it; the field cannot be changed; make a new cluster`,
		],
		[
			"pod subnet",
			{ networking: { podSubnet: "10.245.0.0/16" } },
			`cluster.networking.podSubnet: expected "10.244.0.0/16" as the running cluster has it, got "10.245.0.0/16": every node has a part of it; the field cannot be changed; make a new cluster`,
		],
		[
			"DNS domain",
			{ networking: { ...spec.networking, dnsDomain: "lab.local" } },
			`cluster.networking.dnsDomain: expected "cluster.local" as the running cluster has it, got "lab.local": running pods and certificates name it; the field cannot be changed; make a new cluster`,
		],
		[
			"etcd's data directory",
			{ etcd: { local: { dataDir: "/data/etcd" } } },
			`cluster.etcd.local.dataDir: expected "/var/lib/etcd" as the running cluster has it, got "/data/etcd": etcd would start empty; the field cannot be changed; make a new cluster`,
		],
		[
			"certificates directory",
			{ certificatesDir: "/etc/pki" },
			`cluster.certificatesDir: expected "/etc/kubernetes/pki" as the running cluster has it, got "/etc/pki": every component reads its certificates there; the field cannot be changed; make a new cluster`,
		],
	])("refuses another %s, with the reason", (_what, change, problem) => {
		expect(problems(change)).toEqual([problem]);
	});

	it("refuses all of it at once", () => {
		expect(
			problems({ clusterName: "other", certificatesDir: "/etc/pki", kubernetesVersion: "1.37.1" }).map(
				(text) => text.split(":")[0],
			),
		).toEqual(["cluster.clusterName", "cluster.certificatesDir", "cluster.kubernetesVersion"]);
	});

	it.each([
		["1.36.4", "1.36", "an upgrade to another minor release is not possible yet"],
		["1.38.0", "1.38", "a minor release cannot be lowered"],
		["1.37.3", "1.37", "a running cluster cannot be lowered"],
	])("of %s refuses 1.37.2: %s", (was, release, why) => {
		expect(() => clusterIdentity.check({ cluster: spec, members }, { ...old, kubernetesVersion: was })).toThrow(
			`Cluster: cluster.kubernetesVersion: expected ${was} or a later patch of ${release}, got 1.37.2: ${why}`,
		);
	});

	it("refuses to go without the etcd that it has, whose data would go with it", () => {
		expect(() => clusterIdentity.check({ cluster: spec, members, withoutEtcd: true }, old)).toThrow(
			"Cluster: withoutEtcd: expected etcd's phase not to be skipped, as the running cluster has its data in that etcd",
		);
		const args = { cluster: spec, members: members.slice(0, 1), withoutEtcd: true };
		const without = clusterIdentity.check(args, undefined);
		expect(clusterIdentity.check(args, without)).toEqual(without);
	});

	it.each(["1.37.0", "1.37.2"])("of %s takes 1.37.2", (was) => {
		const now = clusterIdentity.check(
			{ cluster: { ...spec, kubernetesVersion: "v1.37.2" }, members },
			{ ...old, kubernetesVersion: was },
		);
		expect(now.kubernetesVersion).toBe("1.37.2");
	});

	it.each<[string, Partial<ClusterSpec>]>([
		["spelling of its release", { kubernetesVersion: "v1.37.2" }],
		["flag", { apiServer: { extraArgs: [{ name: "v", value: "4" }] } }],
		["certificate name", { apiServer: { certSANs: ["api.example.com"] } }],
	])("takes another %s", (_what, change) => {
		expect(problems(change)).toEqual([]);
	});

	it("remembers who came, who left, and which initial members are still there", () => {
		const more = [...members, { name: "cp-4", address: "198.18.0.14" }];
		expect(problems({}, more)).toEqual([]);
		const grown = clusterIdentity.check({ cluster: spec, members: more }, old);
		expect(grown).toMatchObject({ initialMembers: members, members: more });
		const shrunk = clusterIdentity.check({ cluster: spec, members: more.slice(2) }, grown);
		expect(shrunk).toMatchObject({
			founder: "cp-3",
			initialMembers: members.slice(2),
			members: more.slice(2),
			formerMembers: ["cp-1", "cp-2"],
		});
		const back = clusterIdentity.check({ cluster: spec, members: [members[0]!, ...more.slice(2)] }, shrunk);
		expect(back).toMatchObject({ initialMembers: members.slice(2), formerMembers: ["cp-2"] });
	});

	it("refuses another address of a member", () => {
		expect(problems({}, [{ name: "cp-1", address: "198.18.0.21" }, ...members.slice(1)])).toEqual([
			"members: expected cp-1 at 198.18.0.11, as the running cluster has it, got 198.18.0.21: etcd and the certificates name the node by its address; give the old address; or take the node out, run an `up`, and add it at its new address",
		]);
	});

	it("takes its members in another order, and at addresses that a preview does not know or leaves out", () => {
		expect(problems({}, [...members].reverse())).toEqual([]);
		expect(
			problems(
				{},
				members.map(({ name }) => ({ name, address: UNKNOWN })),
			),
		).toEqual([]);
		expect(
			problems(
				{},
				members.map(({ name }) => ({ name })),
			),
		).toEqual([]);
	});

	it("keeps the members that it was founded with, in their order", () => {
		const now = clusterIdentity.check({ cluster: spec, members: [...members].reverse() }, old);
		expect(now.initialMembers).toEqual(members);
		expect(now).toEqual(old);
	});

	it("keeps its founder, whatever stands in the first line, and names the next where the founder has left", () => {
		const founder = (now: typeof members, was: object = old) =>
			electFounder(now, was as Parameters<typeof electFounder>[1]);
		expect(founder(members.toReversed())).toBe("cp-1");
		expect(founder(members.toReversed(), { initialMembers: members })).toBe("cp-1");
		expect(founder([members[2]!, members[1]!])).toBe("cp-2");
		expect(clusterIdentity.check({ cluster: spec, members: members.toReversed() }, old).founder).toBe("cp-1");
	});

	it("is founded with what the program says", () => {
		expect(founded).toEqual({
			identity: {
				clusterName: "kubernetes",
				"networking.serviceSubnet": "10.96.0.0/12",
				"networking.podSubnet": "10.244.0.0/16",
				"networking.dnsDomain": "cluster.local",
				"etcd.local.dataDir": "/var/lib/etcd",
				certificatesDir: "/etc/kubernetes/pki",
			},
			kubernetesVersion: "1.37.2",
			founder: "cp-1",
			initialMembers: members.slice(0, 1),
		});
	});

	it("is not founded without an address, which would stay so", () => {
		expect(() => clusterIdentity.check({ cluster: spec, members: [{ name: "cp-1", address: "" }] }, undefined)).toThrow(
			"members: expected an address of cp-1, whose host has none on the interface of a default route, got none; give its localAPIEndpoint.advertiseAddress",
		);
	});
});

describe("a registered node", () => {
	const args = { controlPlanes: [], cluster, node, role: "control-plane" as const };

	it("cannot be renamed", () => {
		const registered = nodeRegistration.check(args, undefined);
		expect(() => nodeRegistration.check({ ...args, node: { ...node, name: "cp-9" } }, registered)).toThrow(
			`NodeRegistration: node.name: expected "cp-1" as the running node has it, got "cp-9": a node cannot be renamed; remove it and add one with the new name`,
		);
	});
});

describe("the encryption of Secrets in a running cluster", () => {
	const change = (was: EncryptionMode, is: EncryptionMode) => () =>
		clusterIdentity.check(
			{ cluster: spec, members, encryption: is },
			{ ...old, ...(was === "none" ? {} : { encryption: was }) },
		);

	it.each<[EncryptionMode, EncryptionMode]>([
		["none", "secretbox"],
		["none", "configuration"],
		["secretbox", "identity"],
		["identity", "none"],
		["identity", "configuration"],
		["configuration", "plain configuration"],
		["plain configuration", "none"],
	])("may change from %s to %s", (was, is) => {
		expect(change(was, is)().encryption).toBe(is === "none" ? undefined : is);
	});

	it.each<[EncryptionMode, EncryptionMode, string]>([
		["secretbox", "none", 'expected "secretbox" or "identity", as Secrets in etcd are encrypted, got "none"'],
		["secretbox", "configuration", 'expected "secretbox" or "identity"'],
		["configuration", "none", "expected an EncryptionConfiguration, as Secrets in etcd are encrypted"],
		["configuration", "secretbox", "expected an EncryptionConfiguration"],
	])("may not change from %s to %s, by which they could not be read", (was, is, message) => {
		expect(change(was, is)).toThrow(`encryption: ${message}`);
	});
});
