import { describe, expect, it } from "vitest";
import { UNKNOWN } from "../../provider/facts/unknown";
import * as dispatch from "../../provider/lifecycle/dispatch";
import { typedProblems } from "../../provider/lifecycle/typed-problems";
import { cluster, host, node } from "../support/cluster";

const paths = {
	cluster: { "": "" },
	node: { "": "controlPlanes[1]" },
	"node.apiServer": { "": "controlPlanes[0].localAPIEndpoint" },
	"": { privateKey: "serviceAccountKey", members: "controlPlanes" },
};

describe("typedProblems", () => {
	it.each([
		["node.nodeRegistration.taints[0].effect", "controlPlanes[1].nodeRegistration.taints[0].effect"],
		["node", "controlPlanes[1]"],
		["node.apiServer.bindPort", "controlPlanes[0].localAPIEndpoint.bindPort"],
		["node.apiServers", "controlPlanes[1].apiServers"],
		["cluster.networking.podSubnet", "networking.podSubnet"],
		["clusters", "clusters"],
		["members[0].name", "controlPlanes[0].name"],
		["privateKey", "serviceAccountKey"],
		["certificate", "certificate"],
		["", ""],
	])("names %j as the person typed it: %j", (path, typed) => {
		expect(typedProblems([{ path, message: "wrong" }], paths)).toEqual([{ path: typed, message: "wrong" }]);
	});

	it("puts the path of the whole resource before every other path", () => {
		const problems = [
			{ path: "connection.host", message: "wrong" },
			{ path: "", message: "wrong" },
		];
		expect(typedProblems(problems, { "": { "": "workers[2]" } }).map(({ path }) => path)).toEqual([
			"workers[2].connection.host",
			"workers[2]",
		]);
	});

	it("names a problem once where two arguments come from one path", () => {
		const problems = ["node.apiServer.advertiseAddress", "node.localAPIEndpoint.advertiseAddress"].map((path) => ({
			path,
			message: "wrong",
		}));
		const endpoint = { "": "controlPlanes[0].localAPIEndpoint" };
		const both = { "node.apiServer": endpoint, "node.localAPIEndpoint": endpoint };
		expect(typedProblems(problems, both)).toEqual([
			{ path: "controlPlanes[0].localAPIEndpoint.advertiseAddress", message: "wrong" },
		]);
	});

	it.each([undefined, UNKNOWN, { node: UNKNOWN }])(
		"keeps the arguments' own paths where typed ones are %j",
		(unknown) => {
			const problem = { path: "node.name", message: "wrong" };
			expect(typedProblems([problem], unknown)).toEqual([problem]);
		},
	);
});

describe("a resource's check", () => {
	it("returns no typed paths among the inputs", () => {
		const args = { host, cluster, node, joins: false };
		const plain = dispatch.check("Preflight", {}, args);
		expect(plain.failures).toBeUndefined();
		expect(dispatch.check("Preflight", {}, { ...args, typedPaths: paths })).toStrictEqual(plain);
	});

	it("names the problems of its cluster and its node by the arguments' names where no other paths are typed", () => {
		const reasons = (args: object) =>
			dispatch.check("Preflight", {}, { host, cluster, node, ...args }).failures?.map(({ reason }) => reason);
		const wrongNode = { node: { ...node, name: "a b" } };
		expect(reasons(wrongNode)).toEqual(['node.name: expected a DNS name such as node-1, got "a b"']);
		expect(reasons({ ...wrongNode, typedPaths: paths })).toEqual([
			'controlPlanes[1].name: expected a DNS name such as node-1, got "a b"',
		]);
		expect(reasons({ cluster: { ...cluster, clusterName: 7 } })).toEqual([
			"cluster.clusterName: expected a string, got 7",
		]);
	});
});
