import { ExpectationError } from "../config/expected";
import type { HostFacts } from "../config/node";
import { caCertificateDirectories, paths } from "../facts/paths";
import type { Host } from "../hosts/host";
import { serviceCommand } from "../hosts/service";

/**
 * Reads the facts of a host that a cluster's configuration depends on, in one exchange.
 * @param givenFacts `hostname`, `cgroupVersion` and `machineId` from the program, used where the host has none; other fields are ignored
 * @returns the facts; `defaultRouteAddress` is empty, and optional fields are absent, where the host has none
 * @throws ExpectationError where neither host nor `givenFacts` has a host name, cgroup version or machine id
 */
export async function readFacts(host: Host, givenFacts: Partial<HostFacts> = {}): Promise<HostFacts> {
	const { stdout } = await host.run({ intent: "read the host's facts", script: SCRIPT });
	const lines = stdout
		.trim()
		.split("\n")
		.map((line) => line.split("=", 2) as [string, string]);
	const all = (key: string) => lines.filter(([name]) => name === key).map(([, value]) => value);
	const one = (key: "hostname" | "cgroupVersion" | "machineId", wanted: string, next: string) => {
		const value = all(key)[0] || givenFacts[key];
		if (value) return String(value);
		throw new ExpectationError({ at: host.name, expected: wanted, got: "none", next });
	};
	const [ofRoute] = [...all("inet"), ...all("inet6")];
	const [ofIPv6Route] = [...all("inet6"), ...all("inet")];
	const [loopbackAddress] = all("loopback");
	return {
		hostname: one("hostname", "a host name", "run `hostnamectl hostname NAME` on the host"),
		defaultRouteAddress: ofRoute ?? "",
		...(ofIPv6Route === ofRoute ? {} : { defaultRouteIPv6Address: ofIPv6Route }),
		...(loopbackAddress ? { loopbackAddress } : {}),
		...(all("resolvConf")[0] ? { resolvConf: all("resolvConf")[0] } : {}),
		cgroupVersion:
			one("cgroupVersion", "a cgroup hierarchy at /sys/fs/cgroup", "look at `mount` on the host") === "2" ? 2 : 1,
		machineId: one("machineId", "/etc/machine-id", "run `systemd-machine-id-setup` on the host"),
		caCertificateDirectories: all("caCertificateDirectory"),
	};
}

/**
 * Script that prints a line `key=value` for each fact. Of several addresses the first counts: for each default route, those of
 * its device, then those of the loopback device. A route is a default one if its destination is 0, whatever its mask; a default
 * route of IPv6 needs a gateway.
 *
 * Sources: `chooseHostInterfaceFromRoute`, `ChooseBindAddressForInterface`, apimachinery util/net; kubeadm's
 * `mutateResolverConfig`, `caCertsExtraVolumePaths`.
 */
const SCRIPT = `
set -f
echo "hostname=$(hostname)"
addresses() {
	ip -o -f "$1" addr show up dev "$2" | awk '!/ temporary / { sub("/.*", "", $4); print $4 }' |
		grep -Ev '^(127\\.|169\\.254\\.|22[4-9]\\.|23[0-9]\\.|::1$|fe[89ab]|ff)' | sed "s/^/$3=/"
}
for device in $(awk '$2 == "00000000" { print $1 }' /proc/net/route); do
	for at in "$device" lo; do addresses inet "$at" inet; done
done
[ -r /proc/net/ipv6_route ] && for device in $(awk '$1 ~ /^0+$/ && $5 !~ /^0+$/ { print $10 }' /proc/net/ipv6_route); do
	for at in "$device" lo; do addresses inet6 "$at" inet6; done
done
for family in inet inet6; do addresses $family lo loopback; done
${serviceCommand.isActive("systemd-resolved")} && echo "resolvConf=${paths.systemdResolvConf}"
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then echo cgroupVersion=2; elif [ -d /sys/fs/cgroup/memory ]; then echo cgroupVersion=1; fi
[ -s /etc/machine-id ] && echo "machineId=$(cat /etc/machine-id)"
for directory in ${caCertificateDirectories.join(" ")}; do [ -d "$directory" ] && echo "caCertificateDirectory=$directory"; done
exit 0`;
