import { readableByAll } from "../../facts/file-access";
import { paths } from "../../facts/paths";
import type { Host } from "../../hosts/host";
import { type Digests, placeFiles, removeFiles } from "../../hosts/placement/place";
import { serviceCommand, serviceOf } from "../../hosts/service";
import { standaloneKubeletDropIn } from "../../render/kubelet";
import { kubelet as component } from "../components/kubelet";
import { type KubeletRun, type KubeletTarget, patienceOf, type StartedKubelet } from "./bring-up";

/**
 * Places the files of a kubelet that runs static pods without an API server, starts it, and waits until it is healthy.
 * @throws WaitError where the kubelet is not healthy within `timeouts.kubeletHealthCheck`
 */
export async function startStandalone(target: KubeletTarget, settings: KubeletRun): Promise<StartedKubelet> {
	const dropIn = await placeDropIn(target);
	const digests = await component.save(target, settings);
	await component.run(target, settings, patienceOf(settings));
	return { digests: { ...dropIn, ...digests } };
}

/** Stops a kubelet without an API server, removes all pods of the host, and removes the resource's files. */
export async function removeStandalone(target: { host: Host; owner: string }): Promise<void> {
	await component.clean(target, { configuration: {}, instanceConfiguration: {}, flags: "" });
	await removeFiles({ ...target, paths: [paths.standaloneKubeletDropIn] });
	await reload(target.host);
}

/** Whether the kubelet of a host is one without an API server. */
export async function isStandalone(host: Host): Promise<boolean> {
	return (await host.read([paths.standaloneKubeletDropIn])).size > 0;
}

async function placeDropIn({ host, owner, stateDigests }: KubeletTarget): Promise<Digests> {
	const { stdout } = await host.run({ intent: "look for the kubelet", script: "command -v kubelet; exit 0" });
	const content = standaloneKubeletDropIn(stdout.trim() || undefined);
	const file = { path: paths.standaloneKubeletDropIn, content, ...readableByAll };
	const { digests, written } = await placeFiles({ host, owner, stateDigests, files: [file] });
	if (written.length > 0) {
		await reload(host);
		// A kubelet that runs has started with other words on its command line.
		await serviceOf(host, "kubelet").stop();
	}
	return digests;
}

async function reload(host: Host): Promise<void> {
	await host.run({ intent: "let systemd read its units again", script: serviceCommand.reload() });
}
