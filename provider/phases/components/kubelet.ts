import { readableByAll } from "../../facts/file-access";
import { paths } from "../../facts/paths";
import { toYaml } from "../../go/yaml/write";
import type { Host } from "../../hosts/host";
import { placeFiles, removeFiles } from "../../hosts/placement/place";
import { probe } from "../../hosts/probe";
import { serviceOf } from "../../hosts/service";
import { waitFor } from "../../hosts/wait";
import { type ComponentContext, componentRenderers, type KubeletFiles } from "../../render/components";
import { instanceConfigurationText } from "../../render/kubelet";
import { removeAllSandboxes } from "../control-plane/sandboxes";
import { explainKubelet } from "../diagnosis/explain";
import { watchKubelet } from "../diagnosis/kubelet-ends";
import { noAnswerYet } from "../diagnosis/short-reason";
import { kubeletFiles } from "../kubelet/last-configuration";
import { placeUnit, removeUnit } from "../kubelet/unit";
import type { Component, Patience } from "./component";
import type { HostPlacement, HostSite } from "./static-pod";

/** The kubelet: a service of the host, with its configuration and flags. */
export const kubelet: Component<ComponentContext, KubeletFiles, HostSite, HostPlacement> = {
	name: "kubelet",

	render: (context) => componentRenderers.kubelet(context),

	/** Places the files, then starts the service, or restarts it where a file changed. Returns digests of the files and of a placed unit. */
	async save(placement, rendered) {
		const access = { ...readableByAll, mode: rendered.fileMode ?? readableByAll.mode };
		const unit = await placeUnit(placement, access);
		const contents = kubeletTexts(rendered);
		const absent = kubeletFiles.filter((path) => contents[path] === undefined);
		if (absent.length > 0) await removeFiles({ ...placement, paths: absent });
		const { digests, written } = await placeFiles({
			...placement,
			files: Object.entries(contents).map(([path, content]) => ({ path, content, ...access })),
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

/**
 * Returns the text of each file of a kubelet, by path. A host has no instance configuration where the feature gate
 * NodeLocalCRISocket is off.
 */
export function kubeletTexts({ configuration, instanceConfiguration, flags }: KubeletFiles): Record<string, string> {
	const hasInstance = Object.keys(instanceConfiguration).length > 0;
	return {
		[paths.kubeletConfiguration]: toYaml(configuration),
		...(hasInstance ? { [paths.kubeletInstanceConfiguration]: instanceConfigurationText(instanceConfiguration) } : {}),
		[paths.kubeletFlags]: flags,
	};
}

/** Source: `WaitForKubelet`, kubeadm util/apiclient/wait.go. */
async function waitHealthy(
	{ host, nodeName = host.name }: HostSite,
	configuration: Record<string, unknown>,
	patience: Patience,
): Promise<void> {
	const ended = watchKubelet(host);
	await waitFor({
		subject: `${nodeName}: kubelet`,
		...patience,
		observe: async () => {
			const saw = await kubeletHealth(host, configuration);
			if (saw === "ok") return { done: true, value: undefined };
			const end = await ended();
			return end ? { done: false, saw: end, hopeless: true } : { done: false, saw: `restarted, ${saw}` };
		},
		explain: () => explainKubelet(host),
	});
}

/** How long one process of a kubelet must run to have made its start: it makes most of its checks within a second. */
const STAYS_SECONDS = 5;

/**
 * Waits until one process of the kubelet has run for 5 s: a kubelet that cannot go on, for example because a cgroup of its
 * configuration is missing, has answered its health probe before it ends.
 * @throws WaitError at the limit, or at once where the kubelet ends again and again
 */
export async function waitUntilStays({ host, nodeName = host.name }: HostSite, patience: Patience): Promise<void> {
	const ended = watchKubelet(host);
	let process = "0";
	let since = 0;
	await waitFor({
		subject: `${nodeName}: kubelet`,
		...patience,
		observe: async () => {
			const running = await serviceOf(host, "kubelet").mainProcess();
			if (running !== process) [process, since] = [running, performance.now()];
			const end = await ended();
			if (end) return { done: false, saw: end, hopeless: true };
			return process !== "0" && performance.now() - since >= STAYS_SECONDS * 1000
				? { done: true, value: undefined }
				: { done: false, saw: process === "0" ? "does not run" : `runs, which counts after ${STAYS_SECONDS} s` };
		},
		explain: () => explainKubelet(host),
	});
}

/** Health of a kubelet: `ok`, else why not, in a few words. */
export async function kubeletHealth(host: Host, configuration: Record<string, unknown>): Promise<string> {
	const address = String(configuration.healthzBindAddress ?? "127.0.0.1");
	const port = Number(configuration.healthzPort ?? 10248);
	try {
		const { status, body } = await probe(host, { scheme: "http", address, port, path: "/healthz" });
		return status === 200 ? "ok" : `not healthy yet (status ${status}: ${body.slice(0, 200)})`;
	} catch (error) {
		return noAnswerYet(error);
	}
}
