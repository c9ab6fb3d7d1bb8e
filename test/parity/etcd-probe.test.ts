import { describe, expect, it } from "vitest";
import { resolveCluster } from "../../provider/config/cluster";
import { resolveNode } from "../../provider/config/node";
import { fromYaml } from "../../provider/go/yaml/write";
import type { Pod } from "../../provider/render/static-pods/pod";
import { staticPods } from "../../provider/render/static-pods/static-pods";
import { advertiseAddress, dryRun, version } from "./kubeadm";

/** Addresses for etcd's metrics, of which a probe takes the first as Go reads it. */
const addresses = [
	"https://u:p@h.example:99/x?q=1",
	"http://h.example?x",
	"//h.example:99",
	"http://[fd00::1%25eth0]:77",
	"http://[::1]",
	"h.example:99",
	"https:h.example:99",
	"HTTPS://h.example:0",
	"http://h.example:70000",
	"http://h.example:",
	"http://a:b:9",
	"",
	"unix:///x.sock",
	"http://%zz",
	"http://h.example#f:1",
	"https://u@p@h:1",
	"http://:99",
	"https://h:1,http://g:2",
];

describe("where etcd is probed", () => {
	it.each(addresses)("is where kubeadm has it, for metrics at %j", async (value) => {
		const extraArgs = [{ name: "listen-metrics-urls", value }];
		const said = { encryptionAlgorithm: "ECDSA-P256" as const, etcd: { local: { extraArgs } } };
		const theirs = fromYaml((await dryRun({ cluster: said })).files["etcd.yaml"]!.content) as Pod;
		const cluster = resolveCluster({ kubernetesVersion: version, ...said });
		const node = resolveNode(cluster, { name: "cp-1", localAPIEndpoint: { advertiseAddress } }, "control-plane");
		const ours = staticPods.etcd(cluster, node, [{ name: "cp-1", address: advertiseAddress }]) as Pod;
		const probes = ({ spec }: Pod) => {
			const { livenessProbe, readinessProbe, startupProbe, ports } = spec.containers[0]!;
			return { livenessProbe, readinessProbe, startupProbe, ports };
		};
		expect(probes(ours)).toEqual(probes(theirs));
	});
});
