import { readableByAll } from "../../facts/file-access";
import { paths } from "../../facts/paths";
import { toYaml } from "../../go/yaml/write";
import { placeFiles, removeFiles } from "../../hosts/placement/place";
import { probe } from "../../hosts/probe";
import { serviceOf } from "../../hosts/service";
import { waitFor } from "../../hosts/wait";
import { type ComponentContext, componentRenderers, type KubeletFiles } from "../../render/components";
import { instanceConfigurationText } from "../../render/kubelet";
import { removeAllSandboxes } from "../control-plane/sandboxes";
import { explainKubelet } from "../diagnosis/explain";
import { shortReason } from "../diagnosis/short-reason";
import { placeUnit, removeUnit } from "../kubelet/unit";
import type { Component, Patience } from "./component";
import type { HostPlacement, HostSite } from "./static-pod";

/**
 * Paths of a kubelet's configuration, instance configuration and flags. A host has no instance configuration where the
 * feature gate NodeLocalCRISocket is off.
 */
export const kubeletFiles = [
	paths.kubeletConfiguration,
	paths.kubeletInstanceConfiguration,
	paths.kubeletFlags,
] as const;

/** The kubelet: a service of the host, with its configuration and flags. */
export const kubelet: Component<ComponentContext, KubeletFiles, HostSite, HostPlacement> = {
	name: "kubelet",

	render: (context) => componentRenderers.kubelet(context),

	/** Places the files, then starts the service, or restarts it where a file changed. Returns digests of the files and of a placed unit. */
	async save(placement, { configuration, instanceConfiguration: instance, flags, fileMode = readableByAll.mode }) {
		const access = { ...readableByAll, mode: fileMode };
		const unit = await placeUnit(placement, access);
		const hasInstance = Object.keys(instance).length > 0;
		if (!hasInstance) await removeFiles({ ...placement, paths: [paths.kubeletInstanceConfiguration] });
		const { digests, written } = await placeFiles({
			...placement,
			files: [
				{ path: paths.kubeletConfiguration, content: toYaml(configuration), ...access },
				...(hasInstance
					? [
							{
								path: paths.kubeletInstanceConfiguration,
								content: instanceConfigurationText(instance),
								...access,
							},
						]
					: []),
				{ path: paths.kubeletFlags, content: flags, ...access },
			],
		});
		const service = serviceOf(placement.host, "kubelet");
		await (written.length > 0 ? service.enableAndRestart() : service.enableAndStart());
		return { ...digests, ...unit };
	},

	run: (site, { configuration }, patience) => waitHealthy(site, configuration, patience),

	/** Stops the kubelet, removes all pods of the host, and removes the resource's files and unit. */
	async clean({ host, owner }) {
		await serviceOf(host, "kubelet").stop();
		await removeAllSandboxes(host);
		await removeFiles({ host, owner, paths: kubeletFiles });
		await removeUnit({ host, owner });
	},
};

/** Source: `WaitForKubelet`, kubeadm util/apiclient/wait.go. */
async function waitHealthy(
	{ host, nodeName = host.name }: HostSite,
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
					: { done: false, saw: `restarted, not healthy yet (status ${status}: ${body.slice(0, 200)})` };
			} catch (error) {
				return { done: false, saw: `restarted, no answer yet (${shortReason(error)})` };
			}
		},
		explain: () => explainKubelet(host),
	});
}
