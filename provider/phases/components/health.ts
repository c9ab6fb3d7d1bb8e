import { runtimeEndpoint } from "../../hosts/container-runtime/endpoint";
import { withRuntime } from "../../hosts/container-runtime/runtime";
import type { Host } from "../../hosts/host";
import { probe } from "../../hosts/probe";
import type { Pod } from "../../render/static-pods/pod";
import { readinessOf } from "../../render/static-pods/readiness";
import { containerOf } from "../control-plane/sandboxes";
import { shortReason } from "../diagnosis/short-reason";

/** Health of a static pod on a host: `ok`, or a few words on what its readiness endpoint or the container runtime answers. */
export async function health(host: Host, pod: Pod): Promise<string> {
	try {
		const endpoint = readinessOf(pod);
		if (!endpoint) return await containerState(host, pod);
		const { status, body } = await probe(host, endpoint);
		return status === 200 ? "ok" : `status ${status}: ${failedChecks(body)}`;
	} catch (error) {
		return shortReason(error);
	}
}

/** Health of a pod without a readiness endpoint: whether its container runs. */
async function containerState(host: Host, pod: Pod): Promise<string> {
	const filter = { ...containerOf(pod), state: "CONTAINER_RUNNING" } as const;
	const endpoint = await runtimeEndpoint(host);
	const containers = await withRuntime(host, endpoint, ({ listContainers }) => listContainers(filter));
	return containers.length > 0 ? "ok" : "its container does not run";
}

/** Names of the failed checks in a `/readyz` answer, whose lines read `[-]etcd failed: reason withheld`. */
function failedChecks(body: string): string {
	const failed = [...body.matchAll(/^\[-\](\S+)/gm)].map(([, check]) => check);
	if (failed.length === 0)
		return (/"message":"((?:[^"\\]|\\.)*)"/.exec(body)?.[1] ?? body.split("\n")[0]!).slice(0, 80);
	const more = failed.length > 3 ? ` and ${failed.length - 3} more` : "";
	return `waits for ${failed.slice(0, 3).join(", ")}${more}`;
}
