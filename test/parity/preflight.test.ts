import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Minor, minors } from "../../lab/toolchain/tools.ts";
import { type ClusterSpec, resolveCluster } from "../../provider/config/cluster";
import { type NodeSpec, resolveNode } from "../../provider/config/node";
import { preflight } from "../../provider/phases/preflight/preflight";
import { type PreflightAction, preflightSubject } from "../../provider/phases/preflight/subject";
import { images } from "../../provider/render/images";
import { MemoryRuntime } from "../support/container-runtime";
import { inPrivate, ShellHost } from "../support/shell-host";
import { kubeadmOf } from "./generate/oracle";
import { advertiseAddress, inFolder, thisHost, versionOf } from "./kubeadm";

/** What is wrong with a machine, and what kubeadm makes of it. */
interface Condition {
	title: string;
	action?: PreflightAction;
	/** Makes it so, in mounts of its own. */
	before?: string;
	cluster?: Omit<ClusterSpec, "kubernetesVersion">;
	node?: NodeSpec;
	runtime?: (runtime: MemoryRuntime, version: string) => void;
	/** That both say this, so that a condition which does not come about is no success. */
	both: string[];
	/** The releases in which they do. @default all */
	since?: Minor;
	/** What is said here alone before: kubeadm goes on with a warning that has no name. */
	before1_35?: string[];
}

const cover = (path: string, content: string) => `printf '${content}' >/mnt/cover; mount --bind /mnt/cover ${path}`;
const made = (path: string) => `mkdir -p ${path.replace(/\/[^/]*$/, "")}; touch ${path}`;
const listening = (port: number, address = "0.0.0.0") =>
	`timeout 30 ${process.execPath} -e 'require("net").createServer().listen(${port}, "${address}")' >/dev/null 2>&1 </dev/null &
for try in $(seq 200); do ss -Hltn | grep -q :${port} && break; sleep 0.05; done`;
const extraArgs = (name: string, value: string) => ({ extraArgs: [{ name, value }] });

const kubelet = (version: string) =>
	`mkdir -p /mnt/.bin; printf '#!/bin/sh\\necho Kubernetes ${version}\\n' >/mnt/.bin/kubelet; chmod 755 /mnt/.bin/kubelet; PATH=/mnt/.bin:$PATH`;

/** So that nothing else is wrong: a kubelet of the cluster's release, forwarding, a name, the address of the API server. */
const sound = (version: string) => `
${kubelet(version)}
sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.default.forwarding=1
echo "127.0.0.1 localhost $(hostname)" >/mnt/.hosts
mount --bind /mnt/.hosts /etc/hosts
ip link set lo up
ip addr add ${advertiseAddress}/32 dev lo
`;

