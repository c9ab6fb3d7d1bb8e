import type { Cluster } from "../../config/cluster";
import type { HostPathMount } from "../../config/component";
import { releaseOf } from "../../config/kubernetes-version";
import type { Node } from "../../config/node";
import { ports } from "../../facts/ports";
import { lastArg } from "../arguments";
import { certificateFile, kubernetesFile } from "../endpoints";
import { caCertificateMounts, hostPaths, sameAsOnHost } from "./host-paths";
import { componentPod, controlPlaneContainer, type Pod, probeAddress } from "./pod";

/**
 * Renders the static pod of the controller manager.
 *
 * Source: getControllerManagerCommand and GetStaticPodSpecs, cmd/kubeadm/app/phases/controlplane/manifests.go.
 */
export function kubeControllerManager(cluster: Cluster, node: Node): Pod {
	const { extraArgs, extraVolumes } = cluster.controllerManager;
	const { volumes, volumeMounts } = hostPaths(
		[
			sameAsOnHost("k8s-certs", cluster.certificatesDir, "DirectoryOrCreate"),
			...caCertificateMounts(node),
			sameAsOnHost("kubeconfig", kubernetesFile("controller-manager.conf"), "FileOrCreate"),
			...flexVolumeMounts(cluster),
		],
		extraVolumes,
	);
	return componentPod({
		container: controlPlaneContainer({
			name: "kube-controller-manager",
			cluster,
			flags: controllerManagerFlags(cluster),
			settings: cluster.controllerManager,
			volumeMounts,
		}),
		requests: { cpu: "200m" },
		probes: {
			host: probeAddress(lastArg(extraArgs, "bind-address") ?? "127.0.0.1"),
			port: ports.controllerManager,
			scheme: "HTTPS",
			liveness: "/healthz",
			startup: "/healthz",
			timeout: node.timeouts.controlPlaneComponentHealthCheck,
		},
		volumes,
	});
}

/** Mount of the volume plugins' folder; writable, since plugins put their sockets there. */
function flexVolumeMounts({ kubernetesVersion, controllerManager }: Cluster): HostPathMount[] {
	const { flexVolumeDirectory } = releaseOf(kubernetesVersion);
	if (flexVolumeDirectory === undefined) return [];
	const path = lastArg(controllerManager.extraArgs, "flex-volume-plugin-dir") ?? flexVolumeDirectory;
	return [{ name: "flexvolume-dir", hostPath: path, mountPath: path, pathType: "DirectoryOrCreate" }];
}

function controllerManagerFlags(cluster: Cluster): Record<string, string> {
	const kubeconfig = kubernetesFile("controller-manager.conf");
	const file = (name: string) => certificateFile(cluster, name);
	return {
		"authentication-kubeconfig": kubeconfig,
		"authorization-kubeconfig": kubeconfig,
		"bind-address": "127.0.0.1",
		"client-ca-file": file("ca.crt"),
		"cluster-name": cluster.clusterName,
		// Without files the controller that signs does not start.
		"cluster-signing-cert-file": cluster.externalCA ? "" : file("ca.crt"),
		"cluster-signing-key-file": cluster.externalCA ? "" : file("ca.key"),
		controllers: "*,bootstrapsigner,tokencleaner",
		kubeconfig,
		"leader-elect": "true",
		"requestheader-client-ca-file": file("front-proxy-ca.crt"),
		"root-ca-file": file("ca.crt"),
		"service-account-private-key-file": file("sa.key"),
		"use-service-account-credentials": "true",
		...podNetworkFlags(cluster),
	};
}

/** Flags for the pod subnet, of which the controller manager gives each node a part. */
function podNetworkFlags({ networking: { podSubnet, serviceSubnet } }: Cluster): Record<string, string> {
	if (!podSubnet) return {};
	return { "allocate-node-cidrs": "true", "cluster-cidr": podSubnet, "service-cluster-ip-range": serviceSubnet };
}
