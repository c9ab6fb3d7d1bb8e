import type { Host } from "../../hosts/host";
import { parseRecord, RECORDS, recordAccess } from "../../hosts/placement/records";
import { serviceCommand } from "../../hosts/service";

/** State of a host before a kubelet first ran there: everything that a kubelet, kube-proxy or a pod network changes. */
export interface HostBefore {
	/** State in which the kubelet's unit was enabled: `enabled`, `disabled`; empty without a unit. */
	unitEnabled: string;
	/** State of the kubelet's service, for example `inactive`; empty without a unit. The package's unit is `activating` until the kubelet is configured. */
	unitActive: string;
	/** Absolute paths of the files and directories in the directories that a kubelet writes to. */
	paths: string[];
	/** Packet filter tables, for example `ip nat`. */
	tables: string[];
	/** Names of network devices. */
	links: string[];
	/** Values of kernel settings, by path under /proc/sys, for example `net/ipv4/ip_forward`. */
	sysctls: Record<string, string>;
}

/** Directories whose new content is removed with the kubelet. Source: kubeadm cmd/phases/reset/cleanupnode.go, and measurements. */
const directories = ["/var/lib/kubelet", "/var/lib/cni", "/usr/libexec/kubernetes", "/var/run/kubernetes"];

/** Paths that a mount into a pod creates. An empty one is removed with the kubelet. */
const mountPoints = ["/usr/lib/modules", "/usr/libexec", "/run/xtables.lock"];

/** Kernel settings that a kubelet (the first six: `setupKernelTunables`), kube-proxy and bridge plugins set. */
const sysctls = [
	"vm/overcommit_memory",
	"vm/panic_on_oom",
	"kernel/panic",
	"kernel/panic_on_oops",
	"kernel/keys/root_maxkeys",
	"kernel/keys/root_maxbytes",
	"net/ipv4/conf/all/route_localnet",
	"net/ipv4/ip_forward",
	"net/ipv6/conf/all/forwarding",
	"net/netfilter/nf_conntrack_max",
	"net/netfilter/nf_conntrack_tcp_timeout_established",
	"net/netfilter/nf_conntrack_tcp_timeout_close_wait",
];

/** Devices of pods and pod networks, by the names that the common plugins give them. */
const podLinks = "cni0|cbr0|flannel.*|cilium.*|lxc.*|cali.*|tunl0|vxlan.calico|kube-.*|weave|nodelocaldns";

/** Path of the saved state. A process that resumes a cut-off start must not read the changes of that start as the state before. */
const BEFORE = `${RECORDS}/before.json`;

/** Reads the state of a host before its kubelet first started. The first call saves it on the host; later calls read it there. */
export async function captureBefore(host: Host): Promise<HostBefore> {
	const known = await savedBefore(host);
	if (known) return known;
	const before = await inspectHost(host);
	const content = JSON.stringify(before);
	await host.write([{ path: BEFORE, content, ...recordAccess }]);
	return before;
}

/** Reads the saved state of a host before its kubelet first started. `undefined` where no kubelet was started, or it was removed. */
export async function savedBefore(host: Host): Promise<HostBefore | undefined> {
	const saved = (await host.read([BEFORE])).get(BEFORE);
	return saved && parseRecord<HostBefore>(host.name, BEFORE, saved.content.toString());
}

/**
 * Saves, as the state of a host before its kubelet first started, what `kubeadm reset` leaves: nobody saw the host before kubeadm
 * made a node of it. Kernel settings stay as they are.
 */
export async function keepResetAsBefore(host: Host): Promise<void> {
	if (await savedBefore(host)) return;
	const now = await inspectHost(host);
	const kept = [...directories, ...mountPoints];
	// What is below /usr/libexec is a person's: plugins of the kubelet.
	const paths = now.paths.filter((path) => kept.includes(path) || path.startsWith("/usr/libexec/"));
	const before: HostBefore = { ...now, unitActive: "inactive", tables: [], links: [], sysctls: {}, paths };
	await host.write([{ path: BEFORE, content: JSON.stringify(before), ...recordAccess }]);
}

