const arch = process.arch === "x64" ? "amd64" : process.arch;

/** Minor releases of Kubernetes that the lab can run, each with its versions. */
const releases = {
	"1.34": { kubernetes: "1.34.4", etcd: "3.6.5", coredns: "1.12.1" },
	"1.35": { kubernetes: "1.35.4", etcd: "3.6.6", coredns: "1.13.1" },
	"1.36": { kubernetes: "1.36.3", etcd: "3.6.8", coredns: "1.14.2" },
	"1.37": { kubernetes: "1.37.2", etcd: "3.7.0", coredns: "1.14.6" },
} as const satisfies Record<string, Record<"kubernetes" | "etcd" | "coredns", string>>;

/** A minor release of Kubernetes. */
export type Minor = keyof typeof releases;

export const minors = Object.keys(releases) as Minor[];

/** The release that the lab runs by default. */
export const newestMinor: Minor = "1.37";

/** Returns the version of Kubernetes of a minor release, without `v`. */
export function kubernetesVersion(minor: Minor): string {
	return releases[minor].kubernetes;
}

const kubernetesNames = [
	"kubelet",
	"kube-apiserver",
	"kubeadm",
	"kube-controller-manager",
	"kube-scheduler",
	"kubectl",
	"kube-proxy",
] as const;
const cniNames = ["bridge", "host-local", "loopback", "portmap"] as const;

export type ToolName =
	| (typeof kubernetesNames)[number]
	| (typeof cniNames)[number]
	| "pulumi"
	| "pulumi-language-nodejs"
	| "pulumi-resource-pulumi-nodejs"
	| "etcd"
	| "etcdctl"
	| "coredns"
	| "crictl"
	| "pause"
	| "web";

/** Binaries of one version that come together, and their sources. Plain data, because the cache's key is made from it. */
export interface Tool {
	name: string;
	version: string;
	binaries: ToolName[];
	/** Folder of the toolchain for the binaries. */
	folder: "bin" | "cni" | "images";
	/** Arguments that make a binary on PATH print its version, and which versions fit. Absent: PATH is not searched. */
	onPath?: { ask: Partial<Record<ToolName, string[]>>; fits: "exact" | "same minor" | "same major or newer" };
	/** Official release: a file, the published checksums, and the folder of the binaries in it (absent: the file is the binary). */
	release?: { file: string; checksums: string; folder?: string };
	go: GoBuild[];
}

/** Packages built in one Go module, so that their dependencies have the versions that the module requires. */
export interface GoBuild {
	module?: { name: string; get: string[]; stagingOf?: string };
	/** Go package of each binary; without `module`, a folder below go/. */
	packages: Partial<Record<ToolName, string>>;
	ldflags?: string;
	/** Scripts that belong to the release and are not built by Go. */
	scripts?: Partial<Record<ToolName, string>>;
}

/** Returns all tools at pinned versions, for one minor release of Kubernetes. */
export function toolsOf(minor: Minor = newestMinor): Tool[] {
	const { kubernetes, etcd, coredns } = releases[minor];
	return [
		...kubernetesNames.map((name) => kubernetesTool(name, kubernetes)),
		etcdTool(etcd),
		...ofAnyRelease,
		coreDnsTool(coredns),
		...ours,
	];
}

/** Tools whose version does not depend on the Kubernetes release. */
const ofAnyRelease: Tool[] = [
	{
		name: "cni-plugins",
		version: "1.9.1",
		binaries: [...cniNames],
		folder: "cni",
		release: {
			...github("containernetworking/plugins", "v1.9.1", `cni-plugins-linux-${arch}-v1.9.1.tgz`),
			folder: ".",
		},
		go: (["main/bridge", "ipam/host-local", "main/loopback", "meta/portmap"] as const).map((path, i) =>
			goModule(cniNames[i] as ToolName, `github.com/containernetworking/plugins/plugins/${path}@v1.9.1`),
		),
	},
	{
		name: "crictl",
		version: "1.36.0",
		binaries: ["crictl"],
		folder: "bin",
		onPath: { ask: { crictl: ["--version"] }, fits: "exact" },
		release: {
			...github("kubernetes-sigs/cri-tools", "v1.36.0", `crictl-v1.36.0-linux-${arch}.tar.gz`),
			folder: ".",
		},
		go: [
			goModule(
				"crictl",
				"sigs.k8s.io/cri-tools/cmd/crictl@v1.36.0",
				"-X sigs.k8s.io/cri-tools/pkg/version.Version=v1.36.0",
			),
		],
	},
	{
		name: "pulumi",
		version: "3.259.0",
		binaries: ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"],
		folder: "bin",
		onPath: { ask: { pulumi: ["version"] }, fits: "same major or newer" },
		release: {
			...github("pulumi/pulumi", "v3.259.0", `pulumi-v3.259.0-linux-${process.arch}.tar.gz`, "SHA512SUMS"),
			folder: "pulumi",
		},
		go: [
			goModule(
				"pulumi",
				"github.com/pulumi/pulumi/pkg/v3/cmd/pulumi@v3.259.0",
				"-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=3.259.0",
			),
			goModule("pulumi-language-nodejs", "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs@v3.60.0"),
			{
				packages: {},
				scripts: {
					"pulumi-resource-pulumi-nodejs": `#!/bin/sh
provider=$(node -p 'require.resolve("@pulumi/pulumi/cmd/dynamic-provider")') || exit 1
exec node "$provider" "$@"
`,
				},
			},
		],
	},
];

