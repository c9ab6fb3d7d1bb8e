import { recordDirectories } from "../placement/place";
import type { Pod } from "./component";
import { staticPod } from "./static-pod";

/** etcd: its data directory is made before it starts, as kubeadm does, and goes with it. */
export const etcd = staticPod("etcd", {
	async prepare({ host }, pod) {
		const directory = dataDirectory(pod);
		const { stdout } = await host.run({
			intent: "make etcd's data directory",
			script: `[ -d '${directory}' ] || { mkdir -p -m 0700 '${directory}' && echo made; }`,
		});
		if (stdout.trim() === "made") await recordDirectories(host, [directory]);
	},
	async tidy({ host }, pod) {
		const directory = dataDirectory(pod);
		await host.run({
			intent: "remove etcd's data",
			script: `rm -rf '${directory}/member'; rmdir '${directory}' 2>/dev/null; exit 0`,
		});
	},
});

function dataDirectory(pod: Pod): string {
	return pod.spec.volumes!.find(({ name }) => name === "etcd-data")!.hostPath!.path;
}
