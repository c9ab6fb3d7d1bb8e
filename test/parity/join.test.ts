import { describe, expect, it } from "vitest";
import { nodeFiles } from "../../provider/render/files";
import { bootstrapKubeconfig } from "../../provider/render/kubeconfig";
import { fromYaml } from "../../provider/render/yaml";
import { resolveCluster } from "../../provider/spec/cluster";
import { type NodeSpec, resolveNode } from "../../provider/spec/node";
import { dryRunOf, thisHost } from "./kubeadm";

/** The cluster that kubeadm pretends to join in a dry run: util/apiclient/dryrun.go. */
const pretended = {
	kubernetesVersion: "1.37.2",
	certificateValidityPeriod: "100h",
	controlPlaneEndpoint: "192.168.0.101:6443",
	networking: { podSubnet: "192.168.0.0/16" },
};
const token = "abcdef.abcdef0123456789";

describe("kubeadm join", () => {
	it("writes the same files on a worker", async () => {
		const spec: NodeSpec = {
			name: "w1",
			nodeRegistration: {
				criSocket: "unix:///run/w.sock",
				taints: [
					{ key: "a", value: "b", effect: "NoSchedule" },
					{ key: "c", effect: "NoExecute" },
				],
				kubeletExtraArgs: [{ name: "v", value: "3" }],
			},
		};
		const { files } = await dryRunOf("join", [joinConfiguration(spec)]);
		const cluster = resolveCluster(pretended);
		// The pretended kubelet configuration names a resolver.
		const facts = { ...thisHost(), resolvConf: "/run/systemd/resolve/resolv.conf" };
		const node = resolveNode(cluster, { ...spec, facts }, "worker");
		const ours = nodeFiles(cluster, node);

		expect(Object.keys(ours).sort()).toEqual([
			"/var/lib/kubelet/config.yaml",
			"/var/lib/kubelet/instance-config.yaml",
			"/var/lib/kubelet/kubeadm-flags.env",
		]);
		expect(ours["/var/lib/kubelet/kubeadm-flags.env"]).toMatchObject(files["kubeadm-flags.env"]!);
		expect(fromYaml(ours["/var/lib/kubelet/instance-config.yaml"]!.content)).toEqual(fromYaml(files["instance-config.yaml"]!.content));
		expect(fromYaml(ours["/var/lib/kubelet/config.yaml"]!.content)).toEqual(fromYaml(files["config.yaml"]!.content));
		expect(files["bootstrap-kubelet.conf"]!.mode).toBe("0600");
		const caCertificate = files["ca.crt"]!.content;
		expect(bootstrapKubeconfig(cluster, node, { caCertificate, token })).toEqual(fromYaml(files["bootstrap-kubelet.conf"]!.content));
	}, 60_000);
});

function joinConfiguration({ name, nodeRegistration }: NodeSpec): object {
	return {
		apiVersion: "kubeadm.k8s.io/v1beta4",
		kind: "JoinConfiguration",
		discovery: {
			bootstrapToken: { token, apiServerEndpoint: "198.18.0.10:6443", unsafeSkipCAVerification: true },
			tlsBootstrapToken: token,
		},
		nodeRegistration: { name, ...nodeRegistration },
	};
}
