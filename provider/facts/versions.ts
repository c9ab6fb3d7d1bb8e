/** Facts of one minor release of Kubernetes, as in the kubeadm of that release. */
export interface Release {
	/** Image tags of components that are released apart from Kubernetes. */
	etcd: string;
	coredns: string;
	pause: string;
	/** kubeadm's feature gates by name. kubeadm accepts either value of a locked gate. */
	featureGates: Readonly<Record<string, FeatureGate>>;
	/** Feature gates of older releases whose behaviour this release always has. */
	graduated: readonly string[];
	configurationVersions: ConfigurationVersions;
	/** Targets of `patches`. */
	patchTargets: readonly string[];
	/** Groups of the API server's client certificate for kubelets. Without a group, a ClusterRoleBinding grants its user the rights. */
	apiServerKubeletClientGroups: readonly string[];
	/** Directory of volume plugins that is mounted into the controller manager unless its flags name another; absent where none is. */
	flexVolumeDirectory?: string;
	/** Whether etcd gets the flags of 3.5 unless its image's tag says 3.6 or newer. */
	etcdFlagsByTag: boolean;
	/** Whether an external etcd's `httpEndpoints` default to its `endpoints`. */
	etcdHttpEndpoints: boolean;
	/** Whether kubeadm is built for a Go before 1.26, whose URL parser accepts colons in a host. Source: go.mod. */
	lenientUrls: boolean;
	/** Whether `config migrate` writes an UpgradeConfiguration; 1.36 ends with an error instead. Source: MigrateOldConfig. */
	migratesUpgradeConfiguration: boolean;
	/** Whether the kubelet gets the flag that names the pause image. */
	kubeletPauseImageFlag: boolean;
	/** Whether the CRI socket is written to an annotation of the node. */
	criSocketAnnotation: boolean;
	/** Whether the resolver of the host that `kubeadm init` runs on is written to the configuration of all kubelets. */
	kubeletResolverOfFirstHost: boolean;
	/** Default of kube-proxy's `mode`. */
	kubeProxyMode: string;
}

/** A feature gate of kubeadm. */
export interface FeatureGate {
	default: boolean;
	/** Whether kubeadm ignores the gate's value. @default false */
	idle?: boolean;
}

/** Versions of the `kubeadm.k8s.io` API, newest first. */
export interface ConfigurationVersions {
	/** The version that kubeadm writes. */
	current: string;
	/** Versions that are read and converted. */
	deprecated: readonly string[];
	/** Versions that are refused unless experimental ones are allowed. */
	experimental: readonly string[];
	/** Versions that are refused, with the last minor release that read them. */
	removed: Readonly<Record<string, string>>;
}

const removed = { v1alpha1: "1.11", v1alpha2: "1.12", v1alpha3: "1.14", v1beta1: "1.15", v1beta2: "1.22" };

const v1_34: Release = {
	etcd: "3.6.5-0",
	coredns: "v1.12.1",
	pause: "3.10.1",
	featureGates: {
		PublicKeysECDSA: { default: false },
		RootlessControlPlane: { default: false },
		WaitForAllControlPlaneComponents: { default: true, idle: true },
		ControlPlaneKubeletLocalMode: { default: true },
		NodeLocalCRISocket: { default: true },
	},
	graduated: [],
	configurationVersions: { current: "v1beta4", deprecated: ["v1beta3"], experimental: [], removed },
	patchTargets: [
		"etcd",
		"kube-apiserver",
		"kube-controller-manager",
		"kube-scheduler",
		"kubeletconfiguration",
		"corednsdeployment",
	],
	apiServerKubeletClientGroups: ["kubeadm:cluster-admins"],
	flexVolumeDirectory: "/usr/libexec/kubernetes/kubelet-plugins/volume/exec",
	etcdFlagsByTag: true,
	etcdHttpEndpoints: false,
	lenientUrls: true,
	migratesUpgradeConfiguration: false,
	kubeletPauseImageFlag: true,
	criSocketAnnotation: true,
	kubeletResolverOfFirstHost: true,
	kubeProxyMode: "",
};

const v1_35: Release = {
	...v1_34,
	etcd: "3.6.6-0",
	coredns: "v1.13.1",
	featureGates: {
		PublicKeysECDSA: { default: false },
		RootlessControlPlane: { default: false },
		ControlPlaneKubeletLocalMode: { default: true, idle: true },
		NodeLocalCRISocket: { default: true },
	},
	graduated: ["WaitForAllControlPlaneComponents"],
	etcdHttpEndpoints: true,
	kubeletPauseImageFlag: false,
};

