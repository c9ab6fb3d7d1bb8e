import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { kubernetesVersion, type Minor, newestMinor } from "../../lab/toolchain/tools.ts";
import type { ClusterSpec } from "../../provider/config/cluster";
import type { HostFacts, NodeSpec } from "../../provider/config/node";
import { caCertificateDirectories } from "../../provider/facts/paths";
import { fromYaml } from "../../provider/go/yaml/write";
import type { KubernetesObject } from "../../provider/render/kubernetes-object";

const run = promisify(execFile);

/** What `kubeadm init` would do. */
export interface DryRun {
	/** Files by their path in kubeadm's dry-run folder: `kube-apiserver.yaml`, `etcd/ca.crt`. */
	files: Record<string, { content: string; mode: string }>;
	/** Objects that would be created, by `kind/namespace/name`. */
	objects: Record<string, KubernetesObject>;
	/** Standard output. */
	output: string;
}

/** A cluster and its first node, as both sides get them. */
export interface Case {
	cluster?: Partial<ClusterSpec>;
	node?: NodeSpec;
	/** Folders that the host shall seem not to have anything in. */
	hide?: string[];
	/** The resolver of a host on which systemd-resolved shall seem to be active. @default none, as it is not */
	resolvConf?: string;
	/** The releases that take it. @default all */
	minors?: Minor[];
}

/** The version of Kubernetes of which there is a kubeadm. */
export function versionOf(minor: Minor): string {
	return `v${kubernetesVersion(minor)}`;
}

export const version = versionOf(newestMinor);
export const advertiseAddress = "198.18.0.10";
export const token = { id: "abcdef", secret: "0123456789abcdef" };

/** Runs the real `kubeadm init --dry-run` of a release. */
export async function dryRun(subject: Case, minor: Minor = newestMinor): Promise<DryRun> {
	const environment = Object.fromEntries((subject.cluster?.proxyEnvs ?? []).map(({ name, value }) => [name, value]));
	const kubelet = subject.node?.kubelet;
	return dryRunOf("init", documents(subject, minor), {
		minor,
		hide: subject.hide,
		resolved: subject.resolvConf !== undefined,
		environment,
		patches: kubelet && { "kubeletconfiguration.json": kubelet },
	});
}

/** Runs `kubeadm init` or `join --dry-run` on configuration documents. */
export async function dryRunOf(
	command: "init" | "join",
	configuration: readonly object[],
	options: Pick<Run, "minor" | "hide" | "resolved" | "environment"> & {
		patches?: Record<string, object | string>;
	} = {},
): Promise<DryRun> {
	return inFolder(configuration, async (folder, file) => {
		const out = join(folder, "out");
		await mkdir(out);
		for (const [name, patch] of Object.entries(options.patches ?? {})) {
			const path = join(folder, "patches", name);
			await mkdir(dirname(path), { recursive: true });
			await writeFile(path, typeof patch === "string" ? patch : JSON.stringify(patch));
		}
		const environment = { ...options.environment, [`KUBEADM_${command.toUpperCase()}_DRYRUN_DIR`]: out };
		const flags = ["--dry-run", "--ignore-preflight-errors=all", "--config", file];
		const { stdout } = await kubeadm([command, ...flags], {
			minor: options.minor,
			resolved: options.resolved,
			environment,
			hide: ["/etc/kubernetes", "/var/lib/kubelet", ...(options.hide ?? [])],
		});
		return { files: await filesUnder(out), objects: objectsIn(stdout), output: stdout };
	});
}

/** What is wrong with a configuration by `kubeadm config validate`; undefined if nothing is. */
export async function verdict(configuration: readonly object[], minor?: Minor): Promise<string | undefined> {
	return inFolder(configuration, async (_folder, file) => {
		const { exitCode, stderr } = await kubeadm(["config", "validate", "--config", file], { failing: true, minor });
		return exitCode === 0 ? undefined : stderr;
	});
}

/** Stands in a configuration for the folder of its patches. */
export const patchesFolder = "/patches-folder";

/** Writes configuration documents where kubeadm can read them, for as long as the work takes. */
export async function inFolder<T>(
	configuration: readonly object[],
	work: (folder: string, file: string) => Promise<T>,
): Promise<T> {
	const folder = await mkdtemp(join(tmpdir(), "parity-"));
	try {
		const file = join(folder, "kubeadm.yaml");
		await mkdir(join(folder, "patches"));
		const text = configuration.map((document) => JSON.stringify(document)).join("\n---\n");
		await writeFile(file, text.replaceAll(patchesFolder, join(folder, "patches")));
		return await work(folder, file);
	} finally {
		await rm(folder, { recursive: true });
	}
}

/** How a kubeadm is run. */
interface Run {
	/** Its release. @default the newest */
	minor?: Minor;
	/** Folders that seem empty to it. */
	hide?: readonly string[];
	/** Whether systemd-resolved seems to be active to it. @default whether it is */
	resolved?: boolean;
	/** Scripts that run in the same mounts, before it and when it is done. */
	before?: string;
	after?: string;
	environment?: Record<string, string>;
	/** Whether it may fail. */
	failing?: boolean;
}

/**
 * Runs the real kubeadm, in mounts of its own and without a network: that in `$KUBEADM_1_34` and the like; of the newest
 * release, that in `$KUBEADM` or on PATH.
 */
