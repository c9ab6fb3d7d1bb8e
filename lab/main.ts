import { spawn } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { commandLine } from "./hosts/host.ts";
import { hostTools } from "./hosts/tree.ts";
import { ensureImages } from "./images/index.ts";
import {
	ensureLab,
	ensureRequirements,
	type LabHost,
	listLabs,
	openLab,
	quickstartEnvironment,
	removeLab,
} from "./index.ts";
import { say } from "./progress.ts";
import { ensureToolchain, type Minor, minors, newestMinor } from "./toolchain/index.ts";

const usage = `Real hosts on this machine: systemd, sshd, containerd and a kubelet each, on a bridge of their own.

npm run lab -- COMMAND
  up [--hosts N] [--name LAB] [--kubernetes MINOR]
                               starts N hosts (default 2) that keep running; a second run adds missing hosts
  list                         lists all labs, their hosts and addresses
  exec HOST -- COMMAND         runs a command as root on a host (HOST or LAB/HOST)
  images [--kubernetes MINOR]  lists the images of the hosts, after pulling or making missing ones
  down [--name LAB | --all]    stops the hosts and removes everything that was created for them
  env                          prints shell lines for the tools and the quickstart's stack: eval "$(npm run -s lab -- env)"
  help                         prints this text
A lab's name is "lab" unless --name says otherwise; the quickstart's is "quickstart".
The hosts have Kubernetes ${newestMinor} unless --kubernetes says otherwise: ${minors.join(", ")}.`;

interface Arguments {
	hosts: string;
	name: string;
	all: boolean;
	kubernetes?: Minor;
	/** Words after the command. */
	words: string[];
}

const commands: Record<string, (given: Arguments) => Promise<void>> = {
	async up({ name, hosts, kubernetes }) {
		if (!/^[1-9]\d?$/.test(hosts)) throw new Error(`--hosts ${hosts}: expected a number of hosts from 1 to 16`);
		const lab = await ensureLab({ name, ...(kubernetes && { kubernetes }), hosts: Number(hosts), onProgress: say });
		const [first] = lab.hosts;
		print(`ssh -i ${lab.sshKeyFile} -o UserKnownHostsFile=${lab.knownHostsFile} root@${first?.address}`);
	},
	async list() {
		const labs = await listLabs();
		const rows = labs.flatMap(({ name, hosts }) => hosts.map((host) => [name, host.name, host.address, host.state]));
		if (rows.length === 0) return print("no labs; start one with: npm run lab -- up");
		printTable([["LAB", "HOST", "ADDRESS", "STATE"], ...rows]);
	},
	async exec({ words: [name = "", ...command] }) {
		if (command.length === 0) throw new Error("exec: expected HOST -- COMMAND");
		const [file = "", ...rest] = commandLine(await findHost(name), command);
		const [code, signal] = await once(spawn(file, rest, { stdio: "inherit" }), "exit");
		process.exitCode = signal ? 1 : code;
	},
	async images({ kubernetes }) {
		await ensureRequirements();
		const images = await ensureImages(await ensureToolchain({ tools: hostTools, ...(kubernetes && { kubernetes }) }));
		for (const { reference } of images) print(reference);
	},
	async down({ name, all }) {
		const labs = await listLabs();
		const chosen = labs.filter((lab) => all || lab.name === name);
		if (!all && chosen.length === 0)
			throw new Error(`lab ${name}: there is none; labs: ${labs.map((lab) => lab.name).join(", ") || "none"}`);
		for (const lab of chosen) {
			if (lab.owner) {
				say(`lab ${lab.name}: left alone, it belongs to process ${lab.owner} and ends with that`);
				continue;
			}
			await removeLab(lab.name);
			say(`lab ${lab.name}: removed`);
		}
	},
	async env() {
		for (const [name, value] of Object.entries(await quickstartEnvironment()))
			print(`export ${name}='${value.replaceAll("'", "'\\''")}'`);
	},
	async help() {
		print(usage);
	},
};

function minorOf(asked: string): Minor {
	const minor = minors.find((known) => known === asked);
	if (minor) return minor;
	throw new Error(`--kubernetes ${asked}: expected one of ${minors.join(", ")}`);
}

async function findHost(name: string): Promise<LabHost> {
	const [labName, hostName] = name.includes("/") ? name.split("/") : [undefined, name];
	const labs = (await listLabs()).filter((lab) => labName === undefined || lab.name === labName);
	const found = labs.filter((lab) => lab.hosts.some((host) => host.name === hostName));
	const [lab, another] = found;
	if (lab && another)
		throw new Error(
			`host ${name}: is in several labs; say which: ${found.map((one) => `${one.name}/${hostName}`).join(", ")}`,
		);
	if (!lab) throw new Error(`host ${name}: there is none; see: npm run lab -- list`);
	return (await openLab(lab.name)).host(hostName ?? "");
}

function printTable(rows: string[][]): void {
	const widths = rows.reduce<number[]>(
		(widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
		[],
	);
	for (const row of rows)
		print(
			row
				.map((cell, column) => cell.padEnd(widths[column] ?? 0))
				.join("  ")
				.trimEnd(),
		);
}

function print(line: string): void {
	process.stdout.write(`${line}\n`);
}

try {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			hosts: { type: "string", default: "2" },
			name: { type: "string", default: "lab" },
			all: { type: "boolean", default: false },
			kubernetes: { type: "string" },
			help: { type: "boolean", default: false },
		},
	});
	const [command = "help", ...words] = positionals;
	const run = commands[values.help ? "help" : command];
	if (!run) throw new Error(`${command}: no such command\n\n${usage}`);
	const { kubernetes, ...given } = values;
	await run({ ...given, ...(kubernetes !== undefined && { kubernetes: minorOf(kubernetes) }), words });
} catch (error) {
	process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
	process.exitCode = 1;
}
