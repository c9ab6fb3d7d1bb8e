import { describe, expect, it } from "vitest";
import { readFacts } from "../../provider/lifecycle/host-facts";
import { fromYaml } from "../../provider/render/yaml";
import { ShellHost } from "../support/shell-host";
import { inFolder, kubeadm } from "./kubeadm";

/** Networks of a host, by what is special about them. Each is made from one that has nothing. */
const networks: Record<string, string> = {
	"one default route": "ip addr add 198.18.1.11/24 dev e0; ip route add default via 198.18.1.1",
	"one route over two devices": `
ip addr add 198.18.1.11/24 dev e0; ip addr add 198.18.2.11/24 dev e1
ip route add default nexthop via 198.18.1.1 dev e0 nexthop via 198.18.2.1 dev e1`,
	"a better route over a device without an address": `
ip addr add 198.18.2.11/24 dev e1
ip route add default dev e0 metric 50; ip route add default via 198.18.2.1 dev e1 metric 100`,
	"its address on the loopback device": "ip addr add 198.18.3.3/32 dev lo; ip route add default dev e0",
	"an address of link scope": "ip addr add 198.18.1.11/24 dev e0 scope link; ip route add default dev e0",
	"a link-local address before another": `
ip addr add 169.254.1.1/16 dev e0; ip addr add 198.18.1.11/24 dev e0; ip route add default via 198.18.1.1`,
	"IPv6 alone": "ip addr add fd00:18::11/64 dev e0 nodad; ip -6 route add default via fd00:18::1 dev e0",
	"both families": `
ip addr add fd00:18::11/64 dev e0 nodad; ip -6 route add default via fd00:18::1 dev e0
ip addr add 198.18.1.11/24 dev e0; ip route add default via 198.18.1.1`,
};

const devices = `
ip link set lo up
for device in e0 e1; do ip link add $device type veth peer name $device-peer; ip link set $device-peer up; ip link set $device up; done`;

describe("the address of a host's default route", () => {
	it.each(Object.entries(networks))("is that which kubeadm takes of a host with %s", async (_what, network) => {
		const before = `${devices}\n${network}`;
		const documents = [
			{ apiVersion: "kubeadm.k8s.io/v1beta4", kind: "ClusterConfiguration", kubernetesVersion: "v1.37.2" },
		];
		const theirs = await inFolder(documents, async (_folder, file) => {
			const { stdout } = await kubeadm(["config", "migrate", "--old-config", file], { before });
			const [init] = stdout.split(/^---$/m).map((text) => fromYaml(text) as any);
			return init.localAPIEndpoint.advertiseAddress;
		});
		const { defaultRouteAddress } = await readFacts(new ShellHost(before));
		expect(defaultRouteAddress).toBe(theirs);
		expect(theirs).toMatch(/^(198\.18\.|fd00:18::11)/);
	});
});
