import { firstPrinted, type HostObservation } from "./check";

/** Control groups of a host. */
export interface Cgroups {
	/** Version of cgroups. */
	version: 1 | 2;
	/** Names of the available controllers, for example `memory`; with version 2 also `devices`, and `freezer` where the kernel can freeze. */
	controllers: string[];
}

/** Controllers that Kubernetes needs and would like, by the version of cgroups. Source: `DefaultSysSpec`, k8s.io/system-validators validators/types_unix.go. */
const wanted = {
	1: {
		required: ["cpu", "cpuacct", "cpuset", "devices", "freezer", "memory", "pids"],
		optional: ["hugetlb", "blkio"],
	},
	2: { required: ["cpu", "cpuset", "devices", "freezer", "memory", "pids"], optional: ["hugetlb", "io"] },
};

/** Shell text that prints where control groups are mounted and which controllers they have. `cgroup.freeze` is absent from the root group, so a child group shows whether the kernel can freeze. */
export function cgroupsScript(): string {
	return `
awk '/cgroup/ { print "mount=" $2 " " $3 }' /proc/mounts
[ ! -d /sys/fs/cgroup/memory ] || echo "cgroupMemory=yes"
awk '!/^#/ && NF >= 4 && $4 != "0" { print "subsystem=" $1 }' /proc/cgroups 2>/dev/null
for mount in /sys/fs/cgroup $(awk '$3 == "cgroup2" { print $2 }' /proc/mounts); do
	[ ! -r "$mount/cgroup.controllers" ] || echo "controllers=$mount $(cat "$mount/cgroup.controllers")"
	for file in "$mount"/*/cgroup.freeze; do [ ! -e "$file" ] || { echo "freezer=$mount"; break; }; done
done`;
}

/** Parses what the script of `cgroupsScript` printed; undefined where no control groups are mounted. Source: `getUnifiedMountpoint`, `getCgroupV1Subsystems`, `getCgroupV2Subsystems`, system-validators cgroup_validator_linux.go. */
export function cgroupsOf(observed: HostObservation): Cgroups | undefined {
	const mounts = (observed.printed.mount ?? []).map((mount) => mount.split(" ") as [string, string]);
	const usual = mounts.find(([path]) => path === "/sys/fs/cgroup");
	const path = usual?.[0] ?? mounts.find(([, type]) => type === "cgroup2")?.[0];
	if (!path && !mounts.some(([, type]) => type === "cgroup")) return undefined;
	const second = usual
		? usual[1] === "cgroup2" || (usual[1] === "tmpfs" && !firstPrinted(observed, "cgroupMemory"))
		: Boolean(path);
	if (!second) return { version: 1, controllers: observed.printed.subsystem ?? [] };
	const [, ...controllers] =
		observed.printed.controllers?.find((line) => line.split(" ")[0] === path)?.split(" ") ?? [];
	const freezer = observed.printed.freezer?.includes(path!) ? ["freezer"] : [];
	return { version: 2, controllers: ["devices", ...freezer, ...controllers] };
}

/** Selects the controllers that Kubernetes uses and a host lacks: `required` and `optional`, each empty where none is missing. */
export function missingControllers({ version, controllers }: Cgroups): { required: string[]; optional: string[] } {
	const missing = (names: string[]) => names.filter((name) => !controllers.includes(name));
	return { required: missing(wanted[version].required), optional: missing(wanted[version].optional) };
}
