import { paths } from "../../facts/paths";
import { kubernetesFile } from "../endpoints";

/**
 * Returns the systemd unit of the kubelet as the distribution packages install it. A bring-up writes the unit only
 * where the host has none.
 *
 * Source: cmd/krel/templates/latest/kubelet/kubelet.service in kubernetes/release.
 * @param binary absolute path of the kubelet @default "/usr/bin/kubelet"
 */
export function kubeletUnit(binary = "/usr/bin/kubelet"): string {
	return systemdUnit({
		Unit: [
			["Description", "kubelet: The Kubernetes Node Agent"],
			["Documentation", "https://kubernetes.io/docs/"],
			["Wants", "network-online.target"],
			["After", "network-online.target"],
		],
		Service: [
			["ExecStart", binary],
			["Restart", "always"],
			["StartLimitInterval", "0"],
			["RestartSec", "10"],
		],
		Install: [["WantedBy", "multi-user.target"]],
	});
}

/**
 * Returns the drop-in of the kubelet's unit as the distribution packages install it. The drop-in passes the files that
 * kubeadm writes to the kubelet. A bring-up writes it only where the host has none.
 *
 * Source: cmd/krel/templates/latest/kubeadm/10-kubeadm.conf in kubernetes/release.
 * @param binary absolute path of the kubelet @default "/usr/bin/kubelet"
 */
export function kubeletDropIn(binary = "/usr/bin/kubelet"): string {
	const bootstrap = kubernetesFile("bootstrap-kubelet.conf");
	const kubeconfig = kubernetesFile("kubelet.conf");
	const variables = ["KUBELET_KUBECONFIG_ARGS", "KUBELET_CONFIG_ARGS", "KUBELET_KUBEADM_ARGS", "KUBELET_EXTRA_ARGS"];
	return systemdUnit({
		Service: [
			["Environment", `"KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=${bootstrap} --kubeconfig=${kubeconfig}"`],
			["Environment", `"KUBELET_CONFIG_ARGS=--config=${paths.kubeletConfiguration}"`],
			["EnvironmentFile", `-${paths.kubeletFlags}`],
			...userFlags,
			["ExecStart", ""],
			["ExecStart", [binary, ...variables.map((name) => `$${name}`)].join(" ")],
		],
	});
}

/**
 * Returns the drop-in of the kubelet's unit for a kubelet without an API server: one with a configuration and without a
 * kubeconfig.
 *
 * Source: https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/setup-ha-etcd-with-kubeadm/
 * @param binary absolute path of the kubelet @default "/usr/bin/kubelet"
 */
export function standaloneKubeletDropIn(binary = "/usr/bin/kubelet"): string {
	const words = [binary, `--config=${paths.kubeletConfiguration}`, "$KUBELET_KUBEADM_ARGS", "$KUBELET_EXTRA_ARGS"];
	return systemdUnit({
		Service: [
			["EnvironmentFile", `-${paths.kubeletFlags}`],
			...userFlags,
			["ExecStart", ""],
			["ExecStart", words.join(" ")],
			["Restart", "always"],
		],
	});
}

/** A user's own flags: the first file is where Debian's package looks, the second where Red Hat's does. */
const userFlags = [
	["EnvironmentFile", "-/etc/default/kubelet"],
	["EnvironmentFile", "-/etc/sysconfig/kubelet"],
] as const;

function systemdUnit(sections: Record<string, readonly (readonly [string, string])[]>): string {
	return Object.entries(sections)
		.map(([section, settings]) => `[${section}]\n${settings.map(([name, value]) => `${name}=${value}\n`).join("")}`)
		.join("\n");
}
