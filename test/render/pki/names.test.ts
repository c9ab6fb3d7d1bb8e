import { describe, expect, it } from "vitest";
import { resolveCluster } from "../../../provider/config/cluster";
import { resolveNode } from "../../../provider/config/node";
import { apiServerNames, etcdNames, generalName } from "../../../provider/render/pki/names";

const cluster = resolveCluster({
	kubernetesVersion: "1.37.2",
	controlPlaneEndpoint: "192.0.2.100:6443",
	apiServer: { certSANs: ["192.0.2.12", "api.example.org"] },
});

// DNSNames begins with NodeRegistration.Name in GetAPIServerAltNames and getAltNames: pkiutil/pki_helpers.go.
describe("a node whose name looks like an address", () => {
	const node = (name: string) =>
		resolveNode(cluster, { name, localAPIEndpoint: { advertiseAddress: "192.0.2.11" } }, "control-plane");

	it("has that name as a DNS name in its certificates, and addresses as addresses", () => {
		expect(apiServerNames(cluster, node("192.0.2.77"))).toEqual([
			"DNS:192.0.2.77",
			"api.example.org",
			"kubernetes",
			"kubernetes.default",
			"kubernetes.default.svc",
			"kubernetes.default.svc.cluster.local",
			"10.96.0.1",
			"192.0.2.11",
			"192.0.2.100",
			"192.0.2.12",
		]);
		expect(etcdNames(node("192.0.2.77"), [])).toEqual([
			"DNS:192.0.2.77",
			"localhost",
			"192.0.2.11",
			"127.0.0.1",
			"::1",
		]);
	});

	it("has both where its name is its address", () => {
		expect(etcdNames(node("192.0.2.11"), [])).toEqual([
			"DNS:192.0.2.11",
			"localhost",
			"192.0.2.11",
			"127.0.0.1",
			"::1",
		]);
	});
});

it.each([
	["DNS:192.0.2.11", { type: "dns", value: "192.0.2.11" }],
	["192.0.2.11", { type: "ip", value: "192.0.2.11" }],
	["2001:DB8:0::1", { type: "ip", value: "2001:db8::1" }],
	["cp-1", { type: "dns", value: "cp-1" }],
])("the entry %s is %j in a certificate", (entry, expected) => {
	expect(generalName(entry)).toEqual(expected);
});
