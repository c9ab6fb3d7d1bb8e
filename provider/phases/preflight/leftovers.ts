import type { Cluster } from "../../config/cluster";
import { expected } from "../../config/expected";
import type { Node } from "../../config/node";
import { recordPath } from "../../hosts/placement/records";
import { quote } from "../../hosts/shell";
import { bootstrapKubeconfigPath, kubeconfigPath } from "../../render/kubeconfig";
import { nodeParts } from "../../render/node-plan";
import { staticPodPath } from "../../render/static-pods/static-pods";
import { endOtherCluster, foreignData, foreignDataPath } from "../etcd/foreign-data";
import { type Check, etcdHosts, everywhere, findingIf, firstPrinted, isNode, nameOf } from "./check";
import { isIgnored, type PreflightAction, type PreflightSubject } from "./subject";

/** Name by which the check for data in an etcd data directory can be ignored, for example `DirAvailable--var-lib-etcd`. */
function dataCheckName(directory: string): string {
	return nameOf("DirAvailable", directory);
}

/** Whether the check for another cluster's data in etcd's data directory is skipped or ignored on a node. */
export function acceptsForeignData({ etcd }: Cluster, { nodeRegistration, skipPhases }: Node): boolean {
	const name = dataCheckName(etcd.local.dataDir);
	return skipPhases.includes("preflight") || isIgnored(name, nodeRegistration.ignorePreflightErrors);
}

/**
 * Checks for files and etcd data of another cluster. Files with an ownership record are this program's. A host
 * that is a node already has no leftovers: each of its files is adopted or refused when it is placed.
 *
 * Source: `FileAvailableCheck`, `DirAvailableCheck`, kubeadm preflight/checks.go.
 */
export const leftovers: Check[] = [
	{
		name: "FileAvailable-XXXX",
		expects:
			"no static pod's manifest on a control plane and on a host with etcd alone, no kubelet.conf and bootstrap-kubelet.conf but for `init`, no CA on a worker, but for what this program placed",
		on: everywhere,
		layer: "file",
		severity: "error",
		script: (subject) =>
			filesOf(subject)
				.map((path) => `[ -e ${quote(path)} ] && [ ! -f ${recordPath(path)} ] && echo ${quote(`foreign=${path}`)}`)
				.join("\n"),
		judge: (observed) =>
			isNode(observed)
				? []
				: (observed.printed.foreign ?? []).map((path) => ({
						name: nameOf("FileAvailable", path),
						what: expected({ expected: `no ${path}`, got: "a file that this program did not write" }),
						next: `head ${quote(path)}`,
					})),
		next: "head PATH",
		afterwards: endOtherCluster,
	},
	{
		name: "DirAvailable-XXXX",
		expects: "nothing in etcd's data directory, but for what an etcd of this program left",
		on: etcdHosts,
		layer: "data directory",
		severity: "error",
		script: ({ etcdDataDirectory: directory }) => {
			if (!directory) return "";
			const manifest = staticPodPath("etcd");
			const data = foreignDataPath(directory);
			return `
if [ ! -f ${manifest} ] && [ ! -f ${recordPath(manifest)} ] && [ ! -f ${recordPath(directory)} ] && [ -e ${quote(directory)} ]; then
	echo "left=$(ls -A ${quote(directory)} | head -n 1)"
	[ ! -f ${quote(data)} ] || echo data=yes
fi`;
		},
		judge: (observed, { etcdDataDirectory: directory = "" }) => {
			const left = firstPrinted(observed, "left");
			if (!left || isNode(observed)) return [];
			const what =
				firstPrinted(observed, "data") === "yes"
					? foreignData(directory)
					: expected({ at: directory, expected: "nothing in it", got: left });
			return findingIf(what, { name: dataCheckName(directory), next: `ls -A ${quote(directory)}` });
		},
		next: "ls -A DIRECTORY",
		afterwards: endOtherCluster,
	},
];

const files: Record<PreflightAction, (subject: PreflightSubject) => string[]> = {
	init: () => manifests(),
	"control plane join": () => [...joining(), ...manifests()],
	"worker join": ({ caPath }) => [...joining(), caPath],
	etcd: () => [...joining(), ...manifests()],
};

function filesOf(subject: PreflightSubject): string[] {
	return files[subject.action](subject);
}

/** The manifests of all static pods: kubeadm looks for etcd's too where etcd is external. */
function manifests(): string[] {
	return nodeParts({ role: "control-plane", command: "init", etcd: {} }).staticPods.map(staticPodPath);
}

/** The kubeconfigs that a joining kubelet is to get. */
function joining(): string[] {
	return [kubeconfigPath("kubelet.conf"), bootstrapKubeconfigPath];
}
