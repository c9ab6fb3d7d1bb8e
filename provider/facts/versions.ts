/** What goes with one minor release of Kubernetes. */
export interface Release {
	/** Image tags of what is not released with Kubernetes. */
	etcd: string;
	coredns: string;
	pause: string;
}

/**
 * The minor releases that this package knows, and what goes with each. Nothing else may hold a default that moves with
 * a release.
 *
 * Source: SupportedEtcdVersion, CoreDNSVersion and PauseVersion in that release's cmd/kubeadm/app/constants/constants.go.
 */
export const releases: Readonly<Record<string, Release>> = {
	"1.37": { etcd: "3.7.0-0", coredns: "v1.14.6", pause: "3.10.2" },
};

/** The minor release of a version: `1.37` for `v1.37.2`. */
export function minorRelease(kubernetesVersion: string): string {
	return kubernetesVersion.replace(/^v/, "").split(".").slice(0, 2).join(".");
}