const conditions: Condition[] = [
	{ title: "nothing more", both: [] },
	{ title: "one processor", before: "taskset -cp 0 $$ >/dev/null", both: ["ERROR NumCPU"] },
	{
		title: "a kubelet of a release that is too old",
		before: kubelet("v1.30.4"),
		both: ["ERROR KubeletVersion"],
	},
	{
		title: "a newer kubelet",
		before: kubelet("v1.38.0"),
		both: ["ERROR KubeletVersion"],
	},
	{ title: "no losetup", before: "mount --bind /dev/null $(command -v losetup)", both: ["ERROR FileExisting-losetup"] },
	{
		title: "no cp",
		before: "mount --bind /dev/null $(command -v cp)",
		both: ["ERROR FileExisting-cp"],
	},
	{
		title: "IPv4 that is not forwarded",
		before: "sysctl -q -w net.ipv4.ip_forward=0",
		both: ["ERROR FileContent--proc-sys-net-ipv4-ip_forward"],
	},
	{
		title: "IPv6 that is not forwarded, in a dual-stack cluster",
		before: "sysctl -q -w net.ipv6.conf.default.forwarding=0",
		cluster: { networking: { serviceSubnet: "10.96.0.0/16,fd00:1::/112", podSubnet: "10.244.0.0/16,fd00:2::/56" } },
		both: ["ERROR FileContent--proc-sys-net-ipv6-conf-default-forwarding"],
	},
	{
		title: "IPv6 that is not forwarded and not needed",
		before: "sysctl -q -w net.ipv6.conf.default.forwarding=0",
		both: [],
	},
	{ title: "a name that is not resolved", node: { name: "no-such-name.invalid" }, both: ["WARNING Hostname"] },
	{
		title: "swap, where the kubelet is told to start with it",
		before: cover("/proc/swaps", "Filename\\tType\\tSize\\tUsed\\tPriority\\n/dev/sdb2 partition 999420 0 -2\\n"),
		cluster: { kubelet: { failSwapOn: false } },
		both: ["WARNING Swap"],
	},
	{ title: "a port of the scheduler that is taken", before: listening(10259), both: ["ERROR Port-10259"] },
	{ title: "a port of etcd that is taken", before: listening(2380), both: ["ERROR Port-2380"] },
	{
		title: "a port that is taken at another address than the scheduler's",
		before: listening(10259, advertiseAddress),
		cluster: { scheduler: extraArgs("bind-address", "127.0.0.1") },
		both: [],
	},
	{
		title: "an advertised address that the host does not have",
		before: `ip addr del ${advertiseAddress}/32 dev lo`,
		both: ["ERROR Port-2379", "ERROR Port-2380"],
		since: "1.37",
	},
	{
		title: "a port of the kubelet that is taken, where a worker joins",
		action: "worker join",
		before: listening(10250),
		both: ["ERROR Port-10250"],
	},
	{
		title: "manifests of another cluster",
		before: `${made("/etc/kubernetes/manifests/etcd.yaml")}; ${made("/etc/kubernetes/manifests/kube-apiserver.yaml")}`,
		both: [
			"ERROR FileAvailable--etc-kubernetes-manifests-etcd.yaml",
			"ERROR FileAvailable--etc-kubernetes-manifests-kube-apiserver.yaml",
		],
	},
	{ title: "a kubelet's kubeconfig, for init", before: made("/etc/kubernetes/bootstrap-kubelet.conf"), both: [] },
	{
		title: "credentials of another cluster, where a worker joins",
		action: "worker join",
		before: `${made("/etc/kubernetes/kubelet.conf")}; ${made("/etc/kubernetes/bootstrap-kubelet.conf")}; ${made("/etc/kubernetes/pki/ca.crt")}`,
		both: [
			"ERROR FileAvailable--etc-kubernetes-bootstrap-kubelet.conf",
			"ERROR FileAvailable--etc-kubernetes-kubelet.conf",
			"ERROR FileAvailable--etc-kubernetes-pki-ca.crt",
		],
	},
	{ title: "data of etcd", before: made("/var/lib/etcd/member/snap/db"), both: ["ERROR DirAvailable--var-lib-etcd"] },
	{
		title: "data of etcd in a directory of one's own",
		cluster: { etcd: { local: { dataDir: "/var/lib/data/etcd" } } },
		before: made("/var/lib/data/etcd/lost"),
		both: ["ERROR DirAvailable--var-lib-data-etcd"],
	},
	{
		title: "an external etcd without its files",
		cluster: {
			etcd: {
				external: {
					endpoints: [`https://${advertiseAddress}:2379`],
					caFile: "/nowhere/ca.crt",
					certFile: "/nowhere/c.crt",
					keyFile: "/nowhere/c.key",
				},
			},
		},
		both: ["ERROR ExternalEtcdClientCertificates", "ERROR ExternalEtcdVersion"],
	},
	{
		title: "a container runtime that is not ready",
		runtime: (runtime) => {
			runtime.notReady = "no runc";
		},
		both: ["ERROR CRI"],
	},
	{
		title: "a container runtime that is old",
		runtime: (runtime) => {
			runtime.fails = (method) => (method === "RuntimeConfig" ? { status: 12, message: "unknown method" } : undefined);
		},
		both: ["WARNING ContainerRuntimeVersion"],
		since: "1.35",
	},
	{
		title: "a container runtime that does not answer",
		node: { nodeRegistration: { criSocket: "unix:///run/no-such-runtime.sock" } },
		both: ["ERROR CRI", "ERROR ContainerRuntimeVersion"],
		since: "1.35",
		before1_35: ["ERROR CRI"],
	},
	{
		title: "what is ignored by name, in another case",
		before: `sysctl -q -w net.ipv4.ip_forward=0; ${listening(10257)}`,
		node: { nodeRegistration: { ignorePreflightErrors: ["PORT-10257", "systemverification"] } },
		both: ["WARNING Port-10257", "ERROR FileContent--proc-sys-net-ipv4-ip_forward"],
	},
	{
		title: "all ignored",
		before: "sysctl -q -w net.ipv4.ip_forward=0",
		node: { nodeRegistration: { ignorePreflightErrors: ["all"], imagePullPolicy: "Never" } },
		runtime: (runtime, version) => {
			for (const image of images(resolveCluster({ kubernetesVersion: version }))) runtime.images.add(image);
		},
		both: ["WARNING FileContent--proc-sys-net-ipv4-ip_forward"],
	},
	{
		title: "an image that no registry has",
		node: { nodeRegistration: { ignorePreflightErrors: ["SystemVerification"] } },
		runtime: (runtime) => {
			runtime.fails = (method, image) =>
				method === "PullImage" && image.includes("coredns") ? { status: 5, message: "not found" } : undefined;
		},
		both: ["ERROR ImagePull"],
	},
];

/** Ours alone, and kubeadm's alone: it warns of a kubelet's service that is not enabled, which is placed and enabled here. */
const oneSided = /^(ERROR|WARNING) (Clock|CgroupDriver|SELinux|Service-kubelet)$/i;

