import {
	blockPort,
	coverFile,
	fillDisk,
	type Lab,
	type LabHost,
	stopService,
	takePort,
	type Undo,
} from "../../../lab/index.ts";
import type { ClusterProgram } from "../programs/cluster/index.ts";
import { givenCa } from "./given-ca.ts";
import { nothingPartial } from "./whole.ts";

/** Something that keeps a cluster from coming up. */
export interface Failure {
	/** Brings it about on the host of a control plane, and gives what takes it back. */
	onHost?: (host: LabHost) => Promise<Undo>;
	/** Brings it about in what the program says. */
	inProgram?: (program: ClusterProgram, lab: Lab) => void | Promise<void>;
	/** What the error must say: the layer, what was seen, the next command. */
	says: RegExp[];
	/** Looks at what it leaves on the host. */
	leaves?: (host: LabHost) => Promise<void>;
}

/** What can be wrong with the way to a host. */
export const onTheWay: Record<string, Failure> = {
	"a host that cannot be reached": {
		onHost: (host) => blockPort(host, 22),
		inProgram: connection({ dialErrorLimit: 2, perDialTimeout: 2 }),
		says: [/root@[\d.]+:22: network: not reached: no answer in 2 s \(2 dials in/, /next: nc -vz [\d.]+ 22/],
	},
	"an SSH key that the host does not accept": {
		inProgram: async (program) => {
			const { privateKey } = await givenCa({});
			await connection({ privateKeyFile: undefined, privateKey, agentSocketPath: "/nowhere" })(program);
		},
		says: [/root@[\d.]+:22: SSH: login refused: /, /next: start an agent, or set privateKeyFile: /],
	},
	"a host key that has changed": {
		inProgram: connection({
			hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKqbYmXK0LQ4jXy9w3n0m1lJb7d5o2dT4b0v8m1dM0yJ",
		}),
		says: [
			/root@[\d.]+:22: SSH: host key changed: expected ssh-ed25519 SHA256:\S+ \(the input hostKey\), got ssh-ed25519 SHA256:/,
			/next: if it is right, set hostKey: "ssh-ed25519 AAAA/,
		],
	},
	"a user who may not use sudo": {
		inProgram: connection({ user: "nosudo" }),
		says: [
			/nosudo@[\d.]+:22: sudo: look whether cloud-init has ended: user nosudo (needs a password for|may not use) sudo/,
			/next: ssh .*nosudo@[\d.]+ -t 'sudo -k; sudo -n true; sudo -l'/,
		],
	},
};

/** What can be wrong with a host: seen before anything starts there. */
export const onTheHost: Record<string, Failure> = {
	"a container runtime that is stopped": {
		onHost: (host) => stopService(host, "containerd"),
		says: [
			/\[CRI\] container runtime: expected containerd to run, got inactive/,
			/next: ssh .*'systemctl enable --now containerd/,
		],
	},
	"a kubelet that is missing": {
		onHost: (host) => moved(host, "/usr/bin/kubelet"),
		says: [
			/\[KubeletVersion\] kubelet: expected the kubelet's binary on PATH, got none/,
			/then: install the kubelet package/,
		],
	},
	"a kubelet of a wrong version": {
		onHost: (host) => program(host, "kubelet", "echo Kubernetes v1.33.4"),
		says: [
			/\[KubeletVersion\] kubelet: expected a kubelet of 1\.37 .*, got v1\.33\.4/,
			/next: ssh .*'kubelet --version/,
		],
	},
	...Object.fromEntries(
		[6443, 2379, 10250].map((port) => [
			`port ${port} taken`,
			{
				onHost: (host: LabHost) => takePort(host, port),
				says: [
					new RegExp(`\\[Port-${port}\\] port in use: expected port ${port} to be free, got systemd on it`),
					/next: ssh .*'?ss -ltnp/,
				],
			},
		]),
	),
	"swap that is on": {
		onHost: (host) =>
			coverFile(host, "/proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n/dev/sdb2 partition 999420 0 -2\n"),
		says: [
			/\[Swap\] swap: expected no swap, got \/dev\/sdb2/,
			/next: ssh .*'?swapoff -a'?; then: take swap out of \/etc\/fstab/,
		],
	},
	"a kubelet with another cgroup driver than the container runtime": {
		inProgram: ({ cluster }) => {
			const kubelet = cluster.kubelet as { cgroupDriver: string };
			kubelet.cgroupDriver = kubelet.cgroupDriver === "systemd" ? "cgroupfs" : "systemd";
		},
		says: [
			/\[CgroupDriver\] cgroup driver: expected the kubelet and containerd to have one cgroup driver, got (systemd and cgroupfs|cgroupfs and systemd)/,
			/SystemdCgroup/,
		],
	},
	"a clock that is behind": {
		onHost: (host) =>
			program(host, "date", '[ "$1" = +%s ] && exec /usr/bin/date -d "-2 hours" +%s\nexec /usr/bin/date "$@"'),
		says: [
			/\[Clock\] clock: expected the time within 4 minutes of this machine's, got one that is 7\d{3} s behind: new certificates are not valid yet there/,
			/next: ssh .*timedatectl/,
		],
	},
};

/** What can be wrong with given CAs: seen in preview. */
export const inCertificates: Record<string, Failure> = {
	"a CA that has expired": {
		inProgram: async ({ cluster }) => {
			cluster.authorities = { ca: await givenCa({ from: -48, until: -24 }) };
		},
		says: [
			/has a problem: authorities\.ca\.certificate: expected a CA that is valid now, got one that expired on \d{4}-/,
			/openssl x509 -noout -dates/,
		],
	},
	"a CA that is not valid yet": {
		inProgram: async ({ cluster }) => {
			cluster.authorities = { ca: await givenCa({ from: 24, until: 48 }) };
		},
		says: [
			/has a problem: authorities\.ca\.certificate: expected a CA that is valid now, got one that is not valid before \d{4}-/,
			/openssl x509 -noout -dates/,
		],
	},
};

/** Not in the list of failures, but an error that speaks of keys. */
export const wrongKey: Failure = {
	inProgram: async ({ cluster }) => {
		const [{ certificate }, { privateKey }] = await Promise.all([givenCa({}), givenCa({})]);
		cluster.authorities = { ca: { certificate, privateKey } };
	},
	says: [
		/has a problem: authorities\.ca\.privateKey: expected the key of the given certificate \(CN=.*\), got another one/,
	],
};

/** What can go wrong halfway: something is there already, and the next `up` goes on from it. */
export const halfway: Record<string, Failure> = {
	"a disk that is full": {
		onHost: (host) => fillDisk(host, "/etc/kubernetes/pki"),
		says: [
			/root@[\d.]+:22: disk: \/etc\/kubernetes\/pki\/\S+: .*No space left on device; nothing was installed/,
			/next: ssh .*'df -h \/etc\/kubernetes\/pki/,
		],
	},
	"a connection that is cut while a file arrives": cut(
		"dd",
		// What has not been read is lost with the connection.
		'pkill -KILL -f "sshd.*root@"; /usr/bin/dd bs=100 count=1 status=none; cat >/dev/null',
	),
	"a connection that is cut while files get their names": cut(
		"sync",
		'pkill -KILL -f "sshd.*root@"; exec /usr/bin/sync "$@"',
	),
	"an API server with a bad flag": {
		inProgram: badFlag,
		says: [
			/cp-\d+: kube-apiserver: ends at once: Error: unknown flag: --no-such-flag \(after \d+ s of 90 s\)/,
			/layer: container exit\n\s+the container ended with exit code 1; its last lines:/,
			/Error: unknown flag: --no-such-flag/,
			/next: ssh .*\/var\/log\/pods\/\*\/kube-apiserver\//,
		],
	},
	"a disk of etcd's that is full": {
		onHost: (host) => fillDisk(host, "/var/lib/etcd"),
		says: [/layer: disk\n\s+.*no space left on device/, /next: ssh .*df -h \/var\/lib\/etcd/],
	},
	"an image that neither the node nor the registry has": {
		onHost: withoutScheduler,
		says: [
			/cp-\d+ \(.*\): images of the control plane are missing\n/,
			/\[ImagePull\] image: expected registry.k8s.io\/kube-scheduler:v1.37.2 from its registry, got /,
			/next: ssh .*'ctr -n k8s.io images pull registry.k8s.io\/kube-scheduler:v1.37.2'/,
		],
	},
	"an image that is not looked for, and that neither the node nor the registry has": {
		onHost: withoutScheduler,
		inProgram: ({ cluster }) => {
			const node = cluster.controlPlanes[0]!;
			node.nodeRegistration = { ...node.nodeRegistration, imagePullPolicy: "Never" };
		},
		says: [
			/cp-\d+: warning: \[ImagePull\] image: expected registry.k8s.io\/kube-scheduler:v1.37.2 on the host, got none/,
			/cp-\d+: kube-scheduler: limit of 90 s reached; last observation: no answer yet \(connection refused\)/,
			/layer: image\n/,
			/next: ssh .*'ctr -n k8s.io images pull registry.k8s.io\/kube-scheduler:v1.37.2'/,
		],
	},
	"etcd's data of another cluster": {
		onHost: async (host) => {
			await host.exec("mkdir -p /var/lib/etcd/member/snap && echo theirs >/var/lib/etcd/member/snap/db", {
				check: true,
			});
			return async () => void (await host.exec("rm -r /var/lib/etcd", { check: true }));
		},
		says: [
			/\/var\/lib\/etcd\/member\/snap\/db: expected no etcd data on a host without etcd, got data of another cluster/,
		],
	},
	"a data directory of etcd that is corrupt": {
		onHost: async (host) => {
			// Once etcd is to run there: until then, data in it is another cluster's.
			const spoil = `until [ -e /etc/kubernetes/manifests/etcd.yaml ]; do sleep 0.05; done
mkdir -p -m 700 /var/lib/etcd/member/snap /var/lib/etcd/member/wal
head -c 20000 /dev/urandom >/var/lib/etcd/member/wal/0000000000000000-0000000000000000.wal
head -c 20000 /dev/urandom >/var/lib/etcd/member/snap/db`;
			await host.exec(`systemd-run --unit=spoil timeout 300 sh -c '${spoil}'`, { check: true });
			return async () => void (await host.exec("rm -rf /var/lib/etcd/member", { check: true }));
		},
		says: [
			/cp-\d+: etcd: .* \(after \d+ s of 90 s\)/,
			/layer: data directory\n/,
			/next: ssh .*ls -lR \/var\/lib\/etcd/,
		],
	},
};

/** A flag that no API server knows. */
export function badFlag(program: ClusterProgram): void {
	addFlag(program, "no-such-flag", "yes");
}

/** Another flag of the API server. */
export function addFlag({ cluster }: ClusterProgram, name: string, value: string): void {
	const before = cluster.apiServer as { extraArgs?: { name: string; value: string }[] } | undefined;
	cluster.apiServer = { extraArgs: [...(before?.extraArgs ?? []), { name, value }] };
}

function connection(change: object): (program: ClusterProgram) => void {
	return ({ cluster }) => {
		Object.assign(cluster.controlPlanes[0]!.connection, change);
	};
}

/** Cuts the connection when a program that writes files comes to a command for the first time. */
function cut(name: string, script: string): Failure {
	return {
		onHost: async (host) => {
			await host.exec("touch /run/cut", { check: true });
			return program(host, name, `rm /run/cut 2>/dev/null || exec /usr/bin/${name} "$@"\n${script}`);
		},
		says: [
			/root@[\d.]+:22: SSH: the connection was lost while a command ran; whether the command finished is not known/,
			/next: ssh .*root@[\d.]+ true/,
		],
		leaves: nothingPartial,
	};
}

/** A kubelet that serves for ten seconds, registers no node, says a line and ends. */
export async function endingKubelet(host: LabHost, line: string): Promise<Undo> {
	const folder = "/etc/systemd/system/kubelet.service.d";
	const script = `/usr/bin/kubelet "$@" --register-node=false & sleep 10; cat /run/kubelet-line; kill -KILL $!; exit 1`;
	const unit = `[Service]\nExecStart=\nExecStart=/bin/sh -c '${script.replaceAll("$", () => "$$")}' sh $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS\n`;
	const restart = "systemctl daemon-reload; systemctl restart kubelet";
	await host.exec("cat >/run/kubelet-line", { input: `${line}\n`, check: true });
	await host.exec(`mkdir -p ${folder}; cat >${folder}/zz-ends.conf; ${restart}`, { input: unit, check: true });
	return async () => void (await host.exec(`rm ${folder}/zz-ends.conf; ${restart}`, { check: true }));
}

/** A program that is found before the host's own one. */
async function program(host: LabHost, name: string, script: string): Promise<Undo> {
	const path = `/usr/local/bin/${name}`;
	await host.exec(`cat >${path} && chmod 755 ${path}`, { input: `#!/bin/sh\n${script}\n`, check: true });
	return async () => void (await host.exec(`rm ${path}`, { check: true }));
}

/** Takes an image away, and gives it back. */
async function withoutScheduler(host: LabHost): Promise<Undo> {
	const image = "registry.k8s.io/kube-scheduler:v1.37.2";
	const rename = async (from: string, to: string) =>
		void (await host.exec(`ctr -n k8s.io images tag ${from} ${to} && ctr -n k8s.io images rm ${from}`, {
			check: true,
		}));
	await rename(image, "lab.local/kept:1");
	return () => rename("lab.local/kept:1", image);
}

async function moved(host: LabHost, path: string): Promise<Undo> {
	await host.exec(`mv ${path} ${path}.away`, { check: true });
	return async () => void (await host.exec(`mv ${path}.away ${path}`, { check: true }));
}

/** What a host reports that may be fine, and may be not: it is said, and the bring-up goes on. */
export const reported = {
	onHost: async (host: LabHost): Promise<Undo> => {
		const undo = await program(host, "getenforce", "echo Enforcing");
		await host.exec("systemd-run --quiet --unit=firewalld sleep infinity", { check: true });
		return async () => {
			await undo();
			await host.exec("systemctl stop firewalld", { check: true });
		};
	},
	says: [
		/cp-1: warning: \[SELinux\] SELinux: enforcing/,
		/cp-1: warning: \[Firewalld\] firewall: firewalld is active: other nodes need the ports 10250, 6443/,
	],
};
