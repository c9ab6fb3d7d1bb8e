import { fromYaml } from "../../go/yaml/write";
import type { Host } from "../../hosts/host";
import { abandonedClaim } from "../../hosts/placement/node-claim";
import { removeFiles } from "../../hosts/placement/place";
import type { FileRecord } from "../../hosts/placement/records";
import { unfinishedFiles } from "../../hosts/placement/unfinished";
import { status } from "../../hosts/status";
import type { Pod } from "../../render/static-pods/pod";
import { staticPodNamesOf, staticPodPath } from "../../render/static-pods/static-pods";
import { kubelet } from "../components/kubelet";
import { staticPodComponents } from "../components/registry";
import { resetHost, restoreService, savedBefore } from "./host-before";

/**
 * Removes what creates of this program left on a host that were cut off before the state knew their resources: static
 * pods, a kubelet that was started, then all other files. To be called when the host's other resources are gone.
 */
export async function removeUnfinished(host: Host): Promise<void> {
	const files = await unfinishedFiles(host);
	await removeStaticPods(host, files);
	await removeKubelet(host);
	const owners = new Set(files.map(({ owner }) => owner));
	for (const owner of owners) {
		const paths = files.filter((file) => file.owner === owner).map(({ path }) => path);
		status(`${host.name}: removes what a create left that was cut off: ${paths.join(", ")}`);
		await removeFiles({ host, owner, paths });
	}
}

async function removeStaticPods(host: Host, files: readonly FileRecord[]): Promise<void> {
	for (const name of staticPodNamesOf({})) {
		const path = staticPodPath(name);
		const record = files.find((file) => file.path === path);
		const manifest = record && (await host.read([path])).get(path);
		if (!manifest) continue;
		const pod = fromYaml(manifest.content.toString()) as Pod;
		await staticPodComponents[name].clean({ host, owner: record.owner }, pod);
	}
}

/** The claim of a kubelet's resource outlives only a create that was cut off: the resource's delete releases it. */
async function removeKubelet(host: Host): Promise<void> {
	const claim = await abandonedClaim(host);
	const owner = claim?.owners.find((id) => id.startsWith("kubelet/"));
	const before = owner && (await savedBefore(host));
	if (!before) return;
	await kubelet.clean({ host, owner }, undefined as never);
	await resetHost(host, before);
	await restoreService(host, before);
}
