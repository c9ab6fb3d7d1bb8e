import { quote } from "../../hosts/shell";
import { type Check, controlPlanes, everywhere, findingIf, firstPrinted, nameOf } from "./check";

/** Lowest values for a control plane node; memory in MB. Source: `ControlPlaneNumCPU`, `ControlPlaneMem`, kubeadm constants/constants.go. */
const least = { processors: 2, memory: 1700 };

/** Programs that the kubelet calls. Source: `addExecChecks`, kubeadm preflight/checks_linux.go. */
const programs = ["losetup", "mount", "cp"];

/** Kernel settings that must be 1, by IP family. Source: `addIPv4Checks`, `addIPv6Checks`, kubeadm preflight/checks_linux.go. */
const forwarding = {
	IPv4: { path: "/proc/sys/net/ipv4/ip_forward", setting: "net.ipv4.ip_forward" },
	IPv6: { path: "/proc/sys/net/ipv6/conf/default/forwarding", setting: "net.ipv6.conf.default.forwarding" },
};

/** Checks of the machine and its operating system. Source: kubeadm preflight/checks.go. */
export const machine: Check[] = [
	{
		name: "IsPrivilegedUser",
		expects: "commands to run as root",
		on: everywhere,
		layer: "sudo",
		severity: "error",
		script: () => `echo "user=$(id -u)"`,
		judge: (observed) =>
			findingIf(
				firstPrinted(observed, "user") !== "0" && {
					expected: "commands to run as root",
					got: `user ${firstPrinted(observed, "user")}`,
				},
			),
		next: "id",
	},
	{
		name: "NumCPU",
		expects: `${least.processors} processors`,
		on: controlPlanes,
		layer: "machine",
		severity: "error",
		script: () => `echo "processors=$(nproc)"`,
		judge: (observed) => {
			const processors = Number(firstPrinted(observed, "processors"));
			return findingIf(
				processors < least.processors && { expected: `${least.processors} processors or more`, got: processors },
			);
		},
		next: "nproc",
		afterwards: "give the machine more",
	},
	{
		name: "Mem",
		expects: `${least.memory} MB of memory`,
		on: controlPlanes,
		layer: "machine",
		severity: "error",
		script: () => `echo "memory=$(sed -n 's/^MemTotal: *\\([0-9]*\\) kB$/\\1/p' /proc/meminfo)"`,
		judge: (observed) => {
			const memory = Math.floor(Number(firstPrinted(observed, "memory")) / 1024);
			return findingIf(
				memory < least.memory && { expected: `${least.memory} MB of memory or more`, got: `${memory} MB` },
			);
		},
		next: "free -m",
		afterwards: "give the machine more",
	},
	{
		name: "Swap",
		expects: "no swap; a warning where `failSwapOn` is false",
		on: everywhere,
		layer: "swap",
		severity: "error or warning",
		script: () => `echo "swap=$(tail -n +2 /proc/swaps | awk '{ print $1 }' | tr '\\n' ' ')"`,
		judge: (observed, { configuration }) =>
			findingIf(firstPrinted(observed, "swap") && { expected: "no swap", got: firstPrinted(observed, "swap") }, {
				warning: configuration.failSwapOn === false,
			}),
		next: "swapoff -a",
		afterwards: "take swap out of /etc/fstab; or set kubelet.failSwapOn to false",
	},
	...programs.map(
		(program): Check => ({
			name: nameOf("FileExisting", program),
			expects: `\`${program}\` on the path`,
			on: everywhere,
			layer: "machine",
			severity: "error",
			script: () => `command -v ${program} >/dev/null || echo "missing=${program}"`,
			judge: ({ printed }) =>
				findingIf(printed.missing?.includes(program) && { expected: `${program} on PATH`, got: "none" }),
			next: `command -v ${program}`,
			afterwards: `install the package that has it (${program === "cp" ? "coreutils" : "mount or util-linux"})`,
		}),
	),
	...(["IPv4", "IPv6"] as const).map((family): Check => {
		const { path, setting } = forwarding[family];
		return {
			name: nameOf("FileContent", path),
			expects: `${family} to be forwarded, where the cluster has ${family} networks or is joined by such an address`,
			on: everywhere,
			layer: "kernel settings",
			severity: "error",
			script: () => `[ ! -r ${path} ] || echo "${setting}=$(head -c 1 ${path})"`,
			judge: (observed, { families }) => {
				const value = firstPrinted(observed, setting);
				return findingIf(
					families.includes(family) && value !== "1" && { expected: `1 in ${path}`, got: value || "no such file" },
				);
			},
			next: `sysctl -w ${setting}=1; echo ${setting}=1 >>/etc/sysctl.d/99-kubernetes.conf`,
		};
	}),
	{
		name: "Hostname",
		expects: "the node's name to be a label's value, and to be resolved on the host",
		on: everywhere,
		layer: "name",
		severity: "warning",
		script: ({ nodeName }) =>
			`if command -v getent >/dev/null; then timeout 5 getent ahosts ${quote(nodeName)} >/dev/null 2>&1; echo "lookup=$?"; fi`,
		judge: (observed, { nodeName }) => [
			...findingIf(
				!/^([A-Za-z0-9][-\w.]{0,61})?[A-Za-z0-9]$/.test(nodeName) && {
					expected: `a name of at most 63 letters, digits, "-", "_" and "."`,
					got: nodeName,
				},
			),
			...findingIf(
				!["", "0"].includes(firstPrinted(observed, "lookup")) && {
					expected: `${nodeName} to resolve to an address`,
					got: "no address",
				},
			),
		],
		next: "getent ahosts $(hostname); cat /etc/hosts",
		afterwards: "give the name an address in /etc/hosts or in DNS",
	},
	{
		name: "Service-kubelet",
		expects: "systemd, which runs the kubelet; its unit is placed and enabled if it is not",
		on: everywhere,
		layer: "systemd",
		severity: "error",
		script: () => `echo "init=$(cat /proc/1/comm)"; command -v systemctl >/dev/null || echo "missing=systemctl"`,
		judge: (observed) =>
			findingIf(
				observed.printed.missing?.includes("systemctl") && {
					expected: "systemd and its systemctl",
					got: `${firstPrinted(observed, "init")} as the first process`,
				},
			),
		next: "ps -p 1",
	},
];
