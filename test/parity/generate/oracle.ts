import { type ChildProcessWithoutNullStreams, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { hiding } from "../kubeadm";
import { type Configuration, patchesFolder } from "./configuration";
import { isStructure } from "./edit";
import { host } from "./host";
import { asOfRelease, joinCaHash, joinToken } from "./joined-cluster";
import { textOf } from "./text";

/** What the real kubeadm says of a configuration, and would do with it. */
export interface Answer {
	/** Whether both `config validate` and the dry run take it; of what that does not look at, `upgrade plan`. */
	accepted: boolean;
	/** Whether a dry run showed what it would do. */
	isShown: boolean;
	/** Of the dry run. */
	files: Record<string, { content: string; mode: string }>;
	output: string;
	/** What kubeadm found wrong. */
	problem: string;
}

/** Real kubeadms that wait for configurations. */
export interface Oracle {
	/** `v1.37.2`. */
	version: string;
	ask(configuration: Configuration, text: string): Promise<Answer>;
	stop(): Promise<void>;
}

const run = promisify(execFile);

/** The kubeadm of a minor release: `1.36`. The toolchain of the tests names the older ones, and has the newest on PATH. */
export function kubeadmOf(minor: string): string {
	return process.env[`KUBEADM_${minor.replace(".", "_")}`] ?? process.env["KUBEADM"] ?? "kubeadm";
}

/**
 * Starts real kubeadms in mounts and networks of their own, where they find a host that is the same on each machine.
 *
 * @param binary path of kubeadm
 * @param slots how many work at a time
 */
export async function startOracle(binary: string, slots = 6): Promise<Oracle> {
	const { stdout } = await run(binary, ["version", "-o", "short"]);
	const version = stdout.trim();
	const folder = await mkdtemp(join(tmpdir(), "parity-oracle-"));
	await placeHost(folder);
	const free = await Promise.all(Array.from({ length: slots }, () => startSlot(folder, binary)));
	const all = [...free];
	const waiting: ((slot: Slot) => void)[] = [];
	let count = 0;

	async function withSlot<T>(work: (slot: Slot) => Promise<T>): Promise<T> {
		const slot = free.pop() ?? (await new Promise<Slot>((resolve) => waiting.push(resolve)));
		try {
			return await work(slot);
		} finally {
			const next = waiting.shift();
			if (next) next(slot);
			else free.push(slot);
		}
	}

	return {
		version,
		ask: (configuration, text) =>
			withSlot(async (slot) => {
				count += 1;
				const job = join(folder, `job-${count}`);
				try {
					return await askSlot(slot, job, { configuration, text, version });
				} finally {
					await rm(job, { recursive: true, force: true });
				}
			}),
		async stop() {
			await Promise.all(all.map((slot) => slot.stop()));
			await rm(folder, { recursive: true, force: true });
		},
	};
}

interface Slot {
	run(script: string): Promise<void>;
	stop(): Promise<void>;
}

/** One shell in mounts of its own, so that they are made once for many configurations. */
async function startSlot(folder: string, binary: string): Promise<Slot> {
	const script = [
		"set -e",
		`hostname ${host.hostname}`,
		"ip link set lo up",
		"ip link add parity type veth peer name parity-peer",
		"ip link set parity-peer up",
		`ip address add ${host.defaultRouteAddress}/24 dev parity`,
		"ip link set parity up",
		`ip route add default via ${host.gateway}`,
		// Where a dry run of `join` looks for a cluster before it goes on with what it knows. Source: util/apiclient/dryrun.go.
		"ip route add unreachable 192.168.0.101",
		// The address of a control plane that configurations name, asked where phases are skipped.
		"ip route add unreachable 198.18.0.100",
		...hiding(["/etc/kubernetes", "/var/lib/kubelet", "/etc/pki"]),
		...["/etc/resolv.conf", "/etc/hosts"].map((path) => `mount --bind ${folder}${path} ${path}`),
		"echo ready",
		'while read -r job; do sh "$job" < /dev/null; echo ready; done',
	].join("\n");
	const path = `${folder}/bin:${process.env["PATH"]}`;
	const child = spawn("unshare", ["--mount", "--net", "--uts", "--propagation", "private", "sh", "-c", script], {
		env: { PATH: path, HOME: "/nonexistent", KUBEADM: binary },
	});
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const said: string[] = [];
	child.stderr.on("data", (chunk) => said.push(String(chunk)));
	const ready = async () => {
		const { done } = await lines.next();
		if (done) throw new Error(`parity's host: expected it to take configurations, it ended: ${said.join("")}`);
	};
	await ready();
	return {
		async run(job) {
			child.stdin.write(`${job}\n`);
			await ready();
		},
		stop: () => stop(child),
	};
}

async function stop(child: ChildProcessWithoutNullStreams): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const ended = once(child, "exit");
	child.stdin.end();
	await ended;
}

/** What kubeadm reads of its host besides the network. */
async function placeHost(folder: string): Promise<void> {
	await mkdir(join(folder, "bin"));
	await mkdir(join(folder, "etc"));
	const systemctl = join(folder, "bin", "systemctl");
	const answers = '[ "$*" = "is-active systemd-resolved" ] && [ -n "$RESOLVED" ] && echo active';
	await writeFile(systemctl, `#!/bin/sh\n${answers}\n`);
	await chmod(systemctl, 0o755);
	await writeFile(join(folder, "etc", "resolv.conf"), "");
	await writeFile(join(folder, "etc", "hosts"), `127.0.0.1 localhost ${host.hostname}\n`);
}

