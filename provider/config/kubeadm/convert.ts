import { parseDuration } from "../../go/duration";
import type { Kind } from "./kinds";

/** Documents by kind, as v1beta4 has them. */
export type Documents = Partial<Record<Kind, Record<string, any>>>;

/**
 * Makes v1beta4 of v1beta3: maps of flags become lists in the order of their names, and two limits of waits move to the
 * others.
 *
 * Source: cmd/kubeadm/app/apis/kubeadm/v1beta3/conversion.go, util/config/initconfiguration.go of kubeadm 1.36.
 */
export function convert(documents: Documents, olderKinds: readonly Kind[]): Documents {
	const converted: Documents = structuredClone(documents);
	const { ClusterConfiguration: cluster, JoinConfiguration: join } = converted;
	for (const [kind, path] of flags) if (olderKinds.includes(kind)) toList(converted[kind], path);
	const limit = cluster?.apiServer?.timeoutForControlPlane;
	delete cluster?.apiServer?.timeoutForControlPlane;
	// kubeadm takes the default for one that nobody asked for.
	if (limit !== undefined && ![0n, parseDuration("4m")].includes(parseDuration(limit))) {
		const init = converted.InitConfiguration ?? {};
		const timeouts = { ...init.timeouts, controlPlaneComponentHealthCheck: limit };
		converted.InitConfiguration = { ...init, timeouts };
	}
	if (join?.discovery?.timeout !== undefined) {
		join.timeouts = { ...join.timeouts, discovery: join.discovery.timeout };
		delete join.discovery.timeout;
	}
	return converted;
}

const flags = [
	["InitConfiguration", ["nodeRegistration", "kubeletExtraArgs"]],
	["JoinConfiguration", ["nodeRegistration", "kubeletExtraArgs"]],
	["ClusterConfiguration", ["apiServer", "extraArgs"]],
	["ClusterConfiguration", ["controllerManager", "extraArgs"]],
	["ClusterConfiguration", ["scheduler", "extraArgs"]],
	["ClusterConfiguration", ["etcd", "local", "extraArgs"]],
] as const satisfies readonly (readonly [Kind, readonly string[]])[];

function toList(document: unknown, path: readonly string[]): void {
	const holder = path.slice(0, -1).reduce<any>((at, name) => at?.[name], document);
	const given: Record<string, string> | undefined = holder?.[path.at(-1)!];
	if (!given) return;
	holder[path.at(-1)!] = Object.entries(given)
		.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
		.map(([name, value]) => ({ name, value }));
}
