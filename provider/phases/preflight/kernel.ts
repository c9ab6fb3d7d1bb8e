import { hasSince } from "../../facts/versions";

/** A kernel option and its older names. */
type Option = readonly string[];

/** Options that every release requires. Source: k8s.io/system-validators, validators/types_unix.go: v1.10.2, v1.12.1. */
const always: readonly Option[] = [
	["NAMESPACES"],
	["NET_NS"],
	["PID_NS"],
	["IPC_NS"],
	["UTS_NS"],
	["CPUSETS"],
	["MEMCG"],
	["INET"],
	["EXT4_FS"],
	["PROC_FS"],
	["NETFILTER_XT_TARGET_REDIRECT", "IP_NF_TARGET_REDIRECT"],
	["NETFILTER_XT_MATCH_COMMENT"],
	["FAIR_GROUP_SCHED"],
	["CGROUPS"],
];

/** Options for control groups, by the version of cgroups. */
const forCgroups: Record<1 | 2, readonly Option[]> = {
	1: [["CGROUP_CPUACCT"], ["CGROUP_DEVICE"], ["CGROUP_FREEZER"], ["CGROUP_PIDS"], ["CGROUP_SCHED"]],
	2: [["CGROUP_BPF"], ["CGROUP_PIDS"], ["CGROUP_SCHED"]],
};

/** Kernel releases that Kubernetes supports: 5.x with long-term support, and all from 6 on. */
const releases = [/^5\.4/, /^5\.10/, /^5\.15/, /^([6-9]|[1-9]\d+)\.\d+\.\d+/];

/** Paths at which a kernel's configuration may be. Source: `getKernelConfigReader`, system-validators kernel_validator.go. */
const places = [
	"/proc/config.gz",
	"/boot/config-$release",
	"/usr/src/linux-$release/.config",
	"/usr/src/linux/.config",
	"/usr/lib/modules/$release/config",
	"/usr/lib/ostree-boot/config-$release",
	"/usr/lib/kernel/config-$release",
	"/usr/src/linux-headers-$release/.config",
	"/lib/modules/$release/build/.config",
];

/**
 * Makes shell text that prints the operating system (`os`), the kernel's release (`kernel`), the path of its configuration
 * (`kernelConfiguration`, empty where there is none) and its options (`kernelOption`). Where the host has no configuration
 * file, the text loads the kernel module `configs` for the time of reading, as kubeadm does.
 */
export function kernelScript(): string {
	const names = [...always, ...forCgroups[1], ...forCgroups[2]].flat();
	return `
release=$(uname -r)
echo "kernel=$release"
echo "os=$(uname -s)"
kernel_configuration() { for file in ${places.join(" ")}; do [ ! -e "$file" ] || { echo "$file"; return; }; done; }
file=$(kernel_configuration)
loaded=
[ -n "$file" ] || { modprobe configs >/dev/null 2>&1 && loaded=yes && file=$(kernel_configuration); }
echo "kernelConfiguration=$file"
case $file in "") ;; *.gz) gzip -dc "$file" ;; *) cat "$file" ;; esac |
	sed -n 's/^CONFIG_\\(${[...new Set(names)].join("\\|")}\\)=\\([mny]\\).*/kernelOption=\\1 \\2/p'
[ -z "$loaded" ] || modprobe -r configs >/dev/null 2>&1`;
}

/** Names of required options that a kernel lacks, for example `CONFIG_CGROUP_PIDS`; empty where it has all. */
export function missingOptions({
	options,
	kubernetesVersion,
	cgroups,
}: {
	/** Options of the kernel's configuration, for example `NAMESPACES y`. */
	options: readonly string[];
	/** `v1.37.2` */
	kubernetesVersion: string;
	/** Version of cgroups on the host. */
	cgroups: 1 | 2;
}): string[] {
	const enabled = new Set(options.filter((option) => !option.endsWith(" n")).map((option) => option.split(" ")[0]!));
	const wanted = [...always, ...(hasSince(kubernetesVersion, "cgroupKernelOptions") ? forCgroups[cgroups] : [])];
	return wanted.flatMap((names) => (names.some((name) => enabled.has(name)) ? [] : [`CONFIG_${names.at(-1)}`]));
}

/** Whether Kubernetes supports a kernel release, as `uname -r` prints it. */
export function isSupported(release: string): boolean {
	return releases.some((pattern) => pattern.test(release));
}
