import { createHash } from "node:crypto";
import type { BinarySpec, KubernetesPackages, Preparation } from "../../config/preparation";
import { preparationProgram } from "./program";
import { preparationFolder } from "./records";

/** A command on a machine that prepares it. It does no harm when it runs again. */
export interface PreparationCommand {
	/** The command. */
	create: string;
	/** The command that takes back what this one did. It does nothing on a machine where this one never ran. */
	delete: string;
	/** Standard input of the command. It may hold secrets. @default none */
	stdin?: string;
}

/** A step of a preparation, and the command that does it on the machine. */
export interface PreparationStep {
	/** What is so on the machine afterwards, in words that are a name: "swap-off". */
	name: string;
	/** Names of the steps that come before, where they are wanted. */
	after: readonly string[];
	/** Parts of the preparation that the step is made of. */
	parts: readonly (keyof Preparation)[];
	/** Whether a preparation has the step. It is decided without the values of Outputs. */
	isWanted: (wanted: Preparation) => boolean;
	/** Arguments of the step on the machine. */
	words: (wanted: Preparation) => readonly string[];
	/** Standard input of the step. */
	stdin?: (wanted: Preparation) => string | undefined;
	/** Whether the standard input may have secrets. @default false */
	hasSecrets?: true;
}

const program = `${preparationFolder}/prepare`;

const noWords = () => [];

/** The steps of a preparation. */
export const preparationSteps: readonly PreparationStep[] = [
	{ name: "swap-off", after: [], parts: ["swapOff"], isWanted: ({ swapOff }) => swapOff, words: noWords },
	{
		name: "kernel-modules",
		after: [],
		parts: ["kernelModules"],
		isWanted: ({ kernelModules }) => kernelModules.length > 0,
		words: ({ kernelModules }) => kernelModules,
	},
	{
		name: "sysctls",
		after: ["kernel-modules"],
		parts: ["sysctls"],
		isWanted: ({ sysctls }) => Object.keys(sysctls).length > 0,
		words: ({ sysctls }) => Object.entries(sysctls).map(([name, value]) => `${name}=${value}`),
	},
	{
		name: "proxy",
		after: [],
		parts: ["proxy"],
		isWanted: ({ proxy }) => proxy !== undefined,
		words: noWords,
		stdin: ({ proxy }) => proxyText(proxy!),
		hasSecrets: true,
	},
	{
		name: "time-synchronized",
		after: ["proxy"],
		parts: ["timeSynchronized"],
		isWanted: ({ timeSynchronized }) => timeSynchronized,
		words: noWords,
	},
	{
		name: "ports-open",
		after: [],
		parts: ["openPorts"],
		isWanted: ({ openPorts }) => openPorts.length > 0,
		words: ({ openPorts }) => openPorts,
	},
	{
		name: "containerd-installed",
		after: ["proxy", "kernel-modules"],
		parts: ["containerd"],
		isWanted: ({ containerd }) => containerd !== false,
		words: ({ containerd }) => (binariesOf(containerd) ? ["binaries"] : []),
		stdin: ({ containerd }) => binaryLines(binariesOf(containerd)),
	},
	{
		name: "registries",
		after: ["containerd-installed"],
		parts: ["registries"],
		isWanted: ({ registries }) => Object.keys(registries).length > 0,
		words: noWords,
		stdin: ({ registries }) => registryFiles(registries),
		hasSecrets: true,
	},
	{
		name: "containerd-configured",
		after: ["containerd-installed", "registries"],
		parts: ["containerd"],
		isWanted: ({ containerd }) => containerd !== false,
		words: ({ containerd }) => (containerd ? containerdWords(containerd) : []),
		stdin: ({ containerd }) => (containerd ? containerd.configuration : undefined),
	},
	{
		name: "kubernetes-packages",
		after: ["proxy", "containerd-installed"],
		parts: ["kubernetesPackages"],
		isWanted: ({ kubernetesPackages }) => kubernetesPackages !== false,
		words: ({ kubernetesPackages: wanted }) => (wanted ? sourceOf(wanted).words : []),
		stdin: ({ kubernetesPackages: wanted }) => (wanted ? sourceOf(wanted).stdin : undefined),
	},
];

/** Returns the command of a step. Its text says what it does, and has no secrets: these come on standard input. */
export function stepCommand(
	{ name, words, stdin }: PreparationStep,
	wanted: Preparation,
	user: string,
): PreparationCommand {
	const input = stdin?.(wanted);
	return {
		create: asRoot(user, ["sh", program, name, ...words(wanted)]),
		delete: `if ${asRoot(user, ["test", "-e", program])}; then ${asRoot(user, ["sh", program, "undo", name])}; fi`,
		...(input === undefined ? {} : { stdin: input }),
	};
}

