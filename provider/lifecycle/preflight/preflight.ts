import { paths } from "../../facts/paths";
import { ports } from "../../facts/ports";
import type { Host } from "../../hosts/host";
import type { NodeRole } from "../../spec/node";
import { recordPath } from "../placement/records";
import { status } from "../status";

/** What is to run on a host. */
export interface PreflightSubject {
	role: NodeRole;
	nodeName: string;
	/** `v1.37.2` */
	kubernetesVersion: string;
	/** Where a control plane's API server listens. @default 6443 */
	apiServerPort?: number;
	configuration: Record<string, unknown>;
}

/** What a host answered to the checks' questions, by key. */
type Answers = Record<string, string>;

/** One look at a host before anything is changed on it, under kubeadm's name where kubeadm has it. */
interface Check {
	name: string;
	layer: string;
	/** Prints lines `key=value`. */
	script: string;
	/** Expected and got, or nothing where all is well. */
	problem: (answers: Answers, subject: PreflightSubject) => string | undefined | false;
	/** A script to type on the host. */
	next: string;
	/** What to do then, or instead. */
	afterwards?: string;
	/** Said, but not refused. */
	warning?: true;
}

/** A control plane's ports beside its API server's. */
const otherPorts = [ports.etcdClient, ports.etcdPeer, ports.controllerManager, ports.scheduler];

/** Source: kubeadm preflight/checks.go; the last ones are ours. */
const checks: Check[] = [
	{
		name: "CRI",
		layer: "container runtime",
		script: `echo "containerd=$(systemctl is-active containerd 2>/dev/null)"`,
		problem: ({ containerd }) =>
			containerd !== "active" && `expected containerd to run, it is ${containerd || "missing"}`,
		next: "systemctl enable --now containerd; journalctl -eu containerd",
	},
	{
		name: "KubeletVersion",
		layer: "kubelet",
		script: `echo "kubelet=$(kubelet --version 2>/dev/null | sed 's/^Kubernetes //')"`,
		problem: ({ kubelet }, { kubernetesVersion }) => {
			if (!kubelet) return "expected the kubelet's binary on PATH, got none";
			const [wanted, got] = [minorOf(kubernetesVersion), minorOf(kubelet)];
			return (
				(got > wanted || got < wanted - 3) &&
				`expected a kubelet of 1.${wanted} (or up to three minor releases older), got ${kubelet}`
			);
		},
		next: "kubelet --version; systemctl cat kubelet",
		afterwards: "install the kubelet package of the cluster's release",
	},
	{
		name: "Port",
		layer: "port in use",
		script: `[ -f ${paths.kubeletConfiguration} ] && echo "configured=$(systemctl is-active kubelet)"; [ -f ${recordPath(paths.kubeletConfiguration)} ] && echo ours=yes; ss -Hltnp 2>/dev/null | awk '{ n = split($4, address, ":"); print "port" address[n] "=" $6 }'`,
		problem: (answers, { role, apiServerPort = ports.apiServer }) => {
			// One without a configuration is active for moments only: its package starts it again and again.
			if (answers.configured === "active") return false;
			// A kubelet of ours that does not come up again leaves its static pods running.
			const own = answers.ours === "yes" ? /"(kubelet|etcd|kube-[a-z-]+)"/ : /$^/;
			const taken = [ports.kubelet, ...(role === "control-plane" ? [apiServerPort, ...otherPorts] : [])].filter(
				(port) => answers[`port${port}`] !== undefined && !own.test(answers[`port${port}`]!),
			);
			return (
				taken.length > 0 &&
				`expected free ports, got ${taken.map((port) => `${port} taken by ${/"([^"]+)"/.exec(answers[`port${port}`]!)?.[1] ?? "another process"}`).join(", ")}`
			);
		},
		next: "ss -ltnp",
	},
	{
		name: "Swap",
		layer: "swap",
		script: `echo "swap=$(tail -n +2 /proc/swaps | awk '{ print $1 }' | tr '\\n' ' ')"`,
		problem: ({ swap }, { configuration }) =>
			swap !== "" && configuration.failSwapOn !== false && `expected no swap, got ${swap}`,
		next: "swapoff -a",
		afterwards: "take swap out of /etc/fstab; or set kubelet.failSwapOn to false",
	},
	{
		name: "CgroupDriver",
		layer: "cgroup driver",
		script: `echo "systemdCgroup=$(containerd config dump 2>/dev/null | sed -n 's/^ *SystemdCgroup = //p' | tail -n 1)"`,
		problem: ({ systemdCgroup }, { configuration }) => {
			if (systemdCgroup !== "true" && systemdCgroup !== "false") return false;
			const runtime = systemdCgroup === "true" ? "systemd" : "cgroupfs";
			const kubelet = configuration.cgroupDriver ?? "systemd";
			return (
				runtime !== kubelet &&
				`expected the kubelet and containerd to have one cgroup driver, got ${kubelet} and ${runtime}`
			);
		},
		next: "grep -n SystemdCgroup /etc/containerd/config.toml",
		afterwards: "set kubelet.cgroupDriver in the program, or SystemdCgroup there and restart containerd",
	},
	{
		name: "SystemVerification",
		layer: "cgroup",
		script: `[ -f /sys/fs/cgroup/cgroup.controllers ] && echo cgroup=2 || echo cgroup=1`,
		problem: ({ cgroup }, { configuration, kubernetesVersion }) =>
			cgroup === "1" &&
			minorOf(kubernetesVersion) >= 35 &&
			configuration.failCgroupV1 !== false &&
			"expected cgroup v2, got v1, on which a kubelet from 1.35 does not start",
		next: "stat -fc %T /sys/fs/cgroup",
		afterwards: "boot with systemd.unified_cgroup_hierarchy=1; or set kubelet.failCgroupV1 to false",
	},
	{
		name: "Clock",
		layer: "clock",
		script: `echo "clock=$(date +%s)"`,
		problem: ({ clock }) => {
			const behind = Math.round(Date.now() / 1000 - Number(clock));
			return (
				Math.abs(behind) > 240 &&
				`expected the time within 4 minutes of this machine's, got one that is ${Math.abs(behind)} s ${behind > 0 ? "behind: new certificates are not valid yet there" : "ahead"}`
			);
		},
		next: "timedatectl",
		afterwards: "set its clock, or start its time service",
	},
	{
		name: "SELinux",
		layer: "SELinux",
		script: `echo "selinux=$(cat /sys/fs/selinux/enforce 2>/dev/null || getenforce 2>/dev/null)"`,
		problem: ({ selinux }) =>
			(selinux === "1" || selinux === "Enforcing") &&
			"it is enforcing: containers may not read what is mounted from the host",
		next: "getenforce; ausearch -m AVC -ts recent",
		afterwards:
			"if containers are denied: setenforce 0, or give /etc/kubernetes and /var/lib/etcd the type container_file_t",
		warning: true,
	},
	{
		name: "Firewalld",
		layer: "firewall",
		script: `for unit in firewalld ufw; do systemctl is-active --quiet $unit && echo "firewall=$unit"; done`,
		problem: ({ firewall }, { role, apiServerPort = ports.apiServer }) =>
			firewall &&
			`${firewall} is active: other nodes need the ports ${[ports.kubelet, ...(role === "control-plane" ? [apiServerPort] : [])].join(", ")}`,
		next: "firewall-cmd --list-all; ufw status",
		afterwards: "open these ports to the other nodes",
		warning: true,
	},
];

