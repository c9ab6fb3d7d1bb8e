import type { Cluster } from "../../config/cluster";
import type { HostPathMount } from "../../config/component";
import type { Node } from "../../config/node";
import { caCertificateDirectories, paths } from "../../facts/paths";
import { isUnknown, UNKNOWN } from "../../facts/unknown";
import { joinFile } from "../endpoints";
import type { Container, Volume } from "./pod";

/** Volumes and mounts of a component, by name. A user's mount takes the place of kubeadm's of the same name. */
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
		...(facts?.caCertificateDirectories ? [] : [sameAsOnHost(UNKNOWN, UNKNOWN, "DirectoryOrCreate")]),
	];
}

/**
 * The directories of the certificates for an external etcd, but for those that are mounted anyway and those inside
 * another.
 *
 * Source: getEtcdCertVolumes, in the same file. It compares paths letter by letter, and so does this.
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
