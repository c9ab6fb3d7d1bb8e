import { describe, expect, it } from "vitest";
import { UNKNOWN } from "../../provider/facts/unknown";
import * as dispatch from "../../provider/lifecycle/dispatch";
import { cluster, node, host as reference } from "../support/cluster";
import { plain } from "../support/preview-form";

const token = "abcdef.0123456789abcdef";
const discovery = {
	bootstrapToken: {
		token,
		apiServerEndpoint: "198.18.0.11:6443",
		caCertHashes: [`sha256:${"0a".repeat(32)}`],
	},
};
const args = { host: reference, cluster, node: { ...node, name: "worker-1" }, role: "worker", discovery };
const reasons = (overrides: object) =>
	dispatch.check("Kubelet", {}, { ...args, ...overrides }).failures!.map(({ reason }) => reason);
const inputsOf = (overrides: object = {}) => plain(dispatch.check("Kubelet", {}, { ...args, ...overrides }).inputs!);

describe("a kubelet that discovers its cluster", () => {
	it("knows no server and no CA before it joins, and what the cluster must be", () => {
		const inputs = inputsOf();
		expect(inputs).toMatchObject({
			discovery,
			subject: { server: "", user: "system:node:worker-1" },
			authority: { certificate: "", path: "/etc/kubernetes/pki/ca.crt" },
			expectedCluster: { kubernetesVersion: "v1.37.2", dnsDomain: "cluster.local", serviceSubnet: "10.96.0.0/12" },
			timeouts: { discovery: 300, tlsBootstrap: 300 },
		});
		expect(inputs).not.toHaveProperty("controlPlanes");
	});

	it("has its CA where the program says, and its limits", () => {
		const given = {
			...args.node,
			caCertPath: "/etc/ssl/cluster.crt",
			timeouts: { discovery: "1m", tlsBootstrap: "2m" },
		};
		expect(inputsOf({ node: given })).toMatchObject({
			authority: { path: "/etc/ssl/cluster.crt" },
			timeouts: { discovery: 60, tlsBootstrap: 120 },
		});
	});

	it("is previewed with a token that is not known yet", () => {
		const unknown = { bootstrapToken: { ...discovery.bootstrapToken, token: UNKNOWN } };
		expect(inputsOf({ discovery: unknown })).toMatchObject({ discovery: unknown, nodeName: "worker-1" });
		expect(inputsOf({ discovery: UNKNOWN }).discovery).toBe(UNKNOWN);
		const hashes = { bootstrapToken: { ...discovery.bootstrapToken, caCertHashes: UNKNOWN } };
		expect(inputsOf({ discovery: hashes }).discovery).toEqual(hashes);
		expect(inputsOf({ discovery: { bootstrapToken: UNKNOWN } }).discovery).toEqual({ bootstrapToken: UNKNOWN });
	});

	it("has its node marked through an API too, without an address of the API server", () => {
		const registration = { controlPlanes: [reference], cluster, role: "worker" };
		const { inputs, failures } = dispatch.check(
			"NodeRegistration",
			{},
			{ ...registration, node: { ...args.node, labels: { disk: "fast" } } },
		);
		expect(failures).toBeUndefined();
		expect(inputs).toMatchObject({ nodeName: "worker-1", labels: { disk: "fast" } });
	});

	it("differs in nothing where only that changes with which the next one would join", async () => {
		const state = {
			...inputsOf(),
			status: "running",
			digests: {},
			hostBefore: {},
			discoveredCluster: { server: "", certificate: "" },
		};
		const other = { bootstrapToken: { ...discovery.bootstrapToken, token: "fedcba.fedcba9876543210" } };
		expect(await dispatch.diff("Kubelet", state, inputsOf({ discovery: other }))).toEqual({ changes: false });
		expect(await dispatch.diff("Kubelet", { ...state, status: "inactive" }, inputsOf())).toEqual({ changes: true });
		const renamed = inputsOf({ node: { ...args.node, kubelet: { maxPods: 50 } } });
		expect(await dispatch.diff("Kubelet", state, renamed)).toEqual({});
	});

	it("is refused without a way to its cluster, and with what only an administrator could do", () => {
		expect(reasons({ discovery: undefined })).toEqual([
			"api: expected the access to the cluster's API, or node.discovery, by which a worker joins, got neither",
			"authority: expected the cluster's CA, or node.discovery, got neither",
		]);
		expect(reasons({ node: { ...args.node, labels: { disk: "fast" } } })).toEqual([
			expect.stringMatching(/^node\.labels: expected an api beside them/),
		]);
	});

	it("is refused with all that is wrong with its discovery, and no secret", () => {
		const wrong = { bootstrapToken: { token: `${token}0`, apiServerEndpoint: "cp-1" } };
		const found = reasons({ discovery: wrong });
		expect(found.map((reason) => reason.split(":")[0])).toEqual([
			"node.discovery.bootstrapToken.token",
			"node.discovery.bootstrapToken.apiServerEndpoint",
			"node.discovery.bootstrapToken.caCertHashes",
		]);
		expect(found.join()).not.toContain("0123456789");
	});
});
