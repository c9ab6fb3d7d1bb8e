import { runtimeEndpoint } from "../../hosts/container-runtime/endpoint";
import { withRuntime } from "../../hosts/container-runtime/runtime";
import type { Host } from "../../hosts/host";
import { probe } from "../../hosts/probe";
import type { Pod } from "../../render/static-pods/pod";
import { readinessOf } from "../../render/static-pods/readiness";
import { containerOf } from "../control-plane/sandboxes";
import { noAnswerYet } from "../diagnosis/short-reason";

/**
 * Health of a static pod on a host, for a wait.
 * @returns `ok`; else why not, in a few words: the answer of the readiness endpoint or, for a pod without one, of the
 * container runtime. A failed request is such an answer and not an error.
 */
export async function health(host: Host, pod: Pod): Promise<string> {
	try {
		const endpoint = readinessOf(pod);
		if (!endpoint) return await containerState(host, pod);
		const { status, body } = await probe(host, endpoint);
		if (status === 200) return "ok";
		// The API server allows anonymous requests for its health once its own RBAC rules are written.
		if (status === 403 && body.includes("system:anonymous")) return "starting: RBAC rules not there yet";
		return failedChecks(body) ?? `status ${status}: ${reasonIn(body)}`;
	} catch (error) {
		return noAnswerYet(error);
	}
}

/** Health of a pod without a readiness endpoint: whether its container runs. */
async function containerState(host: Host, pod: Pod): Promise<string> {
	const filter = { ...containerOf(pod), state: "CONTAINER_RUNNING" } as const;
	const endpoint = await runtimeEndpoint(host);
	const containers = await withRuntime(host, endpoint, ({ listContainers }) => listContainers(filter));
	return containers.length > 0 ? "ok" : "the container does not run";
}

/**
 * The failed checks in a `/readyz` answer, whose lines read `[-]etcd failed: reason withheld`: checks by name, start-up steps
 * (`poststarthook/…`) by their number. `undefined` for another answer.
 */
function failedChecks(body: string): string | undefined {
	const failed = [...body.matchAll(/^\[-\](\S+)/gm)].map(([, check]) => check!);
	if (failed.length === 0) return undefined;
	const checks = failed.filter((check) => !check.startsWith("poststarthook/"));
	const steps = failed.length - checks.length;
	const parts = [
		...(checks.length > 0 ? [`not ready: ${checks.join(", ")}`] : []),
		...(steps > 0 ? [`${steps} start-up ${steps === 1 ? "step" : "steps"} left`] : []),
	];
	return `starting: ${parts.join("; ")}`;
}

/** The reason in an answer: the message of a Kubernetes `Status`, else the first line. */
function reasonIn(body: string): string {
	return (/"message":"((?:[^"\\]|\\.)*)"/.exec(body)?.[1] ?? body.split("\n")[0]!).slice(0, 80);
}
