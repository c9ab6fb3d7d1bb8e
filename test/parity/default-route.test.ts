import { describe, expect, it } from "vitest";
import { resolveCluster } from "../../provider/config/cluster";
import { type HostFacts, resolveNode } from "../../provider/config/node";
import { SpecError } from "../../provider/config/problems";
import { fromYaml } from "../../provider/go/yaml/write";
import { readFacts } from "../../provider/phases/host-facts";
import { ShellHost } from "../support/shell-host";
import { inFolder, kubeadm, version } from "./kubeadm";

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
	"both families, and addresses on the loopback device": `
ip addr add fd00:18::11/64 dev e0 nodad; ip -6 route add default via fd00:18::1 dev e0
ip addr add 198.18.1.11/24 dev e0; ip route add default via 198.18.1.1
ip addr add fd00:18::3/128 dev lo; ip addr add 198.18.3.3/32 dev lo`,
	"an IPv6 address alone on the loopback device": `
ip addr add fd00:18::3/128 dev lo; ip addr add 198.18.1.11/24 dev e0; ip route add default via 198.18.1.1`,
	"two halves of a default route": `
ip addr add 198.18.1.11/24 dev e0; ip addr add 198.18.2.11/24 dev e1
ip route add 0.0.0.0/1 via 198.18.2.1; ip route add 128.0.0.0/1 via 198.18.2.1`,
	"a default route of IPv6 without a gateway": `
ip addr add fd00:18::11/64 dev e0 nodad; ip -6 route add default dev e0
ip addr add 198.18.1.11/24 dev e1; ip route add default via 198.18.1.1`,
	"a device that is down": `
ip addr add 198.18.1.11/24 dev e0; ip route add default via 198.18.1.1
ip addr add 198.18.2.11/24 dev e1; ip link set e1 down`,
	"no default route": "ip addr add 198.18.1.11/24 dev e0",
};

/** What a configuration may say instead of an address. */
const choices = ["", "0.0.0.0", "::", "::ffff:0:0", "127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"];

const devices = `
ip link set lo up
for device in e0 e1; do ip link add $device type veth peer name $device-peer; ip link set $device-peer up; ip link set $device up; done`;

describe("the address at which an API server listens that is left to its host", () => {
	it.each(Object.entries(networks))("is that which kubeadm takes of one with %s", async (_what, network) => {
		const before = `${devices}\n${network}`;
		const facts = await readFacts(new ShellHost(before));
		const ours = choices.map((choice) => [choice, ourChoice(choice, facts)]);
		const theirs = await Promise.all(choices.map(async (choice) => [choice, await kubeadmChoice(choice, before)]));
		expect(ours).toEqual(theirs);
	});
});

it("is none that lapses, which kubeadm would take", async () => {
	const before = `${devices}
sysctl -qw net.ipv6.conf.e0.use_tempaddr=2; ip -6 route add default via fe80::1 dev e0
ip addr add fd00:18::11/64 dev e0 nodad mngtmpaddr`;
	expect(await kubeadmChoice("", before)).toMatch(/^fd00:18::(?!11$)/);
	expect((await readFacts(new ShellHost(before))).defaultRouteAddress).toBe("fd00:18::11");
});

const refused = "refused";

function ourChoice(advertiseAddress: string, facts: HostFacts): string {
	try {
		const cluster = resolveCluster({ kubernetesVersion: version });
		return resolveNode(cluster, { localAPIEndpoint: { advertiseAddress }, facts }, "control-plane").localAPIEndpoint
			.advertiseAddress;
	} catch (error) {
		if (error instanceof SpecError) return refused;
		throw error;
	}
}

async function kubeadmChoice(advertiseAddress: string, before: string): Promise<string> {
	const apiVersion = "kubeadm.k8s.io/v1beta4";
	const documents = [
		{ apiVersion, kind: "InitConfiguration", localAPIEndpoint: { advertiseAddress } },
		{ apiVersion, kind: "ClusterConfiguration", kubernetesVersion: version },
	];
	return inFolder(documents, async (_folder, file) => {
		const args = ["config", "migrate", "--old-config", file];
		const { exitCode, stdout } = await kubeadm(args, { before, failing: true });
		if (exitCode !== 0) return refused;
		const [init] = stdout.split(/^---$/m).map((text) => fromYaml(text) as any);
		const { advertiseAddress: chosen } = init.localAPIEndpoint;
		// `config migrate` writes where there is none what `init` refuses.
		return chosen === "0.0.0.0" ? refused : chosen;
	});
}