/** Returns the script that brings a node's kubelet and kubectl to a version, and its standard input. It runs as root. */
export function kubeletUpgrade(packages: KubernetesPackages): { script: string; stdin: string } {
	const { words, stdin = "" } = sourceOf(packages);
	return { script: ["sh", program, "kubernetes-packages", ...words, "upgrade"].map(quoted).join(" "), stdin };
}

/** What the step "kubernetes-packages" is told: the version and the repository or "binaries", and where these are fetched from. */
function sourceOf({ version, repository, key, binaries }: KubernetesPackages): {
	words: readonly string[];
	stdin?: string | undefined;
} {
	if (binaries) return { words: [version, "binaries"], stdin: binaryLines(binaries) };
	return { words: [version, repository!], stdin: key };
}

/** Programs to fetch, a line each: name, address, and the digest for each architecture. */
function binaryLines(binaries: object | undefined): string | undefined {
	if (!binaries) return undefined;
	const lines = Object.entries(binaries as Record<string, BinarySpec>).map(([name, { url, sha256 }]) => {
		const digests = Object.entries(sha256).map(([architecture, digest]) => `${architecture}=${digest}`);
		return `${[name, url, ...digests].join(" ")}\n`;
	});
	return lines.join("");
}

function binariesOf(containerd: Preparation["containerd"]) {
	return containerd === false ? undefined : containerd.binaries;
}

/** Returns the command that places the program that the steps run. */
export function placingCommand(user: string): PreparationCommand {
	const text = preparationProgram();
	const place = [
		["install", "-d", preparationFolder],
		["install", "-m", "700", "/dev/stdin", program],
		["sh", program, "check-family"],
	];
	const digest = createHash("sha256").update(text).digest("hex").slice(0, 12);
	return {
		create: `${place.map((words) => asRoot(user, words)).join(" && ")} # ${digest}`,
		delete: asRoot(user, ["rm", "-rf", preparationFolder]),
		stdin: text,
	};
}

function containerdWords({
	cgroupDriver,
	sandboxImage,
	replaceConfiguration,
}: Exclude<Preparation["containerd"], false>) {
	return [cgroupDriver, sandboxImage, ...(replaceConfiguration ? ["replace"] : [])];
}

/** A command line that root runs, or a user who may become root without a password. */
function asRoot(user: string, words: readonly string[]): string {
	return [...(user === "root" ? [] : ["sudo", "-n"]), ...words.map(quoted)].join(" ");
}

function quoted(word: string): string {
	return /^[\w@%+=:,./{}-]+$/.test(word) && !/\{.*,.*\}/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The environment variables of a proxy, a line each. */
function proxyText({ http, https, noProxy }: NonNullable<Preparation["proxy"]>): string {
	const lines = [
		["HTTP_PROXY", http],
		["HTTPS_PROXY", https],
		["NO_PROXY", noProxy.join(",")],
	];
	return lines.flatMap(([name, value]) => (value ? [`${name}=${value}\n`] : [])).join("");
}

/**
 * The files of containerd's registries, each behind a line with its path. Source: containerd's docs/hosts.md.
 */
function registryFiles(registries: Preparation["registries"]): string {
	return Object.entries(registries)
		.flatMap(([registry, { mirrors, username, password, caCertificate }]) => {
			const login = username === undefined ? undefined : `${username}:${password ?? ""}`;
			const server = registry === "docker.io" ? "https://registry-1.docker.io" : `https://${registry}`;
			const folder = registry;
			const hosts = mirrors.length > 0 ? mirrors : [server];
			const tables = hosts.flatMap((url) => [
				"",
				`[host."${url}"]`,
				`  capabilities = ["pull", "resolve"]`,
				...(caCertificate === undefined ? [] : [`  ca = "/etc/containerd/certs.d/${folder}/ca.crt"`]),
				...(login === undefined ? [] : [`  [host."${url}".header]`, `    authorization = "Basic ${btoa(login)}"`]),
			]);
			const toml = [`server = "${server}"`, ...tables, ""].join("\n");
			return [
				`==> ${folder}/hosts.toml\n${toml}`,
				...(caCertificate === undefined ? [] : [`==> ${folder}/ca.crt\n${caCertificate.trim()}\n`]),
			];
		})
		.join("");
}
