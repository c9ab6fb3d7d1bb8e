import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { caCertificateDirectories } from "../../provider/facts/paths";
import type { KubernetesObject } from "../../provider/render/kubernetes-object";
import { fromYaml } from "../../provider/render/yaml";
import type { ClusterSpec } from "../../provider/spec/cluster";
import type { HostFacts, NodeSpec } from "../../provider/spec/node";

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
	cluster?: Omit<ClusterSpec, "kubernetesVersion">;
	node?: NodeSpec;
	/** Folders that the host shall seem not to have anything in. */
	hide?: string[];
}

export const version = "v1.37.2";
export const advertiseAddress = "198.18.0.10";
export const token = { id: "abcdef", secret: "0123456789abcdef" };

/** Runs the real `kubeadm init --dry-run`, in mounts of its own so that it sees nobody's cluster. */
export async function dryRun(subject: Case): Promise<DryRun> {
	const folder = await mkdtemp(join(tmpdir(), "parity-"));
	try {
		const configuration = join(folder, "kubeadm.yaml");
		const out = join(folder, "out");
		await writeFile(configuration, documents(subject).map((document) => JSON.stringify(document)).join("\n---\n"));
		const output = await kubeadm({ configuration, out, hide: subject.hide ?? [], subject });
		return { files: await filesUnder(out), objects: objectsIn(output), output };
	} finally {
		await rm(folder, { recursive: true });
	}
}

/** The facts of this machine as kubeadm sees them. */
export function thisHost(hide: readonly string[] = []): HostFacts {
	return {
		hostname: hostname(),
		defaultRouteAddress: advertiseAddress,
		cgroupVersion: existsSync("/sys/fs/cgroup/cgroup.controllers") ? 2 : 1,
		machineId: "0123456789abcdef0123456789abcdef",
		caCertificateDirectories: caCertificateDirectories.filter(
			(path) => existsSync(path) && !hide.some((hidden) => path.startsWith(hidden)),
		),
	};
}

async function kubeadm(call: { configuration: string; out: string; hide: string[]; subject: Case }): Promise<string> {
	const binary = process.env.KUBEADM ?? "kubeadm";
	const script = `set -e
		for folder in /etc/kubernetes /var/lib/kubelet ${call.hide.join(" ")}; do
			if [ -d "$folder" ]; then mount -t tmpfs parity "$folder"; fi
		done
		mkdir -p "$1"
		exec "$2" init --dry-run --ignore-preflight-errors=all --config "$3"`;
	const proxyEnvs = Object.fromEntries((call.subject.cluster?.proxyEnvs ?? []).map(({ name, value }) => [name, value]));
	try {
		const { stdout } = await run(
			"unshare",
			["--mount", "--propagation", "private", "sh", "-c", script, "sh", call.out, binary, call.configuration],
			{
				env: { PATH: process.env.PATH, KUBEADM_INIT_DRYRUN_DIR: call.out, ...proxyEnvs },
				maxBuffer: 2 ** 26,
				timeout: 60_000,
			},
		);
		return stdout;
	} catch (error) {
		const { stderr = "", stdout = "" } = error as { stderr?: string; stdout?: string };
		if (/not found/.test(stderr)) {
			throw new Error(`kubeadm: expected ${version} on PATH or in $KUBEADM, got nothing at "${binary}"; install it, or set KUBEADM`);
		}
		throw new Error(`kubeadm init --dry-run failed\n${stdout.slice(-2000)}${stderr.slice(-4000)}`, { cause: error });
	}
}

/** The case as kubeadm's configuration file. */
function documents({ cluster = {}, node = {} }: Case): object[] {
	const { kubelet, kubeProxy, kubeProxyServer: _server, proxyEnvs: _envs, ...configuration } = cluster;
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
		},
		{ apiVersion: kubeadm, kind: "ClusterConfiguration", kubernetesVersion: version, ...configuration },
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
		objects.map((object) => [
			[object.kind, object.metadata.namespace ?? "", object.metadata.name].join("/"),
			object,
		]),
	);
}
