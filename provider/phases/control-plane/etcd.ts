import { recordDirectories } from "../../hosts/placement/place";
import { recordPath } from "../../hosts/placement/records";
import { staticPodPath } from "../../render/static-pods/static-pods";
import type { Pod } from "./component";
import { staticPod } from "./static-pod";

/** etcd: its data directory is made before it starts, as kubeadm does, and goes with it. What another cluster left there is refused. */
export const etcd = staticPod("etcd", {
	async prepare({ host, acceptsForeignData: acceptsData }, pod) {
		const directory = dataDirectory(pod);
		if (!directory) return;
		const data = `${directory}/member/snap/db`;
		const manifest = staticPodPath("etcd");
		const { stdout } = await host.run({
			intent: "make etcd's data directory",
			script: `
[ -f '${data}' ] && [ ! -f ${manifest} ] && [ ! -f ${recordPath(manifest)} ] && echo foreign && exit 0
[ -d '${directory}' ] || { mkdir -p -m 0700 '${directory}' && echo made; }${ownedBy(pod)}`,
		});
		const found = stdout.trim();
		if (found === "foreign" && !acceptsData) throw new Error(`${host.name}: ${leftOver(data)}`);
		if (found === "made") await recordDirectories(host, [directory]);
	},
	async tidy({ host }, pod) {
		const directory = dataDirectory(pod);
		if (!directory) return;
		await host.run({
			intent: "remove etcd's data",
			script: `rm -rf '${directory}/member'; rmdir '${directory}' 2>/dev/null; exit 0`,
		});
	},
});

/** It would be served as this cluster's, and go with it. Source: `DirAvailable--var-lib-etcd`, kubeadm preflight/checks.go. */
function leftOver(data: string): string {
	return `${data}: expected no data of etcd on a host without an etcd, got some, which is another cluster's; move it away, or end that cluster with \`kubeadm reset\` on the host`;
}

/** Undefined where a patch put the data elsewhere than in a directory of the host. */
/** All of the data is of the user that etcd runs as, where that is not root. */
function ownedBy(pod: Pod): string {
	const { runAsUser, runAsGroup } = pod.spec.securityContext as { runAsUser?: number; runAsGroup?: number };
	return runAsUser === undefined ? "" : `\nchown -R ${runAsUser}:${runAsGroup} '${dataDirectory(pod)}'`;
}

function dataDirectory(pod: Pod): string | undefined {
	return pod.spec.volumes?.find(({ name }) => name === "etcd-data")?.hostPath?.path;
}
