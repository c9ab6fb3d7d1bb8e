import type { ExecResult } from "../run.ts";
import type { Minor } from "../toolchain/index.ts";

/** What `startLab` is asked for. */
export interface LabOptions {
	/** Name of the lab, a DNS label. @default `lab-` and six random hexadecimal digits */
	name?: string;
	/** How many hosts (named `host-1`, `host-2`, …), or their names. */
	hosts: number | { name: string }[];
	/**
	 * Puts the bridge into a network namespace of its own. Its hosts may then have the names and addresses of another
	 * lab's hosts; they are reached through `exec` only, not by address. @default false
	 */
	isolated?: boolean;
	/** The hosts' /24 within 198.18.0.0/16; pods and services follow from it. @default the first free one */
	subnet?: string;
	/** The minor release of Kubernetes that the hosts have, with its images. @default the newest */
	kubernetes?: Minor;
	/** Folder that the hosts are made from, see `hostTree`. @default one with Debian's packages, the toolchain and all images */
	tree?: string;
	/** Leaves the lab running when this process ends; otherwise it is removed then, however the process ends. @default false */
	keep?: boolean;
	/** Called with one line before each step. @default nothing is said */
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
	/** Network of the pods, a /20; host n has the n-th /24 of it. */
	readonly podSubnet: string;
	/** Network of the services, a /20. */
	readonly serviceSubnet: string;
	/** The bridge's own address: default route and (refusing) resolver of the hosts. */
	readonly gateway: string;
	/** Of Kubernetes on the hosts, without `v`. */
	readonly kubernetesVersion: string;
	/** Version of the control groups that the hosts see. */
	readonly cgroupVersion: 1 | 2;
	/** What a kubelet needs to be told to run on these hosts: the cgroup driver, and on cgroup v1 `failCgroupV1: false`. */
	readonly kubeletConfiguration: { cgroupDriver: "systemd" | "cgroupfs"; failCgroupV1?: boolean };
	/** What `kubeadm init` and `join` need to be told: their check of the system refuses cgroup v1. */
	readonly kubeadmArguments: string[];
	/** What kube-proxy needs to be told: the conntrack limits are the machine's, a container cannot set them. */
	readonly kubeProxyConfiguration: { conntrack: { maxPerCore: 0 } };
	/** The hosts, in the order they were added. */
	readonly hosts: LabHost[];
	/** Private key that the users `root`, `admin` (sudo) and `nosudo` of every host accept. */
	readonly sshKeyFile: string;
	/** The hosts' SSH host keys, by address and by name. */
	readonly knownHostsFile: string;
	/** Adds a host and waits until it has booted. */
	addHost(name: string): Promise<LabHost>;
	/** Finds a host by its name. Throws when there is none. */
	host(name: string): LabHost;
	/** Removes the lab: processes, bridge, control groups, folders. */
	stop(): Promise<void>;
}

/** How a command is run on a host. */
export interface ExecOptions {
	/** Written to the command's standard input. @default empty */
	input?: string | Buffer;
	/** Milliseconds after which the command is ended and the call fails. @default 120000 */
	timeout?: number;
	/** Fails when the exit code is not 0. @default false */
	check?: boolean;
	/** User the command runs as. @default root */
	user?: string;
}

/** One host of a lab: a machine with systemd, sshd, containerd and a kubelet service. */
export interface LabHost {
	readonly name: string;
	readonly address: string;
	/** Name of the lab. */
	readonly lab: string;
	/** Folder that is the host's root directory, but for /usr. */
	readonly root: string;
	/** Network of the host's pods, a /24. */
	readonly podSubnet: string;
	/** The host's SSH host key (`ssh-ed25519 AAAA…`). */
	readonly hostKey: string;
	/** The host's process 1 as this machine sees it; undefined when the host is off. */
	readonly pid: number | undefined;
	/** Runs a command as root on the host, without SSH: a string through `sh -c`, a list as it is. */
	exec(command: string | string[], options?: ExecOptions): Promise<ExecResult>;
	/** Shuts the host down and waits until it is off. */
	powerOff(): Promise<void>;
	/** Switches the host off as a power cut does. */
	kill(): Promise<void>;
	/** Switches the host on (it keeps its disk) and waits until it has booted. */
	start(): Promise<void>;
}

/** What the registry knows of a lab, for `list`. */
export interface LabListing {
	name: string;
	isolated: boolean;
	/** The process that the lab ends with; none when it was left running. */
	owner: number | undefined;
	bridge: string;
	hosts: { name: string; address: string; state: "running" | "off" }[];
}
