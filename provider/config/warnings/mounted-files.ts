import { caCertificateDirectories, paths } from "../../facts/paths";
import { hasUnknowns } from "../../facts/unknown";
import type { ClusterSpec } from "../cluster";
import type { HostPathMount } from "../component";
import type { Problem } from "../problems";
import { type Configured, type StaticPodName, staticPods, userFlags } from "./warn";

/**
 * Finds files that a flag of a static pod names and no volume of the pod mounts. A pod with patches is skipped:
 * a patch may add the volume.
 */
export function filesNotMounted(configured: Configured): Problem[] {
	const { cluster = {}, nodes } = configured;
	const patched = new Set(nodes.flatMap(({ node }) => (node.patches ?? []).map(({ target }) => target)));
	return userFlags(configured).flatMap(({ component, name, value, path }) => {
		if (component === "kubelet" || patched.has(component) || !namesFile(name) || !value.startsWith("/")) return [];
		const mounts = mountsOf(component, cluster);
		if (hasUnknowns(mounts) || mounts.some((mount) => isInside(value, mount))) return [];
		const isWritten = name === "audit-log-path";
		const message = isWritten
			? `no volume of ${component} has ${value}: the file is written inside the container and lost with it; ${nextStep(component)}`
			: `no volume of ${component} has ${value}: the container does not see that file of the host; ${nextStep(component)}`;
		return [{ path: `${path}.value`, message }];
	});
}

/** Whether a flag's value is a path, by its name: `audit-policy-file`, `encryption-provider-config`. */
function namesFile(flag: string): boolean {
	return /(?:file|path|config)$/.test(flag);
}

function nextStep(component: StaticPodName): string {
	return component === "etcd"
		? "use a path in its dataDir or certificates directory"
		: `add a mount to ${staticPods[component]}.extraVolumes`;
}

/** Paths in a component's container that kubeadm or the user mounts. Source: cmd/kubeadm/app/phases/controlplane/volumes.go. */
function mountsOf(component: StaticPodName, cluster: Partial<ClusterSpec>): string[] {
	const certificates = cluster.certificatesDir || paths.certificatesDirectory;
	const { local, external } = cluster.etcd ?? {};
	if (component === "etcd") return [local?.dataDir || paths.etcdDataDirectory, `${certificates}/etcd`];
	const settings = cluster[staticPods[component]];
	const volumes: Partial<HostPathMount>[] = settings?.extraVolumes ?? [];
	const extra = volumes.flatMap(({ mountPath }) => mountPath ?? []);
	const kubeconfig = component === "kube-apiserver" ? [] : [`/etc/kubernetes/${component.slice("kube-".length)}.conf`];
	if (component === "kube-scheduler") return [...kubeconfig, ...extra];
	const etcdFiles = [external?.caFile, external?.certFile, external?.keyFile].flatMap((file) => file || []);
	return [
		...kubeconfig,
		...extra,
		certificates,
		paths.caCertificates,
		...caCertificateDirectories,
		...etcdFiles.map((file) => file.slice(0, file.lastIndexOf("/"))),
	];
}

function isInside(file: string, mount: string): boolean {
	const directory = mount.replace(/\/+$/, "");
	return file === directory || file.startsWith(`${directory}/`);
}
