import { describe, expect, it } from "vitest";
import { resolveCluster } from "../../provider/config/cluster";
import { discoveryProblems, placeOfKubeconfig } from "../../provider/config/discovery";
import { type Discovery, resolveNode } from "../../provider/config/node";
import { SpecError } from "../../provider/config/problems";
import { UNKNOWN } from "../../provider/facts/unknown";
import { cluster } from "../support/cluster";

const token = "abcdef.0123456789abcdef";
const hash = `sha256:${"0a".repeat(32)}`;
const paths = (discovery: object) => discoveryProblems(discovery as Discovery).map(({ path }) => path);

describe("the discovery of a cluster", () => {
	it("is by a token, by a file on the host, or by an https address", () => {
		const bootstrapToken = {
			token,
			apiServerEndpoint: "[fd00::1]:6443",
			caCertHashes: [hash, hash.toUpperCase().replace("SHA", "sha")],
		};
		expect(paths({ bootstrapToken })).toEqual([]);
		expect(paths({ bootstrapToken: { token, apiServerEndpoint: "cp:6443", unsafeSkipCAVerification: true } })).toEqual(
			[],
		);
		expect(paths({ file: { kubeConfigPath: "/etc/join.conf" }, tlsBootstrapToken: token })).toEqual([]);
		expect(paths({ file: { kubeConfigPath: "https://files.lab/join.conf" } })).toEqual([]);
		expect(paths({ file: { kubeConfigPath: "file:///etc/join.conf" } })).toEqual([]);
		expect(paths({ bootstrapToken: { token: UNKNOWN, apiServerEndpoint: UNKNOWN, caCertHashes: [UNKNOWN] } })).toEqual(
			[],
		);
	});

	it("is refused where kubeadm refuses it, and no secret is shown", () => {
		expect(paths({})).toEqual(["discovery"]);
		expect(paths({ bootstrapToken: {}, file: { kubeConfigPath: "/a" } })).toEqual(["discovery"]);
		const wrong = { token: "abcdef.0123456789ABCDEF", apiServerEndpoint: "cp", caCertHashes: ["md5:00"] };
		expect(paths({ bootstrapToken: wrong, tlsBootstrapToken: "fedcba" })).toEqual([
			"discovery.tlsBootstrapToken",
			"discovery.bootstrapToken.token",
			"discovery.bootstrapToken.apiServerEndpoint",
			"discovery.bootstrapToken.caCertHashes[0]",
		]);
		expect(JSON.stringify(discoveryProblems({ bootstrapToken: wrong }))).not.toContain("0123456789");
		expect(paths({ bootstrapToken: { token, apiServerEndpoint: "cp:6443" } })).toEqual([
			"discovery.bootstrapToken.caCertHashes",
		]);
		for (const kubeConfigPath of ["http://files.lab/join.conf", "join.conf", ""])
			expect(paths({ file: { kubeConfigPath } })).toEqual(["discovery.file.kubeConfigPath"]);
	});

	it("names a place on the host, or an address", () => {
		expect(placeOfKubeconfig("file:///etc/a%20b.conf")).toEqual({ file: "/etc/a b.conf" });
		expect(placeOfKubeconfig("https://files.lab/a").address?.hostname).toBe("files.lab");
		expect(placeOfKubeconfig("ftp://files.lab/a")).toEqual({});
	});
});

describe("a node that discovers its cluster", () => {
	const resolved = resolveCluster(cluster);
	const bootstrapToken = { token, apiServerEndpoint: "198.18.0.11:6443", caCertHashes: [hash] };

	it("needs no address of an API server", () => {
		const node = { name: "worker-1", discovery: { bootstrapToken }, caCertPath: "/etc/ssl/cluster.crt" };
		expect(resolveNode(resolved, node, "worker")).toMatchObject(node);
		expect(() => resolveNode(resolved, { name: "worker-1" }, "worker")).toThrow("apiServer.advertiseAddress");
	});

	it("is refused with all problems", () => {
		const node = { name: "worker-1", discovery: { bootstrapToken: { ...bootstrapToken, caCertHashes: [] } } };
		expect(() => resolveNode(resolved, node, "worker")).toThrow(SpecError);
		expect(() => resolveNode(resolved, { ...node, discovery: { token } as never }, "worker")).toThrow(
			"discovery.token",
		);
		expect(() => resolveNode(resolved, { caCertPath: "/etc/ca.pem", discovery: { bootstrapToken } }, "worker")).toThrow(
			"caCertPath: expected an absolute path that ends with .crt",
		);
	});
});
