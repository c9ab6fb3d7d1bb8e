import type { Cluster } from "../../config/cluster";
import type { HostPathMount } from "../../config/component";
import type { Node } from "../../config/node";
import { caCertificateDirectories, paths } from "../../facts/paths";
import { isUnknown, UNKNOWN } from "../../facts/unknown";
import { joinFile } from "../endpoints";
import type { Container, Volume } from "./pod";

/**
 * Returns the volumes and the mounts of a component, sorted by name. A user's mount replaces kubeadm's mount of the
 * same name.
 */
export function hostPaths(
	ownMounts: readonly HostPathMount[],
	extraVolumes: readonly HostPathMount[],
): { volumes: Volume[]; volumeMounts: Container["volumeMounts"] } {
	const byName = new Map([...ownMounts, ...extraVolumes].map((mount) => [mount.name, mount]));
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

/** Returns a read-only mount of a directory or file, at its own path on the host. */
export function sameAsOnHost(name: string, path: string, pathType: HostPathMount["pathType"]): HostPathMount {
	return { name, hostPath: path, mountPath: path, readOnly: true, pathType };
}

/**
 * Returns the mounts of the host's CA certificates: /etc/ssl/certs, and the directories that its files may link to, as
 * far as they exist on the host. Before the host is read, one `UNKNOWN` mount stands for these directories.
 *
 * Source: cmd/kubeadm/app/phases/controlplane/volumes.go.
 */
export function caCertificateMounts({ facts }: Node): HostPathMount[] {
	const existing = caCertificateDirectories.filter((path) => facts?.caCertificateDirectories?.includes(path));
	return [
		sameAsOnHost("ca-certs", paths.caCertificates, "DirectoryOrCreate"),
		...existing.map((path) => sameAsOnHost(path.slice(1).replaceAll("/", "-"), path, "DirectoryOrCreate")),
		...(facts?.caCertificateDirectories ? [] : [sameAsOnHost(UNKNOWN, UNKNOWN, "DirectoryOrCreate")]),
	];
}

/**
 * Returns the mounts of the directories with the certificates for an external etcd. Directories that are mounted
 * anyway, or that are inside another one, are left out. Empty without an external etcd. Paths are compared by their
 * first letters, as kubeadm does.
 *
 * Source: getEtcdCertVolumes, cmd/kubeadm/app/phases/controlplane/volumes.go.
 */
export function etcdCertificateMounts({ etcd: { external }, certificatesDir }: Cluster): HostPathMount[] {
	const mounted = [...caCertificateDirectories, paths.caCertificates, certificatesDir];
	const wanted = [external?.caFile, external?.certFile, external?.keyFile]
		.flatMap((file) => (file ? [isUnknown(file) ? UNKNOWN : directoryOf(file)] : []))
		.filter((directory) => !mounted.some((other) => directory.startsWith(other)));
	const outermost = new Set(wanted.filter((directory) => !wanted.some((other) => isInside(directory, other))));
	return [...outermost]
		.sort()
		.map((directory, index) => sameAsOnHost(`etcd-certs-${index}`, directory, "DirectoryOrCreate"));
}

/** Returns a path's folder as Go's filepath.Dir does. */
function directoryOf(file: string): string {
	return joinFile(file.slice(0, file.lastIndexOf("/")), "");
}

function isInside(directory: string, other: string): boolean {
	return directory !== other && directory.startsWith(other);
}
