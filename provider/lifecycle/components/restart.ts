import type { Host } from "../../hosts/host";
import { type StaticPodName, staticPodPath } from "../../render/static-pods/static-pods";
import type { Pod } from "./component";
import { crictl } from "./crictl";

/** Restarts those static pods that started before a file that they read was last written: they would go on with the old one. */
export async function restartStale(host: Host, pods: readonly Pod[]): Promise<void> {
	const script = pods
		.map((pod) => {
			const paths = (pod.spec.volumes ?? []).map(({ hostPath }) => `'${hostPath!.path}'`).join(" ");
			return `
id=$(crictl ps -q --name '^${pod.spec.containers[0]!.name}$' | head -n 1)
if [ -n "$id" ]; then
	started=$(date -d "$(crictl inspect -o go-template --template '{{.status.startedAt}}' "$id")" +%s)
	newest=$(find ${paths} -type f -printf '%T@\\n' 2>/dev/null | sort -rn | head -n 1 | cut -d. -f1)
	[ "\${newest:-0}" -lt "$started" ] || { crictl stop "$id" >/dev/null && echo ${pod.metadata.name}; }
fi`;
		})
		.join("\n");
	await host.run({ intent: "restart what reads a changed file", script: crictl(script), timeoutSeconds: 180 });
}

/**
 * Makes the kubelet begin anew with those static pods that it would not start by itself: until it has once reached an API
 * server it stops no static pod whose manifest was changed, and one that failed often it starts after minutes only.
 * Source: kubelet.go, `deletePod` (sources ready) and `doBackOff`.
 */
export async function restartFailed(host: Host, pods: readonly Pod[]): Promise<void> {
	const looks = pods.map(
		({ metadata: { name, namespace }, spec }) => `
placed=$(stat -c %Y ${staticPodPath(name as StaticPodName)} 2>/dev/null) &&
for id in $(crictl pods -q --namespace ${namespace} --label component=${name}); do
	[ "$(date -d "$(crictl inspectp -o go-template --template '{{.status.createdAt}}' "$id")" +%s)" -ge "$placed" ] || stale="$stale $id"
done
id=$(crictl ps -a -q --name '^${spec.containers[0]!.name}$' | head -n 1)
[ -z "$id" ] || case $(crictl inspect -o go-template --template '{{.status.state}} {{.status.metadata.attempt}}' "$id") in
	"CONTAINER_EXITED 0" | "CONTAINER_EXITED 1") ;;
	CONTAINER_EXITED*) failed=yes ;;
esac`,
	);
	const script = `
stale= failed=${looks.join("\n")}
[ -n "$stale$failed" ] || exit 0
systemctl stop kubelet
[ -z "$stale" ] || { crictl stopp $stale; crictl rmp -f $stale; } >/dev/null
systemctl start kubelet`;
	await host.run({ intent: "start what has failed before", script: crictl(script), timeoutSeconds: 180 });
}
