import { describe, expect, it } from "vitest";
import { type Minor, minors, newestMinor } from "../../lab/toolchain/tools.ts";
import { type ClusterSpec, resolveCluster } from "../../provider/config/cluster";
import { parseKubeadmConfig } from "../../provider/config/kubeadm";
import { type NodeSpec, resolveNode } from "../../provider/config/node";
import { SpecError } from "../../provider/config/problems";
import { advertiseAddress, documents, inFolder, kubeadm, thisHost, verdict, versionOf } from "./kubeadm";

/** Parts of a cluster; those that kubeadm takes and those that it refuses. */
const clusters: Record<"taken" | "refused", object[]> = {
	taken: [
		{ networking: { serviceSubnet: "198.18.0.0/12" } },
		{ networking: { serviceSubnet: "198.18.0.0/28" } },
		{ networking: { serviceSubnet: "fd00::/108" } },
		{ networking: { podSubnet: "198.18.0.0/8" } },
		{
			networking: { podSubnet: "198.18.0.0/26" },
			controllerManager: { extraArgs: [{ name: "node-cidr-mask-size-ipv4", value: "28" }] },
		},
		{
			networking: { podSubnet: "198.18.0.0/28" },
			controllerManager: { extraArgs: [{ name: "allocate-node-cidrs", value: "false" }] },
		},
		{ networking: { podSubnet: "198.18.0.0/16,fd00::/56", serviceSubnet: "198.19.0.0/16,fd01::/112" } },
		{ networking: { dnsDomain: "a.b-c.1" } },
		{ controlPlaneEndpoint: "api.example" },
		{ controlPlaneEndpoint: "198.18.0.1" },
		{ controlPlaneEndpoint: "[fd00::1]:6443" },
		{ controlPlaneEndpoint: "fd00::1" },
		{ controlPlaneEndpoint: "198.018.0.1:1" },
		{ apiServer: { certSANs: ["A.Example", "*.example", "198.18.0.1", "::1"] } },
		{ apiServer: { extraArgs: [{ name: "a", value: "" }] } },
		{ imageRepository: "localhost:5000" },
		{ imageRepository: "registry.example/a/b__c" },
		{ certificatesDir: "/a/../b" },
		{ certificateValidityPeriod: "1.5h10ms" },
		{ certificateValidityPeriod: "0" },
		{ encryptionAlgorithm: "RSA-4096" },
		{ featureGates: { RootlessControlPlane: false } },
		{ clusterName: "any thing" },
		{ kubelet: { syncFrequency: "1m", maxPods: 10 } },
	],
	refused: [
		{ networking: { serviceSubnet: "198.18.0.0/11" } },
		{ networking: { serviceSubnet: "198.18.0.0/29" } },
		{ networking: { serviceSubnet: "fd00::/107" } },
		{ networking: { serviceSubnet: "198.18.0.0" } },
		{ networking: { serviceSubnet: "198.18.0.0/33" } },
		{ networking: { serviceSubnet: "198.18.0.0/16,198.19.0.0/16" } },
		{ networking: { podSubnet: "198.18.0.0/25" } },
		{ networking: { podSubnet: "198.18.0.0/7" } },
		{ networking: { podSubnet: "198.18.0.0/16 " } },
		{
			networking: { podSubnet: "198.18.0.0/16" },
			controllerManager: { extraArgs: [{ name: "node-cidr-mask-size-ipv4", value: "x" }] },
		},
		{ networking: { dnsDomain: "a_b" } },
		{ networking: { dnsDomain: "Cluster.Local" } },
		{ networking: { serviceSubnets: "198.18.0.0/16" } },
		{ controlPlaneEndpoint: "api.example:0" },
		{ controlPlaneEndpoint: "api.example:65536" },
		{ controlPlaneEndpoint: "https://api.example" },
		{ controlPlaneEndpoint: "API.example" },
		{ controlPlaneEndpoint: "[fd00::1]" },
		{ apiServer: { certSANs: ["a_b"] } },
		{ apiServer: { certSANs: ["a.*.example"] } },
		{ apiServer: { extraArgs: [{ name: "", value: "x" }] } },
		{ apiServer: { extraArgs: { a: "b" } } },
		{ apiServer: { timeoutForControlPlane: "4m" } },
		{ etcd: { local: { dataDir: "var/lib/etcd" } } },
		{ etcd: { local: { peerCertSANs: ["A"] } } },
		{ imageRepository: "https://registry.example" },
		{ imageRepository: "registry.example/UPPER" },
		{ dns: { imageRepository: "a b" } },
		{ certificatesDir: "pki" },
		{ certificateValidityPeriod: "1 hour" },
		{ certificateValidityPeriod: "1d" },
		{ certificateValidityPeriod: 3600 },
		{ encryptionAlgorithm: "RSA" },
		{ featureGates: { NoSuchGate: true } },
		{ kubernetesVersion: "v1.20.0" },
		{ clusterName: 5 },
		{ kubelet: { maxPod: 5 } },
		{ kubelet: { syncFrequency: "soon" } },
		{ kubeProxy: { mode: 1 } },
	],
};

