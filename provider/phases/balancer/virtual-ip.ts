import { ExpectationError } from "../../config/expected";
import { paths } from "../../facts/paths";
import { parseAddress, parseNetworks } from "../../go/address";
import type { Host } from "../../hosts/host";
import { quote } from "../../hosts/shell";
import { status } from "../../hosts/status";
import { withCleanUp } from "../../hosts/with-clean-up";
import { keepalivedPaths } from "../../render/balancer/keepalived";

/** Seconds in which another control plane takes the address over at most; it takes about two. */
const LEAVE_SECONDS = 6;

/**
 * Runs a change that stops what serves on a control plane while another control plane holds the virtual IP. Afterwards the
 * host may hold the address again, but nothing takes it back. A host without a virtual IP, or whose address no other host
 * takes, changes at once. After a process that was killed, the next change of the host or its next boot ends the leave.
 */
export async function awayFromVirtualIP<T>(host: Host, change: () => Promise<T>): Promise<T> {
	const end = await leaveVirtualIP(host);
	if (end === "none") return change();
	if (end === "moved") status(`${host.name}: the virtual IP has moved to another control plane`);
	if (end === "stays") status(`${host.name}: no other control plane takes the virtual IP over`);
	return withCleanUp(change, () => takeVirtualIP(host));
}

/**
 * Asks keepalived to let another control plane hold the address, and waits until the host does not have it.
 * @returns "none" without a virtual IP or other control planes, "elsewhere" where the host did not hold the address
 */
async function leaveVirtualIP(host: Host): Promise<"none" | "elsewhere" | "moved" | "stays"> {
	const manifest = `${paths.manifestsDirectory}/keepalived.yaml`;
	if (!(await host.read([manifest])).has(manifest)) return "none";
	const { stdout } = await host.run({
		intent: "let another control plane hold the virtual IP",
		script: `
grep -q unicast_peer ${keepalivedPaths.configuration} || { echo none; exit; }
address=$(sed -n 's|^\\t\\t\\([^ ]*\\)/[0-9]* dev .*|\\1|p' ${keepalivedPaths.configuration})
mkdir -p ${paths.virtualIPDirectory} && echo 1 > ${keepalivedPaths.leave}
has() { [ -n "$(ip -o addr show to "$address")" ]; }
has || { echo elsewhere; exit; }
left=${LEAVE_SECONDS}0
while [ $left -gt 0 ]; do has || { echo moved; exit; }; sleep 0.1; left=$((left - 1)); done
echo stays`,
	});
	return stdout.trim() as "none";
}

async function takeVirtualIP(host: Host): Promise<void> {
	await host.remove([keepalivedPaths.leave]);
}

/** A virtual IP on one host. */
interface Place {
	/** Name of the node in errors. */
	nodeName: string;
	/** The virtual IP. */
	address: string;
	/** Address of the host's own API server. */
	advertiseAddress: string;
	/** Interface that the program names. @default the one with the `advertiseAddress` */
	interface?: string;
	/** Addresses of the other control planes, which may hold the virtual IP already. */
	peers: readonly string[];
}

/**
 * Returns the interface that the virtual IP belongs on.
 * @throws ExpectationError where there is none, where the address is not of its subnet, or where a machine that is no
 * control plane of the cluster has the address
 */
export async function interfaceFor(host: Host, place: Place): Promise<string> {
	const { nodeName, address, advertiseAddress } = place;
	const wanted = place.interface === undefined ? `to ${quote(advertiseAddress)}` : `dev ${quote(place.interface)}`;
	const { stdout } = await host.run({
		intent: "look at the interface for the virtual IP",
		script: `ip -o addr show ${wanted} 2>/dev/null | awk '{ print "is " $2 " " $4 }'\n${neighbours(place)}`,
	});
	const lines = stdout.split("\n").map((line) => line.split(" "));
	const all = lines.filter(([kind]) => kind === "is").map(([, name = "", network = ""]) => ({ name, network }));
	if (all.length === 0)
		throw new ExpectationError({
			at: `${nodeName}: virtualIP.interface`,
			expected: place.interface === undefined ? `an interface with ${advertiseAddress}` : "an interface of the host",
			got: place.interface ?? "none",
			next: host.typed("ip -br addr"),
		});
	if (!all.some(({ network }) => isIn(network, address)))
		throw new ExpectationError({
			at: `${nodeName}: virtualIP.address`,
			expected: `an address of the subnet of ${all[0]!.name} (${all.map(({ network }) => network).join(", ")})`,
			got: address,
			next: "give a free address of that subnet, or `virtualIP.interface`",
		});
	const machineOf = (at: string) => lines.find(([kind, other]) => kind === "at" && other === at)?.[2];
	const holder = machineOf(address);
	if (holder && !place.peers.some((peer) => machineOf(peer) === holder))
		throw new ExpectationError({
			at: `${nodeName}: virtualIP.address`,
			expected: "an address that no other machine has",
			got: `${address}, at which a machine with the hardware address ${holder} answers`,
			next: host.typed(`ip neigh show ${address}`),
		});
	return all[0]!.name;
}

/**
 * Script that prints the hardware address of each machine that answers at the virtual IP or is a peer. A datagram to a
 * port that nobody needs makes the kernel ask for it; a machine that does not answer within a second is none. Nothing is
 * printed where the host itself has the virtual IP.
 */
function neighbours({ address, peers }: Place): string {
	const all = [address, ...peers].map(quote).join(" ");
	return `
[ -n "$(ip -o addr show to ${quote(address)})" ] && exit 0
ip neigh flush to ${quote(address)} 2>/dev/null
for address in ${all}; do bash -c 'echo >/dev/udp/$0/9' "$address" 2>/dev/null; done
left=10
asks() { for address in ${all}; do ip neigh show to "$address"; done | grep -q INCOMPLETE; }
while [ $left -gt 0 ] && asks; do sleep 0.1; left=$((left - 1)); done
for address in ${all}; do ip neigh show to "$address" | sed -n "s/^.* lladdr \\([^ ]*\\) .*/at $address \\1/p"; done
exit 0`;
}

function isIn(network: string, address: string): boolean {
	const [is] = parseNetworks(network) ?? [];
	const [wanted] = parseNetworks(`${address}/${network.split("/")[1]}`) ?? [];
	return is !== undefined && parseAddress(address)?.family === is.family && wanted?.value === is.value;
}