async function askSlot(
	slot: Slot,
	job: string,
	{ configuration, text, version }: { configuration: Configuration; text: string; version: string },
): Promise<Answer> {
	const { patches = {}, environment = {}, resolved = false, command } = configuration;
	await mkdir(join(job, "patches"), { recursive: true });
	await mkdir(join(job, "out"));
	await writeFile(join(job, "kubeadm.yaml"), text.replaceAll(patchesFolder, join(job, "patches")));
	await writeFile(
		join(job, "dry-run.yaml"),
		dryRunText(configuration, text).replaceAll(patchesFolder, join(job, "patches")),
	);
	for (const [name, content] of Object.entries(patches)) await writeFile(join(job, "patches", name), content);
	const variables = Object.entries(environment).map(([name, value]) => `export ${name}='${value}'`);
	const dryRun = `timeout 100 "$KUBEADM" ${command} --dry-run ${flags(configuration)} --config dry-run.yaml`;
	const isShown = command === "init" || (command === "join" && configuration.text === undefined);
	const script = [
		`cd ${job}`,
		// What is pretended of the cluster that is joined has that resolver.
		...(resolved || command === "join" ? ["export RESOLVED=yes"] : []),
		...variables,
		`export KUBEADM_INIT_DRYRUN_DIR=${job}/out KUBEADM_JOIN_DRYRUN_DIR=${job}/out`,
		// It refuses unknown fields, of which the others only warn.
		'"$KUBEADM" config validate --config kubeadm.yaml > output 2> problem',
		...(isShown ? [`[ $? = 0 ] && ${dryRun} > output 2> problem`] : []),
		...(isLeftOut(configuration, text, version) ? [`[ $? = 0 ] && ${readByUpgrade}`] : []),
		"echo $? > code",
	];
	await writeFile(join(job, "job.sh"), `${script.join("\n")}\n`);
	await slot.run(join(job, "job.sh"));
	const read = async (name: string) => readFile(join(job, name), "utf8");
	const code = (await read("code")).trim();
	if (code === "124") throw new Error(`kubeadm ${command}: expected an answer within 100 s\n${text}`);
	if (code !== "0") return { accepted: false, isShown, files: {}, output: "", problem: await read("problem") };
	const output = (await read("output")).replaceAll(job, "");
	const files = await filesUnder(join(job, "out"));
	return {
		accepted: true,
		isShown,
		files: command === "join" ? asOfRelease(files, version) : files,
		output,
		problem: "",
	};
}

/** What `config validate` of 1.34 and 1.35 does not look at. Source: ValidateConfig, cmd/kubeadm/app/util/config/common.go. */
function isLeftOut({ documents }: Configuration, text: string, version: string): boolean {
	const kinds = documents.map((document) => String((document as any)?.kind));
	const isAlone = !kinds.some((kind) => /^(Init|Cluster|Join|Reset)Conf/.test(kind));
	return /^v1\.3[45]\./.test(version) && isAlone && /\bUpgradeConfiguration\b/.test(text);
}

/** Reads the file before it asks for a cluster, and only warns of what the type does not have. */
const readByUpgrade = `{
	"$KUBEADM" upgrade plan --config kubeadm.yaml --kubeconfig /nonexistent > output 2> problem
	grep -q "couldn't create a Kubernetes client" problem && ! grep -q "error unmarshaling configuration" problem
}`;

/**
 * A dry run of `join` knows one token alone, and has certificates for a control plane only where it may fetch them,
 * whatever its file says. Source: util/apiclient/dryrun.go.
 */
function dryRunText({ command, documents, style, text: given }: Configuration, text: string): string {
	if (command !== "join" || given !== undefined) return text;
	return textOf(
		documents.map((document) => {
			if (!isStructure(document) || document["kind"] !== "JoinConfiguration") return document;
			const discovery = knownDiscovery(document);
			const { controlPlane } = document;
			if (!isStructure(controlPlane)) return { ...document, discovery };
			return { ...document, discovery, controlPlane: { ...controlPlane, certificateKey: "00".repeat(32) } };
		}),
		style,
	);
}

/** Hashes of CAs are kept, as it reads them all, beside the one that fits. */
function knownDiscovery(joining: Record<string, unknown>): object {
	const hashes = (joining as any).discovery?.bootstrapToken?.caCertHashes;
	const caCertHashes = Array.isArray(hashes) ? { caCertHashes: [joinCaHash, ...hashes] } : {};
	const apiServer = { apiServerEndpoint: "198.18.0.10:6443", unsafeSkipCAVerification: true };
	return { bootstrapToken: { token: joinToken, ...apiServer, ...caCertHashes }, tlsBootstrapToken: joinToken };
}

/**
 * Nothing is checked before, since there is no host behind; and where a configuration leaves out phases, so is the one
 * that shows the files that those would have written.
 */
function flags({ documents, command }: Configuration): string {
	const kind = command === "join" ? "JoinConfiguration" : "InitConfiguration";
	const read: any = documents.find((document) => (document as any)?.kind === kind) ?? {};
	const skipped: unknown[] = Array.isArray(read.skipPhases) ? read.skipPhases : [];
	const alsoSkipped = command === "init" && skipped.length > 0 ? ["wait-control-plane"] : [];
	return `--skip-phases='${[...skipped, ...alsoSkipped, "preflight"].map(String).join(",")}'`;
}

async function filesUnder(folder: string): Promise<Answer["files"]> {
	const names = await readdir(folder, { recursive: true });
	const found = await Promise.all(
		names.map(async (name) => {
			const path = join(folder, name);
			const status = await stat(path);
			if (!status.isFile()) return [];
			return [
				[name, { content: await readFile(path, "utf8"), mode: `0${(status.mode & 0o777).toString(8)}` }] as const,
			];
		}),
	);
	return Object.fromEntries(found.flat());
}