/** Parts of a node; those that kubeadm takes and those that it refuses. */
const nodes: Record<"taken" | "refused", object[]> = {
	taken: [
		{ name: "A.b" },
		{ nodeRegistration: { criSocket: "/run/containerd/containerd.sock" } },
		{ nodeRegistration: { criSocket: "tcp://198.18.0.1:1" } },
		{ nodeRegistration: { imagePullPolicy: "Never", imagePullSerial: false } },
		{ localAPIEndpoint: { bindPort: 65535 } },
		{ timeouts: { etcdAPICall: "90s" } },
	],
	refused: [
		{ name: "a_b" },
		{ nodeRegistration: { criSocket: "unixes:///a" } },
		{ nodeRegistration: { criSocket: "unix://a b" } },
		{ nodeRegistration: { imagePullPolicy: "Sometimes" } },
		{ nodeRegistration: { kubeletExtraArgs: [{ name: "", value: "1" }] } },
		{ nodeRegistration: { taint: [] } },
		{ localAPIEndpoint: { bindPort: 65536 } },
		{ localAPIEndpoint: { bindPort: "6443" } },
		{ localAPIEndpoint: { advertiseAddress: "node.example" } },
		{ timeouts: { etcdAPICall: "soon" } },
	],
};

const older = minors.filter((minor) => minor !== newestMinor);

/** The newest release judges all, each older one every so manieth. */
function cases(all: readonly object[]): [Minor, string, object][] {
	return all.flatMap((part, index): [Minor, string, object][] => [
		[newestMinor, JSON.stringify(part), part],
		[older[index % older.length]!, JSON.stringify(part), part],
	]);
}

describe.each(Object.entries(clusters))("a cluster that kubeadm has %s", (outcome, parts) => {
	it.each(cases(parts))("by %s: %s", async (minor, _title, part) => {
		expect(named(await verdict(documents({ cluster: part as ClusterSpec }, minor), minor))).toBe(outcome);
		expect(named(problems(() => resolveCluster({ kubernetesVersion: versionOf(minor), ...part })))).toBe(outcome);
	});
});

describe.each(Object.entries(nodes))("a node that kubeadm has %s", (outcome, parts) => {
	it.each(cases(parts))("by %s: %s", async (minor, _title, part) => {
		const cluster = resolveCluster({ kubernetesVersion: versionOf(minor) });
		const node: NodeSpec = { localAPIEndpoint: { advertiseAddress }, facts: thisHost(), ...part };
		expect(named(await verdict(documents({ node: part as NodeSpec }, minor), minor))).toBe(outcome);
		expect(named(problems(() => resolveNode(cluster, node, "control-plane")))).toBe(outcome);
	});
});

/** What `config validate` does not look at, but each command: which checks are ignored. */
const ignoring: Record<"taken" | "refused", string[][]> = {
	taken: [["all"], ["All", "ALL"], ["Swap", "swap"], ["NoSuchCheck"], []],
	refused: [
		["all", "Swap"],
		["swap", "ALL"],
		["all", "all", ""],
	],
};

/** A command that reads the document, as soon as it is refused or not. */
const commands: Record<string, { command: string[]; documentOf(ignorePreflightErrors: string[]): object }> = {
	InitConfiguration: {
		command: ["init", "phase", "certs", "ca", "--dry-run"],
		documentOf: (names) => ({ localAPIEndpoint: { advertiseAddress }, nodeRegistration: registration(names) }),
	},
	JoinConfiguration: {
		command: ["join", "phase", "kubelet-start", "--dry-run"],
		documentOf: (names) => ({
			nodeRegistration: registration(names),
			discovery: {
				bootstrapToken: {
					token: "abcdef.0123456789abcdef",
					apiServerEndpoint: `${advertiseAddress}:6443`,
					unsafeSkipCAVerification: true,
				},
			},
			timeouts: { discovery: "1s" },
		}),
	},
	ResetConfiguration: {
		command: ["reset", "--dry-run"],
		documentOf: (names) => ({ criSocket: "unix:///a", force: true, ignorePreflightErrors: names }),
	},
	UpgradeConfiguration: {
		command: ["upgrade", "node", "--dry-run"],
		documentOf: (names) => ({ node: { ignorePreflightErrors: names } }),
	},
};

describe.each(Object.entries(commands))("the checks that %s ignores", (kind, { command, documentOf }) => {
	const rows = Object.entries(ignoring).flatMap(([outcome, lists]) =>
		cases(lists).map(([minor, title, names]) => [outcome, minor, title, names as string[]] as const),
	);
	it.each(rows)("are %s by %s: %s", async (outcome, minor, _title, names) => {
		const document = { apiVersion: "kubeadm.k8s.io/v1beta4", kind, ...documentOf(names) };
		const { stderr } = await inFolder([document], (_folder, file) =>
			kubeadm([...command, "--config", file], { failing: true, minor, hide: ["/etc/kubernetes", "/var/lib/kubelet"] }),
		);
		expect(/individual checks if 'all' is used/.test(stderr) ? "refused" : "taken").toBe(outcome);
		const version = {
			apiVersion: document.apiVersion,
			kind: "ClusterConfiguration",
			kubernetesVersion: versionOf(minor),
		};
		const text = [version, document].map((each) => JSON.stringify(each)).join("\n---\n");
		expect(named(problems(() => parseKubeadmConfig(text)))).toBe(outcome);
	});
});

function registration(ignorePreflightErrors: string[]): object {
	return { name: "node", criSocket: "unix:///a", ignorePreflightErrors };
}

function named(problem: string | undefined): "taken" | "refused" {
	return problem === undefined ? "taken" : "refused";
}

function problems(work: () => unknown): string | undefined {
	try {
		work();
		return undefined;
	} catch (error) {
		if (error instanceof SpecError) return error.message;
		throw error;
	}
}
