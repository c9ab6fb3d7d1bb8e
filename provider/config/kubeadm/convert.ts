import { parseDuration } from "../../go/duration";
import type { Kind } from "./kinds";

/** Documents by kind, in v1beta4. */
export type Documents = Partial<Record<Kind, Record<string, any>>>;

/**
 * Converts documents from v1beta3 to v1beta4. Maps of flags become lists sorted by name, and two time limits move into
 * `timeouts`.
 *
 * Source: cmd/kubeadm/app/apis/kubeadm/v1beta3/conversion.go, util/config/initconfiguration.go of kubeadm 1.36.
 */
export function convert(documents: Documents, olderKinds: readonly Kind[]): Documents {
	const converted: Documents = structuredClone(documents);
	const { ClusterConfiguration: cluster, JoinConfiguration: join } = converted;
	for (const [kind, path] of flags) if (olderKinds.includes(kind)) toList(converted[kind], path);
	const limit = cluster?.apiServer?.timeoutForControlPlane;
	delete cluster?.apiServer?.timeoutForControlPlane;
	// kubeadm uses the default for an absent limit.
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
	const valuesByName: Record<string, string> | undefined = holder?.[path.at(-1)!];
	if (!valuesByName) return;
	holder[path.at(-1)!] = Object.entries(valuesByName)
		.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
		.map(([name, value]) => ({ name, value }));
}
