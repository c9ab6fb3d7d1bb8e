import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A file below a host's root directory. */
export interface TreeFile {
	path: string;
	content: string;
	/** @default 0o644 */
	mode?: number;
}

/** Returns the files that every host has in addition to Debian's packages. */
export function treeFiles({ cgroupVersion, pause }: { cgroupVersion: 1 | 2; pause: string }): TreeFile[] {
	return [
		{ path: "/etc/containerd/config.toml", content: containerdConfig({ cgroupVersion, pause }) },
		{ path: "/etc/crictl.yaml", content: "runtime-endpoint: unix:///run/containerd/containerd.sock\n" },
		{ path: "/etc/sysctl.d/99-kubernetes.conf", content: "net.ipv4.ip_forward = 1\n" },
		{ path: "/etc/default/locale", content: "LANG=C.UTF-8\n" },
		{ path: "/etc/sudoers.d/admin", content: "admin ALL=(ALL:ALL) NOPASSWD: ALL\n", mode: 0o440 },
		{ path: "/usr/local/sbin/lab-host", content: labHost, mode: 0o755 },
		{ path: "/etc/systemd/system/lab-host.service", content: labHostUnit },
		...kubeletPackage,
	];
}

/** Writes files below `tree`, with their modes independent of the umask. */
export async function writeFiles(tree: string, files: TreeFile[]): Promise<void> {
	for (const { path, content, mode = 0o644 } of files) {
		const file = join(tree, path);
		await mkdir(dirname(file), { recursive: true });
		await rm(file, { force: true }); // never through a symbolic link, which would lead out of the tree
		await writeFile(file, content);
		await chmod(file, mode);
	}
}

// Paths, modes and settings of Kubernetes' Debian packages (kubernetes/release, cmd/krel/templates/latest: kubelet.spec, kubeadm.spec).
const kubeletPackage: TreeFile[] = [
	{
		path: "/usr/lib/systemd/system/kubelet.service",
		mode: 0o600,
		content: `[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
`,
	},
	{
		path: "/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf",
		content: `[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`,
	},
	{ path: "/etc/default/kubelet", content: "KUBELET_EXTRA_ARGS=\n" },
	{ path: "/var/lib/kubelet/.kubelet-keep", content: "" },
	{ path: "/etc/kubernetes/manifests/.kubelet-keep", content: "" },
];

function containerdConfig({ cgroupVersion, pause }: { cgroupVersion: 1 | 2; pause: string }): string {
	return `version = 2

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pause}"
  # Root of a container may lack CAP_SYS_RESOURCE, and then cannot lower a process's OOM score.
  restrict_oom_score_adj = true

  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/opt/cni/bin"
    conf_dir = "/etc/cni/net.d"

  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"

    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = ${cgroupVersion === 2}
`;
}

const labHostUnit = `[Unit]
Description=Makes this container look like a machine of its own
DefaultDependencies=no
After=systemd-remount-fs.service local-fs.target systemd-sysctl.service
Before=network-pre.target network.target sysinit.target containerd.service kubelet.service
Wants=network-pre.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/sbin/lab-host

[Install]
WantedBy=sysinit.target
`;

const labHost = `#!/bin/sh
# What a machine of its own has and a container lacks, for containerd and the kubelet.
set -e

# Control groups of cgroup v1 to write to.
for hierarchy in $(awk '$3 == "cgroup" { print $2 }' /proc/self/mounts); do
  mount -o remount,rw,bind "$hierarchy"
done

# Settings of the kernel that the kubelet wants and a container cannot write: files that hold the wanted values already.
wanted() {
  mkdir -p /run/lab
  echo "$2" >"/run/lab/$(basename "$1")"
  mount --bind "/run/lab/$(basename "$1")" "$1"
}
wanted /proc/sys/kernel/panic 10
wanted /proc/sys/kernel/panic_on_oops 1
wanted /proc/sys/vm/overcommit_memory 1
wanted /proc/sys/vm/panic_on_oom 0
wanted /proc/sys/kernel/keys/root_maxkeys 1000000
wanted /proc/sys/kernel/keys/root_maxbytes 25000000
# The swap of the machine underneath is none of this host's.
wanted /proc/swaps "$(head -n 1 /proc/swaps)"

# Mounts that reach the pods, and come back from them.
mount --make-rshared /

# The network: /etc/lab/network has the address and the routes.
. /etc/lab/network
ip address add "$ADDRESS" dev host0
ip link set host0 up
echo "$ROUTES" | while read -r route; do
  ip route add $route
done
`;
