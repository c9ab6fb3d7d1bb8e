import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { until } from "../hosts/until.ts";
import { run } from "../run.ts";

/** Where a lab's bridge is. */
export interface Bridge {
	name: string;
	/** Network namespace it is in. @default the machine's own */
	netns?: string;
}

/** Makes the bridge and gives it its address. Returns false when another bridge of that name exists. */
export async function makeBridge(bridge: Bridge, address: string): Promise<boolean> {
	const { name, netns } = bridge;
	if (netns) await run(["ip", "netns", "add", netns]);
	const made = await run(ip(bridge, "link", "add", name, "type", "bridge"), { check: false });
	if (made.exitCode !== 0 && made.stderr.includes("File exists")) return false;
	if (made.exitCode !== 0) throw new Error(`bridge ${name}: could not be made: ${made.stderr.trim()}`);
	await run(ip(bridge, "address", "add", `${address}/24`, "dev", name));
	await run(ip(bridge, "link", "set", name, "up"));
	if (netns) return true;
	// A machine that routes for others still keeps what hosts and pods of a lab send to itself.
	await writeFile(`/proc/sys/net/ipv4/conf/${name}/forwarding`, "0");
	if (await filtersBridges()) await run(["iptables", "-I", ...acceptRule(name)]);
	return true;
}

/** Removes the bridge with everything plugged into it; one that is gone already is fine. */
export async function removeBridge({ name, netns }: Bridge): Promise<void> {
	if (netns) {
		if (existsSync(`/run/netns/${netns}`)) await run(["ip", "netns", "delete", netns]);
		return;
	}
	if (!existsSync(`/sys/class/net/${name}`)) return;
	await until(`bridge ${name} has no ports`, 20, async (seen) => {
		const ports = await readdir(`/sys/class/net/${name}/brif`);
		seen(ports.join(" "));
		// The kernel removes a port by itself once its host is gone, perhaps just now.
		for (const port of ports) await run(["ip", "link", "delete", port], { check: false });
		return ports.length === 0 ? true : undefined;
	});
	await run(["ip", "link", "delete", name]);
	if (await filtersBridges()) await run(["iptables", "-D", ...acceptRule(name)], { check: false });
}

/** Removes a port that a host which was cut off has left plugged in; the kernel may have removed it already. */
export async function unplug(bridge: Bridge, port: string): Promise<void> {
	await run(ip(bridge, "link", "delete", port), { check: false });
}

function ip({ netns }: Bridge, ...args: string[]): string[] {
	return ["ip", ...(netns ? ["-n", netns] : []), ...args];
}

// With br_netfilter (Docker loads it, and drops what it does not know), the machine's own firewall sees what hosts send each other.
async function filtersBridges(): Promise<boolean> {
	const setting = "/proc/sys/net/bridge/bridge-nf-call-iptables";
	return existsSync(setting) && (await readFile(setting, "utf8")).trim() === "1";
}

function acceptRule(bridge: string): string[] {
	return ["FORWARD", "-i", bridge, "-o", bridge, "-j", "ACCEPT"];
}
