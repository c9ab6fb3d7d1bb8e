import { describe, expect, it } from "vitest";
import { resolveCluster } from "../../provider/config/cluster";
import { resolveNode } from "../../provider/config/node";
import { fromYaml } from "../../provider/go/yaml/write";
import { kubeProxy } from "../../provider/render/addons/kube-proxy";
import { kubeconfigRequest, kubeletKubeconfig } from "../../provider/render/kubeconfig";
import { kubeletDropIn, kubeletUnit } from "../../provider/render/kubelet";

const cluster = resolveCluster({ kubernetesVersion: "1.37.2", clusterName: "north" });
const apiServer = { advertiseAddress: "198.18.0.1", bindPort: 7443 };

describe("the kubelet's kubeconfig", () => {
	it("names the first control plane node on a worker of a cluster without an endpoint", () => {
		const worker = resolveNode(cluster, { name: "w", apiServer }, "worker");
		expect(kubeconfigRequest("kubelet.conf", cluster, worker).server).toBe("https://198.18.0.1:7443");
	});

	it("refers to the certificate that the kubelet renews, once there is one", () => {
		// Expected form: runKubeletFinalizeEnableClientCertRotation, cmd/kubeadm/app/cmd/phases/init/kubeletfinalize.go.
		const kubeletExtraArgs = [{ name: "cert-dir", value: "/srv/kubelet" }];
		const node = resolveNode(
			cluster,
			{ name: "cp", localAPIEndpoint: apiServer, nodeRegistration: { kubeletExtraArgs } },
			"control-plane",
		);
		expect(kubeletKubeconfig(cluster, node, "CA")).toEqual({
			apiVersion: "v1",
			clusters: [
				{ cluster: { "certificate-authority-data": "Q0E=", server: "https://198.18.0.1:7443" }, name: "north" },
			],
			contexts: [{ context: { cluster: "north", user: "system:node:cp" }, name: "system:node:cp@north" }],
			"current-context": "system:node:cp@north",
			kind: "Config",
			users: [
				{
					name: "system:node:cp",
					user: {
						"client-certificate": "/srv/kubelet/kubelet-client-current.pem",
						"client-key": "/srv/kubelet/kubelet-client-current.pem",
					},
				},
			],
		});
	});
});

describe("kube-proxy", () => {
	it("reaches the API server by an address of its own where one is given", () => {
		const own = resolveCluster({
			kubernetesVersion: "1.37.2",
			controlPlaneEndpoint: "api.example",
			kubeProxyServer: "https://198.18.0.9:6443",
		});
		const node = resolveNode(own, { name: "cp", localAPIEndpoint: apiServer }, "control-plane");
		const map = kubeProxy(own, node).find(({ kind }) => kind === "ConfigMap") as unknown as {
			data: Record<string, string>;
		};
		const { clusters } = fromYaml(map.data["kubeconfig.conf"] ?? "") as { clusters: { cluster: { server: string } }[] };
		expect(clusters.map(({ cluster: { server } }) => server)).toEqual(["https://198.18.0.9:6443"]);
	});
});

describe("the kubelet's service", () => {
	// What the packages of kubernetes.io bring, comments apart.
	it("is that of the kubelet's package", () => {
		expect(kubeletUnit("/usr/local/bin/kubelet").split("\n")).toEqual([
			"[Unit]",
			"Description=kubelet: The Kubernetes Node Agent",
			"Documentation=https://kubernetes.io/docs/",
			"Wants=network-online.target",
			"After=network-online.target",
			"",
			"[Service]",
			"ExecStart=/usr/local/bin/kubelet",
			"Restart=always",
			"StartLimitInterval=0",
			"RestartSec=10",
			"",
			"[Install]",
			"WantedBy=multi-user.target",
			"",
		]);
		expect(kubeletDropIn().split("\n")).toEqual([
			"[Service]",
			'Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"',
			'Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"',
			"EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env",
			"EnvironmentFile=-/etc/default/kubelet",
			"EnvironmentFile=-/etc/sysconfig/kubelet",
			"ExecStart=",
			"ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS",
			"",
		]);
	});
});