describe.each(minors)("preflight checks, beside those of the real kubeadm %s", (minor) => {
	const version = versionOf(minor);
	let folder: string;
	let runtime: MemoryRuntime;

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), "preflight-"));
	});

	afterAll(() => rm(folder, { recursive: true }));

	afterEach(() => {
		runtime.close();
		vi.restoreAllMocks();
	});

	it.each(conditions)("$title: the same names with the same severity", async (condition) => {
		const { action = "init", before = "", runtime: prepare, both, since = minors[0]! } = condition;
		const fresh = async () => {
			runtime?.close();
			runtime = new MemoryRuntime();
			prepare?.(runtime, version);
			await runtime.listen(join(folder, "cri.sock"));
		};
		const node = {
			...condition.node,
			nodeRegistration: { criSocket: `unix://${folder}/cri.sock`, ...condition.node?.nodeRegistration },
		};
		const machine = `${sound(version)}${before}`;

		await fresh();
		const theirs = await kubeadms({ ...condition, action, node, minor }, machine);
		const calls = imageCalls(runtime);
		await fresh();
		const ours = await oursOf({ ...condition, action, node, minor }, machine);
		const more = minor === "1.34" ? (condition.before1_35 ?? []) : [];
		expect(ours).toEqual([...theirs, ...more].sort());
		if (minors.indexOf(minor) >= minors.indexOf(since)) expect(ours).toEqual(expect.arrayContaining(both));
		if (action === "init") expect(imageCalls(runtime)).toEqual(calls);
	});
});

/** What is pulled, in order. kubeadm tries five times where an image is not there at all, too. */
function imageCalls({ calls }: MemoryRuntime): string[] {
	return [...new Set(calls.filter((call) => call.startsWith("PullImage")))];
}

type Whole = Condition & { action: PreflightAction; node: NodeSpec; minor: Minor };

async function kubeadms({ action, cluster, node, minor }: Whole, machine: string): Promise<string[]> {
	const { kubelet, ...configuration } = cluster ?? {};
	const { name, nodeRegistration } = node;
	const kubeadm = "kubeadm.k8s.io/v1beta4";
	const registration = { nodeRegistration: { name, ...nodeRegistration } };
	const documents =
		action === "init"
			? [
					{ apiVersion: kubeadm, kind: "InitConfiguration", localAPIEndpoint: { advertiseAddress }, ...registration },
					{ apiVersion: kubeadm, kind: "ClusterConfiguration", kubernetesVersion: versionOf(minor), ...configuration },
					...(kubelet
						? [{ apiVersion: "kubelet.config.k8s.io/v1beta1", kind: "KubeletConfiguration", ...kubelet }]
						: []),
				]
			: [
					{
						apiVersion: kubeadm,
						kind: "JoinConfiguration",
						discovery: {
							bootstrapToken: {
								token: "abcdef.0123456789abcdef",
								apiServerEndpoint: `${advertiseAddress}:6443`,
								unsafeSkipCAVerification: true,
							},
						},
						...registration,
					},
				];
	return inFolder(documents, async (_folder, file) => {
		const binary = kubeadmOf(minor);
		const verb = action === "init" ? "init" : "join";
		const { stdout, stderr } = await inPrivate(machine, `"$1" ${verb} phase preflight --config "$2"`, [binary, file]);
		expect(stdout).toContain("[preflight] Running pre-flight checks");
		return namesIn(
			[...stderr.matchAll(/^\t\[(ERROR|WARNING) ([^\]]+)\]/gm)].map(([, severity, name]) => `${severity} ${name}`),
		);
	});
}

async function oursOf({ action, cluster, node, minor }: Whole, machine: string): Promise<string[]> {
	const log = vi
		.spyOn(console, "log")
		.mockReset()
		.mockImplementation(() => {});
	const resolved = resolveCluster({ kubernetesVersion: versionOf(minor), ...cluster });
	const whole = { facts: thisHost(), localAPIEndpoint: { advertiseAddress }, apiServer: { advertiseAddress }, ...node };
	const role = action === "worker join" ? "worker" : "control-plane";
	const subject = preflightSubject(resolved, resolveNode(resolved, whole, role), action);
	const error = await preflight(new ShellHost(machine), subject).then(
		() => "",
		({ message }: Error) => message,
	);
	const names = (text: string, severity: string) =>
		[...text.matchAll(/^(?:\S+: warning: )?\[([^\]]+)\]/gm)].map(([, name]) => `${severity} ${name}`);
	return namesIn([
		...names(error, "ERROR"),
		...log.mock.calls.flatMap(([line]) => (/: warning: /.test(String(line)) ? names(String(line), "WARNING") : [])),
	]);
}

function namesIn(lines: string[]): string[] {
	return [...new Set(lines)].filter((line) => !oneSided.test(line)).sort();
}
