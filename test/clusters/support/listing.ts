import type { LabHost } from "../../../lab/index.ts";

/**
 * What a host is like, a line for each thing: files (path, mode, owner, content digest), listening ports, processes,
 * containers, mounts, network devices, routes, packet filter rules, kernel settings, unit states, users. Logs and images
 * are left out, and what changes by itself (process ids, counters; the tries of a kubelet that has no configuration yet;
 * systemd's units of mounts, which it makes some time after the mounts).
 */
export async function listing(host: Pick<LabHost, "exec">): Promise<string[]> {
	const { stdout } = await host.exec(SCRIPT, { check: true, timeout: 300_000 });
	return stdout.trim().split("\n").sort();
}

/** Lines that one listing has and the other has not. */
export function differences(before: string[], after: string[]): string[] {
	const [was, is] = [new Set(before), new Set(after)];
	return [
		...before.filter((line) => !is.has(line)).map((line) => `- ${line}`),
		...after.filter((line) => !was.has(line)).map((line) => `+ ${line}`),
	];
}

const SCRIPT = `
set -u
find / -xdev \\( -path /proc -o -path /sys -o -path /var/log -o -path /tmp -o -path /var/lib/containerd -o -path /run/containerd -o -path /var/lib/systemd -o -path /run/systemd -o -path /root/.cache \\) -prune -o \\( -type f -o -type d -o -type l \\) -printf 'file %y %m %u:%g %p\\n'
find /etc /usr/local /opt /var/lib /root /home /run -xdev \\( -path /var/lib/containerd -o -path /var/lib/systemd -o -path /run/systemd -o -path /run/containerd -o -path /run/log -o -path /var/lib/pulumi-kubeadm -o -path /run/udev -o -name 'motd.dynamic' -o -name agetty.reload \\) -prune -o -type f -size -1024k -print0 | xargs -0 sha256sum 2>/dev/null | sed 's/^/digest /'
ss -Hltnu | awk '{ print "port", $1, $5 }' | sort -u
ps -eo user=,args= --no-headers | awk '$2 !~ /^(ps|awk|sort|sh|sed|\\[|sshd:|\\(sd-pam\\)|nsenter)/ && !/find \\/|systemd --user/ { print "process", $0 }' | { [ -e /var/lib/kubelet/config.yaml ] && cat || grep -v ' /usr/bin/kubelet '; } | sort -u
ctr -n k8s.io containers ls -q | sed 's/^/container /'
awk '{ print "mount", $2, $3 }' /proc/mounts | grep -v ' /run/user/' | sort
ls /sys/class/net | sed 's/^/link /'
ip route | sed 's/^/route /'; ip -6 route | grep -v '^fe80' | sed 's/^/route6 /'
for family in iptables ip6tables; do $family-save 2>/dev/null | grep -v '^#' | sed "s/\\[[0-9:]*\\]//; s/^/$family /"; done
nft list ruleset 2>/dev/null | grep -v 'counter' | grep -v '^$' | sed 's/^/nft /' | sort -u
sysctl -a 2>/dev/null | grep -E '^(vm\\.(overcommit|panic)|kernel\\.(panic|keys)|net\\.ipv4\\.(ip_forward|conf\\.(all|default)\\.)|net\\.ipv6\\.conf\\.all|net\\.bridge|net\\.netfilter)' | grep -vE 'nf_conntrack_(count|buckets|max)|\\.mc_forwarding' | sed 's/^/sysctl /'
systemctl list-unit-files --no-legend --no-pager | awk '{ print "unit-file", $1, $2 }'
systemctl list-units --all --no-legend --no-pager --plain --type=service,socket,timer,slice | awk '{ print "unit", $1, $2, $3, $4 }' | grep -vE 'session-|user@|user-runtime|user-[0-9]+|systemd-(tmpfiles-clean|logind)|ssh@|run-|apt-|dpkg-|e2scrub|fstrim|logrotate|man-db' | { [ -e /var/lib/kubelet/config.yaml ] && cat || sed -E 's/^unit kubelet.service loaded (activating|active) .*/unit kubelet.service tries to start/'; }
getent passwd | sed 's/^/user /'; getent group | sed 's/^/group /'
`;