async function inspectHost(host: Host): Promise<HostBefore> {
	const { stdout } = await host.run({
		intent: "inspect the host",
		script: `
echo "enabled $(${serviceCommand.enabledState("kubelet")})"
echo "active $(${serviceCommand.activeState("kubelet")})"
find ${directories.join(" ")} -xdev 2>/dev/null | sed 's/^/path /'
find ${mountPoints.join(" ")} -maxdepth 0 2>/dev/null | sed 's/^/path /'
nft list tables 2>/dev/null
ls /sys/class/net | sed 's/^/link /'
cd /proc/sys && for name in ${sysctls.join(" ")}; do [ -r "$name" ] && echo "sysctl $name $(cat "$name")"; done
exit 0`,
	});
	const lines = stdout
		.split("\n")
		.map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)] as const);
	const all = (kind: string) => lines.filter(([name]) => name === kind).map(([, value]) => value);
	return {
		unitEnabled: all("enabled")[0] ?? "",
		unitActive: all("active")[0] ?? "",
		paths: all("path").sort(),
		tables: all("table").sort(),
		links: all("link").sort(),
		sysctls: Object.fromEntries(all("sysctl").map((line) => line.split(" ", 2) as [string, string])),
	};
}

/**
 * Removes mounts, directories, devices and packet filter rules of a stopped kubelet, its pods, kube-proxy and the pod
 * network, and restores kernel settings. Keeps what `before` lists. Then removes the saved state.
 * @throws HostError where a mount under /var/lib/kubelet stays mounted, or after 120 s
 */
export async function resetHost(host: Host, before: HostBefore): Promise<void> {
	await host.run({
		intent: "remove what the kubelet, kube-proxy and the pod network left",
		script: removal(before),
		stdin: before.paths.join("\n"),
		timeoutSeconds: 120,
	});
	await host.remove([BEFORE]);
}

/** Restores the kubelet's service: enabled or not, and at rest or starting, as its package installed it. */
export async function restoreService(host: Host, { unitEnabled, unitActive }: HostBefore): Promise<void> {
	const commands = [
		...(unitEnabled === "enabled" ? [] : [serviceCommand.disable("kubelet")]),
		...(unitActive === "activating" || unitActive === "active" ? [serviceCommand.startLater("kubelet")] : []),
	];
	if (commands.length === 0) return;
	const unlessAbsent = `${serviceCommand.definition("kubelet")} >/dev/null || exit 0`;
	await host.run({ intent: "leave the kubelet's service as it was", script: [unlessAbsent, ...commands].join("\n") });
}

function removal({ links, tables, sysctls: values }: HostBefore): string {
	const settings = Object.entries(values).map(
		([name, value]) =>
			`[ "$(cat /proc/sys/${name} 2>/dev/null)" = "${value}" ] || echo "${value}" > /proc/sys/${name} 2>/dev/null`,
	);
	return `
before=$(cat)
awk '$2 ~ "^/var/lib/kubelet/" { print $2 }' /proc/mounts | sort -r | while read -r mount; do umount -l "$mount"; done
awk '$2 ~ "^/var/lib/kubelet/" { print $2 ": still mounted"; left = 1 } END { exit left }' /proc/mounts >&2 || exit 1
find ${directories.join(" ")} -xdev -depth 2>/dev/null | while read -r path; do
	printf '%s\\n' "$before" | grep -qxF -- "$path" || rm -rf --one-file-system "$path"
done
for path in ${mountPoints.join(" ")}; do
	printf '%s\\n' "$before" | grep -qxF -- "$path" || [ -s "$path" ] && [ ! -d "$path" ] || rm -d "$path" 2>/dev/null
done
for family in iptables ip6tables; do
	command -v $family-save >/dev/null || continue
	rules=$($family-save 2>/dev/null) || continue
	printf '%s\\n' "$rules" | grep -qE '(KUBE|CNI)-' || continue
	printf '%s\\n' "$rules" | grep -vE '(KUBE|CNI)-' | $family-restore
done
command -v nft >/dev/null && for family in ip ip6; do
	nft delete table $family kube-proxy 2>/dev/null
	for table in filter nat mangle raw; do
		case ',${tables.join(",")},' in *",$family $table,"*) continue ;; esac
		nft list table $family $table 2>/dev/null | grep -qE 'counter|jump|accept$|drop$|masquerade' || nft delete table $family $table 2>/dev/null
	done
done
command -v ipset >/dev/null && ipset -n list 2>/dev/null | grep '^KUBE-' | while read -r set; do ipset destroy "$set"; done
for port in /sys/class/net/veth*/master; do
	# Other container engines have such devices, too.
	basename "$(readlink "$port")" | grep -qxE '${podLinks}' || continue
	ip link delete "$(basename "$(dirname "$port")")" 2>/dev/null
done
for link in $(ls /sys/class/net | grep -xE '${podLinks}'); do
	case ' ${links.join(" ")} ' in *" $link "*) ;; *) ip link delete "$link" 2>/dev/null ;; esac
done
${settings.join("\n")}
exit 0`;
}
