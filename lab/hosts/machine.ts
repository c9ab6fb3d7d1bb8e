import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import type { Bridge } from "../network/bridge.ts";
import { cgroupVersion, makeCgroups } from "./cgroups.ts";
import { hostFolders } from "./disk.ts";
import { type ProcessRecord, processRecord } from "./registry.ts";
import { until } from "./until.ts";

/** A host to boot. */
export interface Machine {
	lab: string;
	name: string;
	bridge: Bridge;
}

// Joins the control groups first: systemd-nspawn uses the group in which it starts as the host's group.
const joinAndStart =
	'for group in $GROUPS_TO_JOIN; do echo $$ >"$group/cgroup.procs" || exit; done; unset GROUPS_TO_JOIN; exec "$@"';

/** Starts a host's systemd-nspawn, which keeps running when this process ends. Returns when process 1 of the host exists. */
export async function startMachine(machine: Machine): Promise<ProcessRecord> {
	const { lab, name, bridge } = machine;
	const groups = await makeCgroups(lab, name);
	const { console } = hostFolders(lab, name);
	const output = openSync(console, "w");
	const words = [...(bridge.netns ? ["nsenter", `--net=/run/netns/${bridge.netns}`] : []), ...nspawn(machine)];
	const child = spawn("sh", ["-c", joinAndStart, "sh", ...words], {
		detached: true,
		stdio: ["ignore", output, output],
		env: {
			PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
			GROUPS_TO_JOIN: groups.join(" "),
			SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: cgroupVersion() === 2 ? "1" : "0",
		},
	});
	closeSync(output);
	child.unref();
	const pid = await new Promise<number>((resolve, reject) => {
		child.once("error", reject);
		child.once("spawn", () => resolve(child.pid ?? 0));
	});
	await until(`${name} (lab ${lab}): systemd has started`, 20, async (seen) => {
		seen(`console: ${readFileSync(console, "utf8").trim().split("\n").slice(-5).join("\n  ")}`);
		return child.exitCode !== null || initOf(pid) !== undefined ? true : undefined;
	});
	const record = processRecord(pid);
	if (record) return record;
	throw new Error(`${name} (lab ${lab}): systemd-nspawn ended:\n  ${readFileSync(console, "utf8").trim()}`);
}

/** Returns the id of process 1 of a host, by its systemd-nspawn process. The id changes when the host reboots. */
export function initOf(nspawn: number): number | undefined {
	try {
		const children = readFileSync(`/proc/${nspawn}/task/${nspawn}/children`, "utf8").split(" ").filter(Boolean);
		const init = children.find((pid) => {
			const status = readFileSync(`/proc/${pid}/status`, "utf8");
			// Before it has become systemd, the child is not yet in the host's namespaces: a command could run on this machine.
			return /^Name:\tsystemd$/m.test(status) && /^NSpid:(\t\d+)+\t1$/m.test(status);
		});
		return init === undefined ? undefined : Number(init);
	} catch {
		return undefined; // the process has gone meanwhile
	}
}

function nspawn({ lab, name, bridge }: Machine): string[] {
	const { root, usr } = hostFolders(lab, name);
	return [
		...["systemd-nspawn", "--quiet", `--directory=${root}`, "--boot", "--register=no", "--keep-unit"],
		// The machine's name must be unique among labs, because systemd-nspawn derives the network device's name from it.
		...[`--machine=${lab}-${name}`, `--hostname=${name}`, `--network-bridge=${bridge.name}`],
		`--overlay=${usr.lower}:${usr.upper}:/usr`,
		...["--resolv-conf=off", "--timezone=off", "--link-journal=no", "--settings=no"],
		...["--capability=all", "--system-call-filter=@keyring bpf", "--bind=/dev/kmsg", "--kill-signal=SIGRTMIN+3"],
	];
}
