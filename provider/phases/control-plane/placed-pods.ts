import { paths } from "../../facts/paths";
import { isUnknown, UNKNOWN } from "../../facts/unknown";
import { joinHostPort, splitHostPort } from "../../go/address";
import { fromYaml } from "../../go/yaml/write";
import type { Host } from "../../hosts/host";
import type { Pod } from "../../render/static-pods/pod";
import { mainContainer, readinessOf } from "../../render/static-pods/readiness";
import { type StaticPodName, staticPodNamesOf, staticPodPath } from "../../render/static-pods/static-pods";

/** URL of each component's health check on a control plane, by the component's name; `running container` for a pod without a probe. */
export type HealthChecks = Partial<Record<StaticPodName, string>>;

/** The health check of a pod without a probe. */
const CONTAINER = "running container";

/**
 * Reads the static pods of a host from their manifests: one for each component in `healthChecks`, in the order in which
 * the components start. A pod has only the component's own container and the volumes under /etc/kubernetes. A component
 * whose manifest is missing or broken gets a pod with nothing but the probe of its health check.
 */
export async function placedPods(host: Host, healthChecks: HealthChecks): Promise<Pod[]> {
	const names = staticPodNamesOf({}).filter((name) => healthChecks[name] !== undefined);
	const files = await host.read(names.map(staticPodPath));
	return names.map((name) => {
		const pod = parsed(files.get(staticPodPath(name))?.content.toString());
		return pod ? componentOf(name, pod) : podAt(name, healthChecks[name]!);
	});
}

/** Reads etcd's static pod of a host from its manifest; undefined on a host without that manifest. */
export async function placedEtcd(host: Host): Promise<Pod | undefined> {
	const path = staticPodPath("etcd");
	const pod = parsed((await host.read([path])).get(path)?.content.toString());
	return pod && componentOf("etcd", pod);
}

/** URL of a pod's readiness probe, for example `https://127.0.0.1:10259/readyz`; `running container` for a pod without a probe. */
export function healthCheckOf(pod: Pod): string {
	if (isUnknown(pod)) return UNKNOWN;
	const endpoint = readinessOf(pod);
	if (!endpoint) return CONTAINER;
	const { scheme, address, port, path } = endpoint;
	return `${scheme}://${joinHostPort(address, port)}${path}`;
}

/** A manifest as an object; undefined for a manifest that is missing or broken. */
function parsed(manifest: string | undefined): Pod | undefined {
	try {
		const pod = fromYaml(manifest ?? "") as Pod | undefined;
		return pod?.spec?.containers?.length ? pod : undefined;
	} catch {
		return undefined;
	}
}

/**
 * Reduces a pod to the component's own container and to the volumes of files that kubeadm writes. The gate finds the
 * component by the pod's name, even where a patch renames the pod.
 */
function componentOf(name: StaticPodName, pod: Pod): Pod {
	const { metadata, spec } = pod;
	const volumes = (spec.volumes ?? []).filter(({ hostPath }) => hostPath?.path.startsWith(paths.kubernetesDirectory));
	return {
		...pod,
		metadata: { name, namespace: metadata.namespace } as Pod["metadata"],
		spec: { ...spec, containers: [mainContainer(pod)], volumes },
	};
}

function podAt(name: StaticPodName, healthCheck: string): Pod {
	return {
		metadata: { name, namespace: "kube-system" },
		spec: { containers: [{ name, ...probeAt(healthCheck) }] },
	} as unknown as Pod;
}

function probeAt(healthCheck: string): { readinessProbe?: object } {
	const [, scheme, authority, path] = /^(https?):\/\/([^/]+)(\/.*)$/.exec(healthCheck) ?? [];
	if (!scheme || !authority) return {};
	const { host, port } = splitHostPort(authority);
	return { readinessProbe: { httpGet: { host, port: Number(port), path, scheme: scheme.toUpperCase() } } };
}
