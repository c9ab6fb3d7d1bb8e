import { inputProblem } from "../../config/expected";
import type { Problem } from "../../config/problems";
import { isUnknown } from "../../facts/unknown";
import type { Pod } from "./pod";
import { mainContainer } from "./readiness";

/** The flag that refuses every anonymous request, in the spellings of Go's `strconv.ParseBool`. */
const refusal = /^--anonymous-auth=(0|f|F|false|False|FALSE)$/;

const probes = ["startupProbe", "livenessProbe", "readinessProbe"] as const;

/**
 * Returns the problem of an API server that refuses the kubelet's probes: with `anonymous-auth=false` their requests have
 * no user, and the kubelet restarts the API server for ever. Empty where a patch replaced the HTTP probes, or gave them an
 * `Authorization` header.
 *
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests
 */
export function anonymousProbeProblems(pod: Pod): Problem[] {
	if (isUnknown(pod) || pod.metadata.name !== "kube-apiserver") return [];
	const container = mainContainer(pod);
	const { command } = container as { command?: string[] };
	const flag = Array.isArray(command) && command.findLast((argument) => argument.startsWith("--anonymous-auth="));
	if (!flag || !refusal.test(flag) || !probes.some((name) => isAnonymous(container[name]))) return [];
	return [
		inputProblem({
			path: "cluster.apiServer.extraArgs",
			expected:
				"no anonymous-auth=false, as the kubelet's probes of the API server are anonymous and would restart it for ever",
			got: flag.slice(2),
			next: "use authentication-config: an AuthenticationConfiguration with anonymous.enabled: true and anonymous.conditions for /livez, /readyz and /healthz refuses all other anonymous requests",
		}),
	];
}

function isAnonymous(probe: unknown): boolean {
	const { httpGet } = (probe ?? {}) as { httpGet?: { httpHeaders?: { name: string }[] } };
	return httpGet !== undefined && !httpGet.httpHeaders?.some(({ name }) => name.toLowerCase() === "authorization");
}
