import { caCertificateDirectories, paths } from "../../facts/paths";
import { UNKNOWN } from "../../facts/unknown";
import type { HostPathMount } from "../../spec/component";
import type { Node } from "../../spec/node";
import type { Container, Volume } from "./pod";

/** Volumes and mounts of a component, by name. A user's mount takes the place of kubeadm's of the same name. */
export function hostPaths(
	own: readonly HostPathMount[],
	extraVolumes: readonly HostPathMount[],
): { volumes: Volume[]; volumeMounts: Container["volumeMounts"] } {
	const byName = new Map([...own, ...extraVolumes].map((mount) => [mount.name, mount]));
	const mounts = [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
	return {
		volumes: mounts.map(({ name, hostPath, pathType }) => ({
			name,
			hostPath: { path: hostPath, type: pathType ?? "" },
		})),
		volumeMounts: mounts.map(({ name, mountPath, readOnly }) => ({
			name,
			mountPath,
			readOnly: readOnly ? true : undefined,
		})),
	};
}

/** A directory or file that is mounted, read-only, where it is on the host. */
export function sameAsOnHost(name: string, path: string, pathType: HostPathMount["pathType"]): HostPathMount {
	return { name, hostPath: path, mountPath: path, readOnly: true, pathType };
}

/**
 * The host's CA certificates: /etc/ssl/certs, and what its files may point to on this host. As long as the host was not
 * asked, one unknown mount stands for those.
 *
 * Source: cmd/kubeadm/app/phases/controlplane/volumes.go.
 */
export function caCertificateMounts({ facts }: Node): HostPathMount[] {
	const existing = caCertificateDirectories.filter((path) => facts?.caCertificateDirectories?.includes(path));
	return [
		sameAsOnHost("ca-certs", paths.caCertificates, "DirectoryOrCreate"),
		...existing.map((path) => sameAsOnHost(path.slice(1).replaceAll("/", "-"), path, "DirectoryOrCreate")),
		...(facts ? [] : [sameAsOnHost(UNKNOWN, UNKNOWN, "DirectoryOrCreate")]),
	];
}
