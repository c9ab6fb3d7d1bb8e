import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Addresses } from "../network/addresses.ts";
import { type Bridge, unplug } from "../network/bridge.ts";
import { type ExecResult, run } from "../run.ts";
import { clearCgroups } from "./cgroups.ts";
import { hostFolders } from "./disk.ts";
import { initOf, startMachine } from "./machine.ts";
import { type HostRecord, type ProcessRecord, runs } from "./registry.ts";
import type { ExecOptions, LabHost } from "./types.ts";
import { until } from "./until.ts";

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The lab and bridge of a host, and a callback for each start of the host. */
export interface HostSetting {
	lab: string;
	addresses: Addresses;
	bridge: Bridge;
	started(nspawn: ProcessRecord): Promise<void>;
}

/** Returns the host that a record describes. */
export function labHost(record: HostRecord, setting: HostSetting): LabHost {
	const { name, number } = record;
	const { lab, addresses, bridge } = setting;
	const { root } = hostFolders(lab, name);
	const host: LabHost = {
		name,
		lab,
		root,
		address: addresses.host(number),
		podSubnet: addresses.podsOf(number),
		get hostKey() {
			const [type, key] = readFileSync(join(root, "etc/ssh/ssh_host_ed25519_key.pub"), "utf8").split(" ");
			return `${type} ${key}`;
		},
		get pid() {
			return runs(record.nspawn) ? initOf(record.nspawn?.pid ?? 0) : undefined;
		},
		exec: (command, options) => execute(host, command, options),
		async powerOff() {
			// The shell may end before it can report. Only the host being off matters.
			await host.exec(["systemctl", "poweroff", "--no-block"], { check: true });
			await until(`${name} is off`, 60, async (seen) => {
				seen(`process ${record.nspawn?.pid} runs`);
				return runs(record.nspawn) ? undefined : true;
			});
			await clearCgroups(lab, name);
		},
		kill: () => clearCgroups(lab, name),
		async start() {
			if (runs(record.nspawn)) return;
			await clearCgroups(lab, name);
			await unplug(bridge, `vb-${lab}-${name}`);
			record.nspawn = await startMachine({ lab, name, bridge });
			await setting.started(record.nspawn);
			await booted(host);
		},
	};
	return host;
}

/** Returns the words that run a command on a host from this machine, as root. Throws when the host is off. */
export function commandLine(host: LabHost, command: string | string[], user?: string): string[] {
	const { pid } = host;
	if (pid === undefined) throw new Error(`${host.name} (lab ${host.lab}): is switched off; start() switches it on`);
	const home = user ? `/home/${user}` : "/root";
	const environment = ["env", "-i", `--chdir=${home}`, `PATH=${path}`, `HOME=${home}`, "LANG=C.UTF-8"];
	const as = user ? ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--init-groups"] : [];
	const words = typeof command === "string" ? ["sh", "-c", command] : command;
	return ["nsenter", "-t", String(pid), "-a", ...environment, ...as, ...words];
}

async function execute(host: LabHost, command: string | string[], options: ExecOptions = {}): Promise<ExecResult> {
	const { input, timeout, check = false, user } = options;
	return run(commandLine(host, command, user), {
		check,
		...(input !== undefined && { input }),
		...(timeout !== undefined && { timeout }),
	});
}

// `systemctl is-system-running --wait` waits for the end of the boot, but fails before systemd answers: only that needs polling.
async function booted(host: LabHost): Promise<void> {
	await until(`${host.name} (lab ${host.lab}): has booted`, 60, async (seen) => {
		if (host.pid === undefined) return undefined;
		const { stdout, stderr } = await host.exec(["systemctl", "is-system-running", "--wait"], { timeout: 60_000 });
		seen(stdout.trim() || stderr.trim());
		return /^(running|degraded)$/m.test(stdout) ? true : undefined;
	});
	const wanted = ["lab-host", "ssh", "containerd"];
	const { exitCode } = await host.exec(["systemctl", "is-active", "--quiet", ...wanted]);
	if (exitCode === 0) return;
	const { stdout } = await host.exec(["systemctl", "status", "--no-pager", "--lines=5", ...wanted]);
	throw new Error(`${host.name} (lab ${host.lab}): booted, but not all of ${wanted.join(", ")} run:\n${stdout}`);
}