export async function kubeadm(
	args: readonly string[],
	options: Run = {},
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
	const { minor = newestMinor } = options;
	const variable = `KUBEADM_${minor.replace(".", "_")}`;
	const binary = process.env[variable] ?? (minor === newestMinor ? (process.env.KUBEADM ?? "kubeadm") : `$${variable}`);
	const script = [
		"set -e",
		`command -v "$0" > /dev/null || exit 77`,
		...hiding(options.hide ?? []),
		options.resolved ? resolvedIsActive : "",
		options.before ?? "",
		`"$0" "$@"`,
		options.after ?? "",
	].join("\n");
	const command = ["--mount", "--net", "--propagation", "private", "sh", "-c", script, binary, ...args];
	const environment = { PATH: process.env.PATH, HOME: "/nonexistent", ...options.environment };
	try {
		const { stdout, stderr } = await run("unshare", command, { env: environment, maxBuffer: 2 ** 26, timeout: 60_000 });
		return { exitCode: 0, stdout, stderr };
	} catch (error) {
		const { code, stdout = "", stderr = "" } = error as { code?: number; stdout?: string; stderr?: string };
		if (code === 77) {
			throw new Error(
				`kubeadm: expected ${versionOf(minor)} in $${variable}, got nothing at "${binary}"; install it, and set ${variable}`,
			);
		}
		if (options.failing && typeof code === "number") return { exitCode: code, stdout, stderr };
		throw new Error(`kubeadm ${args.join(" ")} failed\n${stdout.slice(-2000)}${stderr.slice(-4000)}`, { cause: error });
	}
}

/** What hides folders; those that are not there may be made, and are gone with the mounts. */
export function hiding(folders: readonly string[]): string[] {
	const there = folders.filter((folder) => existsSync(folder));
	const isHidden = (path: string) => there.some((folder) => path === folder || path.startsWith(`${folder}/`));
	const missing = folders.filter((folder) => !there.includes(folder) && !isHidden(folder));
	const layered = new Set(missing.map((folder) => dirname(folder)).filter((parent) => existsSync(parent)));
	return [
		...(layered.size > 0 ? ["mount -t tmpfs parity /mnt"] : []),
		...[...layered].flatMap((folder, index) => [
			`mkdir /mnt/upper-${index} /mnt/work-${index}`,
			`mount -t overlay parity -o lowerdir=${folder},upperdir=/mnt/upper-${index},workdir=/mnt/work-${index} ${folder}`,
		]),
		...there.map((folder) => `mount -t tmpfs parity ${folder}`),
	];
}

/** A systemctl of its own, on a file system of its own. */
const resolvedIsActive = `
mount -t tmpfs parity /mnt
printf '#!/bin/sh\\n[ "$*" = "is-active systemd-resolved" ] && echo active\\n' > /mnt/systemctl
chmod +x /mnt/systemctl
PATH="/mnt:$PATH"`;

/** The facts of this machine as kubeadm sees them. */
export function thisHost(hide: readonly string[] = [], resolvConf?: string): HostFacts {
	return {
		...(resolvConf ? { resolvConf } : {}),
		hostname: hostname(),
		defaultRouteAddress: advertiseAddress,
		cgroupVersion: existsSync("/sys/fs/cgroup/cgroup.controllers") ? 2 : 1,
		machineId: "0123456789abcdef0123456789abcdef",
		caCertificateDirectories: caCertificateDirectories.filter(
			(path) => existsSync(path) && !hide.some((hidden) => path.startsWith(hidden)),
		),
	};
}

/** The case as kubeadm's configuration file. */
export function documents({ cluster = {}, node = {} }: Case, minor: Minor = newestMinor): object[] {
	const {
		kubelet,
		kubeProxy,
		kubeletServer: _kubelets,
		kubeProxyServer: _server,
		proxyEnvs: _envs,
		...configuration
	} = cluster;
	const { name, localAPIEndpoint, nodeRegistration, timeouts } = node;
	const kubeadm = "kubeadm.k8s.io/v1beta4";
	return [
		{
			apiVersion: kubeadm,
			kind: "InitConfiguration",
			bootstrapTokens: [{ token: `${token.id}.${token.secret}`, description: "a token" }],
			localAPIEndpoint: { advertiseAddress, ...localAPIEndpoint },
			nodeRegistration: { name, criSocket: "unix:///var/run/containerd/containerd.sock", ...nodeRegistration },
			timeouts,
			patches: node.kubelet && { directory: patchesFolder },
		},
		{ apiVersion: kubeadm, kind: "ClusterConfiguration", kubernetesVersion: versionOf(minor), ...configuration },
		...(kubelet ? [{ apiVersion: "kubelet.config.k8s.io/v1beta1", kind: "KubeletConfiguration", ...kubelet }] : []),
		...(kubeProxy
			? [{ apiVersion: "kubeproxy.config.k8s.io/v1alpha1", kind: "KubeProxyConfiguration", ...kubeProxy }]
			: []),
	];
}

async function filesUnder(folder: string): Promise<DryRun["files"]> {
	const names = await readdir(folder, { recursive: true });
	const files: DryRun["files"] = {};
	for (const name of names) {
		const path = join(folder, name);
		const found = await stat(path);
		if (!found.isFile()) continue;
		files[name] = { content: await readFile(path, "utf8"), mode: `0${(found.mode & 0o777).toString(8)}` };
	}
	return files;
}

function objectsIn(output: string): DryRun["objects"] {
	const created = output.split(/^\[dryrun\] Would perform action /m).filter((part) => part.startsWith("CREATE "));
	const objects = created.map((part) => {
		const [, text = ""] = part.split("[dryrun] Attached object:\n");
		const [yaml = ""] = text.split(/\n\n(?=\[|Your Kubernetes)/);
		return fromYaml(yaml) as KubernetesObject;
	});
	return byName(objects);
}

/** Objects by `kind/namespace/name`. */
export function byName(objects: readonly KubernetesObject[]): Record<string, KubernetesObject> {
	return Object.fromEntries(
		objects.map((object) => [[object.kind, object.metadata.namespace ?? "", object.metadata.name].join("/"), object]),
	);
}
