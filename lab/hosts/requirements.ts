import { existsSync } from "node:fs";
import { join } from "node:path";
import { step } from "../progress.ts";
import { run } from "../run.ts";
import { ownHosts, refusal } from "./refusal.mjs";

const packages: Record<string, string> = {
	"systemd-nspawn": "systemd-container",
	mmdebstrap: "mmdebstrap",
	"ssh-keygen": "openssh-client",
	ssh: "openssh-client",
	ip: "iproute2",
	iptables: "iptables",
	nsenter: "util-linux",
	flock: "util-linux",
};

/**
 * Installs the packages that local hosts need, on Debian and its relatives. Throws on other systems, and when this process may not start local
 * hosts; the message says what is missing and how to continue without local hosts.
 * @param more additional programs, each with its Debian package. @default none
 */
export async function ensureRequirements(more: Record<string, string> = {}): Promise<void> {
	requireRoot();
	const missing = missingPackages({ ...packages, ...more });
	const install = `apt-get install -y --no-install-recommends ${missing.join(" ")}`;
	if (missing.length === 0) return;
	if (!find("apt-get"))
		throw new Error(
			`Local hosts need what Debian calls ${missing.join(", ")}. Install it with this system's package tool.\n${ownHosts}`,
		);
	await step(`Installing ${missing.join(", ")}`, async () => {
		const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
		// A source without a current list does not matter if the packages are found elsewhere.
		await run(["apt-get", "update", "-q"], { env, timeout: 600_000, check: false });
		await run(install.split(" "), { env, timeout: 900_000 });
	});
}

/** Throws when this process may not start or list local hosts. The message says how to continue without them. */
export function requireRoot(): void {
	const reason = refusal();
	if (reason) throw new Error(`${reason}\n${ownHosts}`);
}

function missingPackages(wanted: Record<string, string>): string[] {
	const missing = Object.entries(wanted).filter(([tool]) => !find(tool));
	return [...new Set(missing.map(([, name]) => name))];
}

function find(tool: string): boolean {
	const folders = `${process.env["PATH"] ?? ""}:/usr/local/sbin:/usr/sbin:/sbin`.split(":");
	return folders.some((folder) => existsSync(join(folder, tool)));
}
