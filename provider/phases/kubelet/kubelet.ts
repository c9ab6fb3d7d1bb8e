import { paths } from "../../facts/paths";
import { toYaml } from "../../go/yaml/write";
import type { Host } from "../../hosts/host";
import { type Digests, placeFiles, removeFiles } from "../../hosts/placement/place";
import { probe } from "../../hosts/probe";
import { waitFor } from "../../hosts/wait";
import {
	instanceConfiguration,
	instanceConfigurationText,
	kubeletConfiguration,
	kubeletFlags,
} from "../../render/kubelet";
import type { Component, Patience } from "../control-plane/component";
import { removeAllSandboxes } from "../control-plane/sandboxes";
import { explainKubelet } from "../diagnosis/explain";
import { sight } from "../diagnosis/sight";
import { placeService, removeService } from "./service";

/** What a kubelet reads. */
export interface KubeletFiles {
	/** KubeletConfiguration, as /var/lib/kubelet/config.yaml says it. */
	configuration: Record<string, unknown>;
	/** What is this node's own, as /var/lib/kubelet/instance-config.yaml says it; nothing where there is no such file. */
	instanceConfiguration: Record<string, unknown>;
	/** Content of /var/lib/kubelet/kubeadm-flags.env. */
	flags: string;
}

export interface KubeletTarget {
	host: Host;
	owner: string;
	/** As waits and their errors name it. @default the host's name */
	nodeName?: string;
	stateDigests?: Digests;
}

/** What it is started with. */
export const kubeletFiles = [
	paths.kubeletConfiguration,
	paths.kubeletInstanceConfiguration,
	paths.kubeletFlags,
] as const;

/** The kubelet: a service of the host, with its configuration, flags and state. */
export const kubelet: Component<KubeletFiles, KubeletTarget> = {
	name: "kubelet",

	render: ({ cluster, node }) => ({
		configuration: kubeletConfiguration(cluster, node),
		instanceConfiguration: instanceConfiguration(cluster, node) ?? {},
		flags: kubeletFlags(cluster, node),
	}),

	async save(target, { configuration, instanceConfiguration: instance, flags }) {
		const file = { mode: "0644", owner: "root", group: "root" };
		const service = await placeService(target);
		const hasInstance = Object.keys(instance).length > 0;
		if (!hasInstance) await removeFiles({ ...target, paths: [paths.kubeletInstanceConfiguration] });
		const { digests, written } = await placeFiles({
			...target,
			files: [
				{ ...file, path: paths.kubeletConfiguration, content: toYaml(configuration) },
				...(hasInstance
					? [{ ...file, path: paths.kubeletInstanceConfiguration, content: instanceConfigurationText(instance) }]
					: []),
				{ ...file, path: paths.kubeletFlags, content: flags },
			],
		});
		await startOrRestart(target.host, written.length > 0);
		return { ...digests, ...service };
	},

	run: (target, { configuration }, patience) => waitHealthy(target, configuration, patience),

	/** Stops it with all its pods. The manifests are gone, or go at the same time. */
	async clean({ host, owner }) {
		await host.run({
			intent: "stop the kubelet",
			script: "systemctl stop kubelet; systemctl reset-failed kubelet 2>/dev/null; exit 0",
		});
		await removeAllSandboxes(host);
		await removeFiles({ host, owner, paths: kubeletFiles });
		await removeService({ host, owner });
	},
};

/** A kubelet that runs with what lies on the host is left alone. */
async function startOrRestart(host: Host, changed: boolean): Promise<void> {
	await host.run({
		intent: "start the kubelet",
		script: `systemctl is-enabled --quiet kubelet || systemctl enable --quiet kubelet\n${changed ? "" : "systemctl is-active --quiet kubelet || "}systemctl restart kubelet`,
	});
}

/** Source: `WaitForKubelet`, kubeadm util/apiclient/wait.go. */
async function waitHealthy(
	{ host, nodeName = host.name }: KubeletTarget,
	configuration: Record<string, unknown>,
	patience: Patience,
): Promise<void> {
	const address = String(configuration.healthzBindAddress ?? "127.0.0.1");
	const port = Number(configuration.healthzPort ?? 10248);
	await waitFor({
		subject: `${nodeName}: kubelet`,
		...patience,
		observe: async () => {
			try {
				const { status, body } = await probe(host, { scheme: "http", address, port, path: "/healthz" });
				return status === 200
					? { done: true, value: undefined }
					: { done: false, saw: `status ${status}: ${body.slice(0, 200)}` };
			} catch (error) {
				return { done: false, saw: sight(error) };
			}
		},
		explain: () => explainKubelet(host),
	});
}
