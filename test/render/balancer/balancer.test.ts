import { describe, expect, it } from "vitest";
import { resolveLocalProxy, resolveVirtualIP, type VirtualIPSpec } from "../../../provider/config/endpoint-choice";
import { UNKNOWN } from "../../../provider/facts/unknown";
import { haproxyPaths } from "../../../provider/render/balancer/haproxy";
import { keepalivedPaths } from "../../../provider/render/balancer/keepalived";
import { localProxyBalancer, virtualIPBalancer } from "../../../provider/render/balancer/pods";

const apiServers = [
	{ name: "cp-2", address: "198.18.0.12", port: 6443 },
	{ name: "cp-1", address: "198.18.0.11", port: 6443 },
	{ name: "cp-3", address: "198.18.0.13", port: 7443 },
];
const holder = (spec: Partial<VirtualIPSpec> = {}, servers = apiServers) =>
	virtualIPBalancer({
		virtualIP: resolveVirtualIP({ address: "198.18.0.100", ...spec }),
		nodeName: "cp-2",
		apiServers: servers,
	});
const linesOf = (text: string | undefined) => text?.split("\n").map((line) => line.trim()) ?? [];
const linesWith = (text: string | undefined, begin: string) => linesOf(text).filter((line) => line.startsWith(begin));

describe("haproxy.cfg of a control plane with a virtual IP", () => {
	it("passes connections on to the API server of its own host, and to the others only while that one is down", () => {
		expect(linesWith(holder().files[haproxyPaths.haproxy], "server ")).toEqual([
			"server cp-1 198.18.0.11:6443 backup",
			"server cp-2 198.18.0.12:6443",
			"server cp-3 198.18.0.13:7443 backup",
		]);
	});

	it.each([
		["198.18.0.100", 8443, ["bind :8443 tcp-ut 10s", "bind 127.0.0.1:8444"]],
		["fd00::100", 9443, ["bind [::]:9443 v4v6 tcp-ut 10s", "bind 127.0.0.1:9444"]],
	])("listens for %s on port %i of all addresses, and tells about itself on the next port", (address, port, binds) => {
		expect(linesWith(holder({ address, port }).files[haproxyPaths.haproxy], "bind ")).toEqual(binds);
	});

	it("is unknown as long as an address is, and so is the digest in the pod", () => {
		const { files, pods } = holder({}, [...apiServers, { name: "cp-4", address: UNKNOWN, port: 6443 }]);
		expect(files[haproxyPaths.haproxy]).toContain(UNKNOWN);
		expect(pods.haproxy?.metadata.annotations).toEqual({ "pulumi-kubeadm/configuration-digest": UNKNOWN });
	});
});

describe("keepalived.conf of a control plane", () => {
	const of = (...args: Parameters<typeof holder>) => linesOf(holder(...args).files[keepalivedPaths.configuration]);

	it("talks to the other control planes alone, all with one priority", () => {
		const lines = of();
		const from = lines.indexOf("unicast_src_ip 198.18.0.12");
		expect(lines.slice(from, from + 5)).toEqual([
			"unicast_src_ip 198.18.0.12",
			"unicast_peer {",
			"198.18.0.11",
			"198.18.0.13",
			"}",
		]);
		expect(lines).toEqual(expect.arrayContaining(["state BACKUP", "priority 100", "virtual_router_id 51"]));
	});

	it("names no peers for the only control plane", () => {
		expect(of({}, [apiServers[0]!]).filter((line) => line.startsWith("unicast"))).toEqual([]);
	});

	it.each<[Partial<VirtualIPSpec>, string[]]>([
		[{ interface: "eth1", routerId: 7 }, ["interface eth1", "virtual_router_id 7", "198.18.0.100/32 dev eth1"]],
		[{}, [`include ${keepalivedPaths.interface}`, "interface $INTERFACE", "198.18.0.100/32 dev $INTERFACE"]],
		[{ address: "fd00::100", interface: "eth1" }, ["fd00::100/128 dev eth1"]],
	])("has of %j the lines %j", (spec, lines) => {
		expect(of(spec)).toEqual(expect.arrayContaining(lines));
	});
});

describe("the pods of a balancer", () => {
	it("differ where the text of a file that they read differs, and only then", () => {
		const [before, after] = [holder(), holder({ routerId: 7 })];
		expect(after.pods.haproxy).toEqual(before.pods.haproxy);
		expect(after.pods.keepalived).not.toEqual(before.pods.keepalived);
	});

	it("are probed at haproxy's own answer, which no API server decides", () => {
		const { pods, files } = localProxyBalancer(resolveLocalProxy(true), apiServers);
		expect(pods["local-proxy"]?.spec.containers[0]?.livenessProbe).toMatchObject({
			httpGet: { host: "127.0.0.1", path: "/livez", port: 7444 },
		});
		expect(linesWith(files[haproxyPaths["local-proxy"]], "monitor-uri")).toEqual(["monitor-uri /livez"]);
	});

	it("of a local proxy are haproxy alone, on the loopback address, with all API servers alike", () => {
		const { pods, files } = localProxyBalancer(resolveLocalProxy({ port: 6444 }), apiServers);
		expect(Object.keys(pods)).toEqual(["local-proxy"]);
		expect(linesWith(files[haproxyPaths["local-proxy"]], "bind ")).toEqual([
			"bind 127.0.0.1:6444 tcp-ut 10s",
			"bind 127.0.0.1:6445",
		]);
		expect(linesWith(files[haproxyPaths["local-proxy"]], "server ")).toEqual([
			"server cp-1 198.18.0.11:6443",
			"server cp-2 198.18.0.12:6443",
			"server cp-3 198.18.0.13:7443",
		]);
	});
});