const v1_36: Release = {
	...v1_35,
	etcd: "3.6.8-0",
	coredns: "v1.14.2",
	pause: "3.10.2",
	featureGates: {
		PublicKeysECDSA: { default: false },
		RootlessControlPlane: { default: false },
		NodeLocalCRISocket: { default: true },
	},
	graduated: [...v1_35.graduated, "ControlPlaneKubeletLocalMode"],
	apiServerKubeletClientGroups: [],
	flexVolumeDirectory: undefined,
	etcdFlagsByTag: false,
	lenientUrls: false,
	migratesUpgradeConfiguration: true,
	criSocketAnnotation: false,
};

const v1_37: Release = {
	...v1_36,
	etcd: "3.7.0-0",
	coredns: "v1.14.6",
	featureGates: { RootlessControlPlane: { default: false } },
	graduated: [...v1_36.graduated, "NodeLocalCRISocket"],
	configurationVersions: {
		current: "v1beta4",
		deprecated: [],
		experimental: ["v1"],
		removed: { ...removed, v1beta3: "1.36" },
	},
	patchTargets: [...v1_36.patchTargets, "kubeproxydaemonset"],
	kubeletResolverOfFirstHost: false,
	kubeProxyMode: "iptables",
};

/**
 * The minor releases that this package knows, and what goes with each. What moves with a release stands here or in
 * `introducedIn`; only the types of configurations say by themselves since which release a field exists.
 *
 * Source: that release's cmd/kubeadm/app: constants/constants.go, features/features.go, util/config/common.go,
 * util/patches/patches.go, phases/{certs,controlplane,etcd,kubelet,patchnode}, componentconfigs/kubeproxy.go.
 */
export const releases: Readonly<Record<string, Release>> = {
	"1.34": v1_34,
	"1.35": v1_35,
	"1.36": v1_36,
	"1.37": v1_37,
};

/** Release that is assumed while a version is unknown in a preview; nothing that depends on it is shown. */
export const newestRelease: Release = v1_37;

/**
 * The minor release in which something first holds, where it is asked also of releases that `releases` does not have: a
 * host's kubelet may be three older than its cluster.
 *
 * Source: cmd/kubeadm/app/preflight/checks.go; k8s.io/system-validators.
 */
export const introducedIn = {
	/** kubeadm asks whether a port is free at the address that the component binds; before, at any address. */
	portCheckByAddress: 37,
	/** kubeadm checks the kernel's options for control groups. */
	cgroupKernelOptions: 35,
	/** A kubelet does not start on cgroup v1 unless `failCgroupV1` is false. */
	cgroupV1Refused: 35,
	/** kubeadm checks that the container runtime tells its configuration. */
	runtimeConfigCheck: 35,
	/** A kubelet works only with a container runtime that tells its configuration. Source: KEP-4033. */
	runtimeConfigRequired: 38,
} as const;

/** A behaviour that some minor release brought. */
export type Introduction = keyof typeof introducedIn;

/** Whether a version of Kubernetes has a behaviour. */
export function hasSince(version: string, name: Introduction): boolean {
	return minorNumber(version) >= introducedIn[name];
}

/** Returns the number of the minor release: 37 for `v1.37.2` and for `1.37`; 0 for a text that is no version 1. */
export function minorNumber(version: string): number {
	const { major, minor } = versionNumbers(version);
	return major === 1 ? minor : 0;
}

/** Returns the minor release of a version: `1.37` for `v1.37.2`, and for `ci/v1.37.2`. */
export function minorRelease(kubernetesVersion: string): string {
	return withoutPrefix(kubernetesVersion).split(".").slice(0, 2).join(".");
}

/** Returns the numbers of a version such as `v1.37.2`. A number that the text does not have is 0. */
export function versionNumbers(version: string): { major: number; minor: number; patch: number } {
	const numbers = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(withoutPrefix(version)) ?? [];
	const [, major = 0, minor = 0, patch = 0] = numbers.map(Number);
	return { major, minor, patch: patch || 0 };
}

function withoutPrefix(version: string): string {
	return version.replace(/^(?:(?:release|ci)\/)?v?/, "");
}
