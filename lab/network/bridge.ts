import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { until } from "../hosts/until.ts";
import { run } from "../run.ts";

/** Location of a lab's bridge. */
export interface Bridge {
	name: string;
	/** Network namespace of the bridge. @default the machine's own */
	netns?: string;
}

/** Creates the bridge with its address. Returns false when a bridge of that name exists. */
export async function makeBridge(bridge: Bridge, address: string): Promise<boolean> {
	const { name, netns } = bridge;
	if (netns) await run(["ip", "netns", "add", netns]);
	const made = await run(ip(bridge, "link", "add", name, "type", "bridge"), { check: false });
	if (made.exitCode !== 0 && made.stderr.includes("File exists")) return false;
	if (made.exitCode !== 0) throw new Error(`bridge ${name}: could not be made: ${made.stderr.trim()}`);
	await run(ip(bridge, "address", "add", `${address}/24`, "dev", name));
	await run(ip(bridge, "link", "set", name, "up"));
	if (netns) return true;
	// Even a machine that routes for others must not forward what hosts and pods of a lab send.
	await writeFile(`/proc/sys/net/ipv4/conf/${name}/forwarding`, "0");
	if (await filtersBridges()) await run(["iptables", "-I", ...acceptRule(name)]);
	return true;
}

/** Removes the bridge and its ports. A missing bridge is not an error. */
export async function removeBridge({ name, netns }: Bridge): Promise<void> {
	if (netns) {
		if (existsSync(`/run/netns/${netns}`)) await run(["ip", "netns", "delete", netns]);
		return;
	}
	if (!existsSync(`/sys/class/net/${name}`)) return;
	await until(`bridge ${name} has no ports`, 20, async (seen) => {
		const ports = await readdir(`/sys/class/net/${name}/brif`);
		seen(ports.join(" "));
		// The kernel removes a port when its host ends, which may happen at the same moment.
		for (const port of ports) await run(["ip", "link", "delete", port], { check: false });
		return ports.length === 0 ? true : undefined;
	});
	await run(["ip", "link", "delete", name]);
	if (await filtersBridges()) await run(["iptables", "-D", ...acceptRule(name)], { check: false });
}

/** Removes the port of a host that was switched off. A missing port is not an error: the kernel may have removed it. */
export async function unplug(bridge: Bridge, port: string): Promise<void> {
	await run(ip(bridge, "link", "delete", port), { check: false });
}

function ip({ netns }: Bridge, ...args: string[]): string[] {
	return ["ip", ...(netns ? ["-n", netns] : []), ...args];
}

// With br_netfilter loaded, the machine's firewall filters traffic between hosts. Docker loads it and drops unknown traffic.
async function filtersBridges(): Promise<boolean> {
	const setting = "/proc/sys/net/bridge/bridge-nf-call-iptables";
	return existsSync(setting) && (await readFile(setting, "utf8")).trim() === "1";
}

function acceptRule(bridge: string): string[] {
	return ["FORWARD", "-i", bridge, "-o", bridge, "-j", "ACCEPT"];
}