/** Programs of this project, for images. */
const ours: Tool[] = [
	{ name: "pause", version: "1", binaries: ["pause"], folder: "images", go: [{ packages: { pause: "pause" } }] },
	{ name: "web", version: "1", binaries: ["web"], folder: "images", go: [{ packages: { web: "web" } }] },
];

function etcdTool(version: string): Tool {
	const folder = `etcd-v${version}-linux-${arch}`;
	return {
		name: "etcd",
		version,
		binaries: ["etcd", "etcdctl"],
		folder: "bin",
		onPath: { ask: { etcd: ["--version"], etcdctl: ["version"] }, fits: "exact" },
		release: { ...github("etcd-io/etcd", `v${version}`, `${folder}.tar.gz`, "SHA256SUMS"), folder },
		go: [
			goModule("etcd", `go.etcd.io/etcd/server/v3@v${version}`),
			goModule("etcdctl", `go.etcd.io/etcd/etcdctl/v3@v${version}`),
		],
	};
}

function coreDnsTool(version: string): Tool {
	return {
		name: "coredns",
		version,
		binaries: ["coredns"],
		folder: "bin",
		onPath: { ask: { coredns: ["-version"] }, fits: "exact" },
		release: { ...github("coredns/coredns", `v${version}`, `coredns_${version}_linux_${arch}.tgz`), folder: "." },
		go: [goModule("coredns", `github.com/coredns/coredns@v${version}`)],
	};
}

function kubernetesTool(name: (typeof kubernetesNames)[number], kubernetes: string): Tool {
	const [major, minor] = kubernetes.split(".");
	const file = `https://dl.k8s.io/release/v${kubernetes}/bin/linux/${arch}/${name}`;
	const version = {
		gitVersion: `v${kubernetes}`,
		gitMajor: major,
		gitMinor: minor,
		gitTreeState: "clean",
		gitCommit: "0".repeat(40),
	};
	const ask = { kubeadm: ["version", "-o", "short"], kubectl: ["version", "--client"] } as const;
	return {
		name,
		version: kubernetes,
		binaries: [name],
		folder: "bin",
		onPath: {
			ask: { [name]: name === "kubeadm" || name === "kubectl" ? ask[name] : ["--version"] },
			fits: name === "kubectl" ? "same minor" : "exact",
		},
		release: { file, checksums: `${file}.sha256` },
		go: [
			{
				module: {
					name: "kubernetes",
					get: kubernetesNames.map((each) => `k8s.io/kubernetes/cmd/${each}`),
					stagingOf: `k8s.io/kubernetes@v${kubernetes}`,
				},
				packages: { [name]: `k8s.io/kubernetes/cmd/${name}` },
				ldflags: Object.entries(version)
					.map(([key, value]) => `-X k8s.io/component-base/version.${key}=${value}`)
					.join(" "),
			},
		],
	};
}

function github(repository: string, tag: string, name: string, checksums = `${name}.sha256`) {
	const folder = `https://github.com/${repository}/releases/download/${tag}`;
	return { file: `${folder}/${name}`, checksums: `${folder}/${checksums}` };
}

function goModule(name: ToolName, get: string, ldflags?: string): GoBuild {
	return { module: { name, get: [get] }, packages: { [name]: get.split("@")[0] }, ldflags };
}
