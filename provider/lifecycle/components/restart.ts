import type { Host } from "../../hosts/host";
import type { Pod } from "./component";

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
	await host.run({ intent: "restart what reads a changed file", script, timeoutSeconds: 180 });
}

/** Forgets how those static pods ended that do not run: the kubelet then starts them at once, however long it would have backed off. */
export async function restartFailed(host: Host, pods: readonly Pod[]): Promise<void> {
	const script = pods
		.map(({ spec }) => `--name '^${spec.containers[0]!.name}$'`)
		.map(
			(name) =>
				`[ -n "$(crictl ps -q ${name})" ] || crictl ps -a -q --state exited ${name} | xargs -r crictl rm >/dev/null`,
		)
		.join("\n");
	await host.run({ intent: "start what has failed before", script });
}