/**
 * Looks whether a host can be a node, in one exchange and before anything is changed.
 * @throws with all problems, each with the command that mends it; warnings are status lines
 */
export async function preflight(host: Host, subject: PreflightSubject): Promise<void> {
	const { stdout } = await host.run({
		intent: "look whether it can be a node",
		script: `${checks.map(({ script }) => script).join("\n")}\nexit 0`,
	});
	const answers: Answers = Object.fromEntries(
		stdout
			.trim()
			.split("\n")
			.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1).trim()]),
	);
	const findings = checks.flatMap(({ name, layer, problem, next, afterwards, warning }) => {
		const found = problem(answers, subject);
		if (!found) return [];
		const text = `[${name}] ${layer}: ${found}\n  next: ${host.typed(next)}${afterwards ? `; then: ${afterwards}` : ""}`;
		return [{ text, warning }];
	});
	for (const { text } of findings.filter(({ warning }) => warning)) status(`${subject.nodeName}: warning: ${text}`);
	const errors = findings.filter(({ warning }) => !warning);
	if (errors.length > 0)
		throw new Error(
			`${subject.nodeName} (${host.name}): it cannot be a node yet, its kubelet was not started\n${errors.map(({ text }) => text).join("\n")}`,
		);
}

function minorOf(version: string): number {
	return Number(/^v?1\.(\d+)/.exec(version)?.[1] ?? 0);
}
