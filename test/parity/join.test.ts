import { describe, expect, it } from "vitest";
import { type Minor, minors } from "../../lab/toolchain/tools.ts";
import { type Cluster, resolveCluster } from "../../provider/config/cluster";
import { type NodeSpec, resolveNode } from "../../provider/config/node";
import { fromYaml } from "../../provider/go/yaml/write";
import { bootstrapKubeconfig, kubeconfigRequest } from "../../provider/render/kubeconfig";
import { nodeFiles } from "../../provider/render/node-plan";
import { type DryRun, dryRunOf, thisHost, versionOf } from "./kubeadm";

const token = "abcdef.abcdef0123456789";

describe.each(minors)("kubeadm join of %s", (minor) => {
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
		const { files } = await dryRunOf("join", [joinConfiguration(spec)], { minor });
		const cluster = pretended(minor);
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
		expect(fromYaml(ours["/var/lib/kubelet/instance-config.yaml"]!.content)).toEqual(
			fromYaml(files["instance-config.yaml"]!.content),
		);
		expect(fromYaml(ours["/var/lib/kubelet/config.yaml"]!.content)).toEqual(fromYaml(files["config.yaml"]!.content));
		expect(files["bootstrap-kubelet.conf"]!.mode).toBe("0600");
		const caCertificate = files["ca.crt"]!.content;
		expect(bootstrapKubeconfig(cluster, node, { caCertificate, token })).toEqual(
			fromYaml(files["bootstrap-kubelet.conf"]!.content),
		);
	}, 60_000);

	it("writes the same files on a control plane node, which names the API server beside it", async () => {
		const spec: NodeSpec = {
			name: "cp2",
			localAPIEndpoint: { advertiseAddress: "198.18.0.12", bindPort: 7443 },
			nodeRegistration: { criSocket: "unix:///run/w.sock" },
		};
		const { files } = await dryRunOf("join", [joinConfiguration(spec)], { minor });
		const cluster = pretended(minor, files);
		const node = resolveNode(cluster, { ...spec, facts: thisHost() }, "control-plane");
		const ours = nodeFiles(cluster, node);

		// A dry run asks no etcd for its members, so that this one seems to be alone.
		for (const name of ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"]) {
			const { content, mode } = files[`${name}.yaml`]!;
			expect(ours[`/etc/kubernetes/manifests/${name}.yaml`]).toMatchObject({
				// It pretends to be of the minor release before.
				content: content.replace(/:v1\.\d+\.0$/m, `:${versionOf(minor)}`),
				mode,
			});
		}
		expect(ours["/var/lib/kubelet/kubeadm-flags.env"]).toMatchObject(files["kubeadm-flags.env"]!);
		// Its bootstrap kubeconfig holds the pretended cluster's CA, not the one that the dry run makes for the certificates.
		const bootstrap = fromYaml(files["bootstrap-kubelet.conf"]!.content) as {
			clusters: { cluster: Record<string, string> }[];
		};
		const pretendedCa = bootstrap.clusters[0]!.cluster["certificate-authority-data"]!;
		const caCertificate = Buffer.from(pretendedCa, "base64").toString("utf8");
		expect(bootstrapKubeconfig(cluster, node, { caCertificate, token })).toEqual(bootstrap);
		for (const name of ["admin.conf", "controller-manager.conf", "scheduler.conf"] as const) {
			expect(files[name]!.content).toContain(`server: ${kubeconfigRequest(name, cluster, node).server}\n`);
		}
	}, 60_000);
});

/** The cluster that kubeadm pretends to join in a dry run: util/apiclient/dryrun.go. Its etcd is of the release before. */
function pretended(minor: Minor, { "etcd.yaml": etcd }: DryRun["files"] = {}): Cluster {
	return resolveCluster({
		kubernetesVersion: versionOf(minor),
		certificateValidityPeriod: "100h",
		controllerManager: { extraArgs: [{ name: "cluster-signing-duration", value: "24h" }] },
		controlPlaneEndpoint: "192.168.0.101:6443",
		networking: { podSubnet: "192.168.0.0/16" },
		etcd: { local: { imageTag: etcd && /image: \S+:(\S+)/.exec(etcd.content)?.[1] } },
	});
}

function joinConfiguration({ name, nodeRegistration, localAPIEndpoint }: NodeSpec): object {
	return {
		apiVersion: "kubeadm.k8s.io/v1beta4",
		kind: "JoinConfiguration",
		discovery: {
			bootstrapToken: { token, apiServerEndpoint: "198.18.0.10:6443", unsafeSkipCAVerification: true },
			tlsBootstrapToken: token,
		},
		nodeRegistration: { name, ...nodeRegistration },
		controlPlane: localAPIEndpoint && { localAPIEndpoint, certificateKey: "00".repeat(32) },
	};
}
