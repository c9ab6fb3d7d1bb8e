import type { Cluster } from "../../config/cluster";
import type { Node } from "../../config/node";
import { ports } from "../../facts/ports";
import { lastArg } from "../arguments";
import { kubernetesFile } from "../endpoints";
import { hostPaths, sameAsOnHost } from "./host-paths";
import { componentPod, controlPlaneContainer, type Pod, probeAddress } from "./pod";

/**
 * Renders the static pod of the scheduler.
 *
 * Source: getSchedulerCommand and GetStaticPodSpecs, cmd/kubeadm/app/phases/controlplane/manifests.go.
 */
export function kubeScheduler(cluster: Cluster, node: Node): Pod {
	const { extraArgs, extraVolumes } = cluster.scheduler;
	const kubeconfig = kubernetesFile("scheduler.conf");
	const { volumes, volumeMounts } = hostPaths([sameAsOnHost("kubeconfig", kubeconfig, "FileOrCreate")], extraVolumes);
	const defaults = {
		"authentication-kubeconfig": kubeconfig,
		"authorization-kubeconfig": kubeconfig,
		"bind-address": "127.0.0.1",
		kubeconfig,
		"leader-elect": "true",
	};
	return componentPod({
		container: controlPlaneContainer({
			name: "kube-scheduler",
			cluster,
			flags: defaults,
			settings: cluster.scheduler,
			volumeMounts,
		}),
		requests: { cpu: "100m" },
		probes: {
			host: probeAddress(lastArg(extraArgs, "bind-address") ?? "127.0.0.1"),
			port: ports.scheduler,
			scheme: "HTTPS",
			liveness: "/livez",
			readiness: "/readyz",
			startup: "/livez",
			timeout: node.timeouts.controlPlaneComponentHealthCheck,
		},
		volumes,
	});
}
