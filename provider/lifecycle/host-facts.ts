import { caCertificateDirectories, paths } from "../facts/paths";
import type { Host } from "../hosts/host";
import type { HostFacts } from "../spec/node";

/**
 * Asks a host, once, for what a cluster's configuration depends on.
 * @param given what the program says, taken where the host does not
 */
export async function readFacts(host: Host, given: Partial<HostFacts> = {}): Promise<HostFacts> {
	const { stdout } = await host.run({ intent: "read the host's facts", script: SCRIPT });
	const lines = stdout
		.trim()
		.split("\n")
		.map((line) => line.split("=", 2) as [string, string]);
	const all = (key: string) => lines.filter(([name]) => name === key).map(([, value]) => value);
	const one = (key: "hostname" | "cgroupVersion" | "machineId", expected: string, next: string) => {
		const value = all(key)[0] || given[key];
		if (value) return String(value);
		throw new Error(`${host.name}: expected ${expected}, got none; ${next}`);
	};
	return {
		hostname: one("hostname", "a host name", "run `hostnamectl hostname NAME` on it"),
		defaultRouteAddress: all("address")[0] ?? "",
		...(all("resolvConf")[0] ? { resolvConf: all("resolvConf")[0] } : {}),
		cgroupVersion:
			one("cgroupVersion", "a cgroup hierarchy at /sys/fs/cgroup", "look at `mount` on it") === "2" ? 2 : 1,
		machineId: one("machineId", "/etc/machine-id", "run `systemd-machine-id-setup` on it"),
		caCertificateDirectories: all("caCertificateDirectory"),
	};
}

/**
 * One `key=value` a line, of several addresses the first counts: default route by default route, on its device and else on
 * the loopback device.
 *
 * Sources: `chooseHostInterfaceFromRoute`, apimachinery util/net; kubeadm's `mutateResolverConfig`, `caCertsExtraVolumePaths`.
 */
const SCRIPT = `
echo "hostname=$(hostname)"
for family in inet inet6; do
	for device in $(ip -o -f $family route show default | awk '{ for (i = 1; i < NF; i++) if ($i == "dev") print $(i + 1) }'); do
		for at in "$device" lo; do
			ip -o -f $family addr show up dev "$at" | awk '!/ temporary / { sub("/.*", "", $4); print $4 }' |
				grep -Ev '^(127\\.|169\\.254\\.|22[4-9]\\.|23[0-9]\\.|::1$|fe[89ab]|ff)' | sed 's/^/address=/'
		done
	done
done
systemctl is-active --quiet systemd-resolved && echo "resolvConf=${paths.systemdResolvConf}"
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then echo cgroupVersion=2; elif [ -d /sys/fs/cgroup/memory ]; then echo cgroupVersion=1; fi
[ -s /etc/machine-id ] && echo "machineId=$(cat /etc/machine-id)"
for directory in ${caCertificateDirectories.join(" ")}; do [ -d "$directory" ] && echo "caCertificateDirectory=$directory"; done
exit 0`;
