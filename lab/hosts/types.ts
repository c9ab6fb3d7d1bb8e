import type { ExecResult } from "../run.ts";
import type { Minor } from "../toolchain/index.ts";

/** Options of `startLab`. */
export interface LabOptions {
	/** Name of the lab, a DNS label. @default `lab-` and six random hexadecimal digits */
	name?: string;
	/** Number of hosts (named `host-1`, `host-2`, …), or their names. */
	hosts: number | { name: string }[];
	/**
	 * Puts the bridge into its own network namespace. The hosts may then have names and addresses of another lab's hosts. They are
	 * reached by `exec` only, not by address. @default false
	 */
	isolated?: boolean;
	/** The hosts' /24 within 198.18.0.0/16. It determines the subnets of pods and services. @default the first free one */
	subnet?: string;
	/** Minor release of Kubernetes on the hosts, with its images. @default the newest */
	kubernetes?: Minor;
	/** Folder from which the hosts are made, see `hostTree`. @default one with Debian's packages, the toolchain and all images */
	tree?: string;
	/** Keeps the lab running when this process ends. Otherwise the lab is removed then, even when the process is killed. @default false */
	keep?: boolean;
	/** Called with one line before each step. @default not called */
	onProgress?: (line: string) => void;
}

/** A running lab: a bridge and the hosts on it. */
export interface Lab {
	readonly name: string;
	/** Name of the bridge, on this machine or in the network namespace `netns`. */
	readonly bridge: string;
	/** Network namespace of an isolated lab. */
	readonly netns?: string;
	/** Network of the hosts, for example `198.18.0.0/24`. */
	readonly hostSubnet: string;
	/** Network of the pods, a /20. Host n has its n-th /24. */
	readonly podSubnet: string;
	/** Network of the services, a /20. */
	readonly serviceSubnet: string;
	/** Address of the bridge: the hosts' default route, and their resolver, which refuses every query. */
	readonly gateway: string;
	/** Version of Kubernetes on the hosts, without `v`. */
	readonly kubernetesVersion: string;
	/** cgroup version of the hosts. */
	readonly cgroupVersion: 1 | 2;
	/** Settings without which a kubelet does not run on these hosts: the cgroup driver, and on cgroup v1 `failCgroupV1: false`. */
	readonly kubeletConfiguration: { cgroupDriver: "systemd" | "cgroupfs"; failCgroupV1?: boolean };
	/** Arguments that `kubeadm init` and `join` need here: their system check refuses cgroup v1. */
	readonly kubeadmArguments: string[];
	/** Settings that kube-proxy needs here: a container cannot set the machine's conntrack limits. */
	readonly kubeProxyConfiguration: { conntrack: { maxPerCore: 0 } };
	/** The hosts, in the order in which they were added. */
	readonly hosts: LabHost[];
	/** Private key that the users `root`, `admin` (sudo) and `nosudo` of every host accept. */
	readonly sshKeyFile: string;
	/** The hosts' SSH host keys, by address and by name. */
	readonly knownHostsFile: string;
	/** Adds a host and waits until it has booted. */
	addHost(name: string): Promise<LabHost>;
	/** Returns a host by its name. Throws for an unknown name. */
	host(name: string): LabHost;
	/** Removes the lab: processes, bridge, control groups, folders. */
	stop(): Promise<void>;
}

/** Options of a command on a host. */
export interface ExecOptions {
	/** Written to the command's standard input. @default empty */
	input?: string | Buffer;
	/** Milliseconds after which the command is killed and the call fails. @default 120000 */
	timeout?: number;
	/** Fails when the exit code is not 0. @default false */
	check?: boolean;
	/** User of the command. @default root */
	user?: string;
}

/** A host of a lab: a machine with systemd, sshd, containerd and a kubelet service. */
export interface LabHost {
	readonly name: string;
	readonly address: string;
	/** Name of the lab. */
	readonly lab: string;
	/** Folder with the host's root directory, except /usr. */
	readonly root: string;
	/** Network of the host's pods, a /24. */
	readonly podSubnet: string;
	/** The host's SSH host key (`ssh-ed25519 AAAA…`). */
	readonly hostKey: string;
	/** Process id, on this machine, of the host's process 1. Undefined when the host is off. */
	readonly pid: number | undefined;
	/** Runs a command on the host, without SSH: a string by `sh -c`, a list of words directly. */
	exec(command: string | string[], options?: ExecOptions): Promise<ExecResult>;
	/** Shuts the host down and waits until it is off. */
	powerOff(): Promise<void>;
	/** Switches the host off without a shutdown, like a power cut. */
	kill(): Promise<void>;
	/** Switches the host on, with its disk unchanged, and waits until it has booted. */
	start(): Promise<void>;
}

/** A lab as `list` shows it. */
export interface LabListing {
	name: string;
	isolated: boolean;
	/** The process with which the lab ends. Absent for a lab that keeps running. */
	owner: number | undefined;
	bridge: string;
	hosts: { name: string; address: string; state: "running" | "off" }[];
}
