import type { Shape } from "../facts/types/shape";
import type { Problem } from "./problems";
import { isSubdomain, oneOf, type Rule, ruleProblems } from "./rules";

/** How a machine is prepared for a node: what is installed there and set. Each part can be left alone with `false`. */
export interface PreparationSpec {
	/** Whether swap is turned off, also for later starts. @default true */
	swapOff?: boolean;
	/** Modules of the kernel that are loaded, also at later starts. @default ["overlay", "br_netfilter"] */
	kernelModules?: string[];
	/** Parameters of the kernel, by name. @default { "net.ipv4.ip_forward": "1" } */
	sysctls?: Record<string, string>;
	/** Whether the clock is synchronized: by chrony, where nothing does it yet. @default true */
	timeSynchronized?: boolean;
	/**
	 * Ports that firewalld or ufw lets through, where one of them is active: `6443/tcp`, `30000-32767/tcp`.
	 * @default the ports of the node's role: https://kubernetes.io/docs/reference/networking/ports-and-protocols/
	 */
	openPorts?: string[];
	/** Proxy for containerd and the package manager. @default none */
	proxy?: {
		/** `http://192.0.2.3:3128`. May contain a password, secret. */
		http?: string;
		/** As `http`, for HTTPS. */
		https?: string;
		/** Names, addresses and subnets that are reached without the proxy. */
		noProxy?: string[];
	};
	/**
	 * containerd and runc, from the distribution's packages, on Red Hat's family from Docker's repository; or from `binaries`.
	 * @default {}
	 */
	containerd?: false | ContainerdSpec;
	/** Registries of images, by name as in an image's reference: `docker.io`, `registry.example:5000`. @default {} */
	registries?: Record<string, RegistrySpec>;
	/** kubelet, kubectl, crictl and the CNI plugins, from packages that are held at their version, or from `binaries`. @default {} */
	kubernetesPackages?: false | KubernetesPackagesSpec;
}

/** How containerd is configured. */
export interface ContainerdSpec {
	/** Manager of the control groups, "systemd" or "cgroupfs"; the kubelet's has to be the same. @default the kubelet's */
	cgroupDriver?: string;
	/** Image of a pod's sandbox. @default kubeadm's for the version */
	sandboxImage?: string;
	/** Text of /etc/containerd/config.toml. @default containerd's own defaults with this cgroup driver and sandbox image */
	configuration?: string;
	/**
	 * Whether a configuration that somebody wrote on the machine is replaced. Without this the step stops and shows the
	 * difference, unless the present configuration serves the kubelet already.
	 * @default false
	 */
	replaceConfiguration?: boolean;
	/** Where containerd and runc are fetched from, instead of packages. @default packages */
	binaries?: ContainerdBinaries;
}

/** A program, or the archive with it, that is fetched from an address instead of installed from a package. */
export interface BinarySpec {
	/** Address: `https://mirror.example/v1.37.2/{arch}/kubelet`. `{arch}` stands for the machine's architecture: amd64, arm64. */
	url: string;
	/** SHA-256 of what the address gives, hexadecimal, by architecture: `{ amd64: "…" }`. Anything else is refused. */
	sha256: Record<string, string>;
}

/** Where containerd and runc are fetched from. */
export interface ContainerdBinaries {
	/** containerd's archive: containerd-VERSION-linux-ARCH.tar.gz. */
	containerd: BinarySpec;
	/** The program runc. */
	runc: BinarySpec;
}

/** Where Kubernetes' programs are fetched from. */
export interface KubernetesBinaries {
	/** The program kubelet, of the wanted version. */
	kubelet: BinarySpec;
	/** The program kubectl. */
	kubectl: BinarySpec;
	/** crictl's archive: crictl-VERSION-linux-ARCH.tar.gz. */
	crictl: BinarySpec;
	/** The archive of the CNI plugins: cni-plugins-linux-ARCH-VERSION.tgz. */
	cni: BinarySpec;
}

/** How containerd reaches a registry. */
export interface RegistrySpec {
	/** URLs that are asked before the registry itself: `https://mirror.example`. @default none */
	mirrors?: string[];
	/** Login name for the mirrors, or for the registry itself. @default none */
	username?: string;
	/** Password. Secret. */
	password?: string;
	/** Certificate of the CA that has signed for them, PEM. @default the machine's own CAs */
	caCertificate?: string;
}

/** Where Kubernetes' packages come from. */
export interface KubernetesPackagesSpec {
	/** Version, without `v`. @default the cluster's */
	version?: string;
	/**
	 * URL of the repository, ending with `/`. `{minor}` stands for the minor version, as 1.37, and `{format}` for deb or rpm.
	 * @default "https://pkgs.k8s.io/core:/stable:/v{minor}/{format}/"
	 */
	repository?: string;
	/** Public key that has signed the repository, armoured text. @default the key that the repository itself shows */
	key?: string;
	/** Where the programs are fetched from, instead of a repository of packages. @default packages */
	binaries?: KubernetesBinaries;
}

const binaryShape = { url: "string", sha256: "{string}" } as const satisfies Shape;

/** The form of a preparation, where its parts are objects. */
export const preparationShape = {
	swapOff: "bool",
	kernelModules: "[string]",
	sysctls: "{string}",
	timeSynchronized: "bool",
	openPorts: "[string]",
	proxy: ["struct?", { http: "string?", https: "string?", noProxy: "[string]" }],
	containerd: [
		"struct?",
		{
			cgroupDriver: "string?",
			sandboxImage: "string?",
			configuration: "string?",
			replaceConfiguration: "bool",
			binaries: ["struct?", { containerd: binaryShape, runc: binaryShape }],
		},
	],
	kubernetesPackages: [
		"struct?",
		{
			version: "string?",
			repository: "string?",
			key: "string?",
			binaries: ["struct?", { kubelet: binaryShape, kubectl: binaryShape, crictl: binaryShape, cni: binaryShape }],
		},
	],
} as const satisfies Shape;

/** The form of one of the `registries`. */
export const registryShape = {
	mirrors: "[string]",
	username: "string?",
	password: "string?",
	caCertificate: "string?",
} as const satisfies Shape;

/** A preparation with all defaults filled in. */
export interface Preparation {
	swapOff: boolean;
	kernelModules: string[];
	sysctls: Record<string, string>;
	timeSynchronized: boolean;
	openPorts: string[];
	proxy?: { http: string; https: string; noProxy: string[] };
	containerd:
		| false
		| (ContainerdSpec & Required<Pick<ContainerdSpec, "cgroupDriver" | "sandboxImage" | "replaceConfiguration">>);
	registries: Record<string, Required<Pick<RegistrySpec, "mirrors">> & RegistrySpec>;
	kubernetesPackages: false | KubernetesPackages;
}

/** Kubernetes' packages with all defaults filled in. */
export interface KubernetesPackages {
	/** Version, without `v`. */
	version: string;
	/** URL of the repository. `{format}` in it stands for deb or rpm. Absent with `binaries`. */
	repository?: string;
	/** Public key that has signed the repository, armoured text. Absent: the key that the repository itself shows. */
	key?: string;
	/** Where the programs are fetched from. Absent: packages of the repository are installed. */
	binaries?: KubernetesBinaries;
}

/** What a prepared machine becomes: a node of a cluster, or a member of an etcd cluster on machines of its own. */
export type PreparedRole = "control-plane" | "worker" | "etcd";

/** What a preparation takes over from the node and its cluster. */
export interface PreparedNode {
	/** Version of Kubernetes, without `v`. */
	kubernetesVersion: string;
	/** What the machine becomes. */
	role: PreparedRole;
	/** The kubelet's cgroup driver. */
	cgroupDriver: string;
	/** The sandbox image of kubeadm for the version. */
	sandboxImage: string;
}

/** Source: https://kubernetes.io/docs/reference/networking/ports-and-protocols/. */
const portsOf = {
	"control-plane": ["6443/tcp", "2379-2380/tcp", "10250/tcp", "10257/tcp", "10259/tcp"],
	worker: ["10250/tcp", "10256/tcp", "30000-32767/tcp", "30000-32767/udp"],
	etcd: ["2379-2380/tcp"],
} as const satisfies Record<PreparedRole, readonly string[]>;

/** Fills in the defaults of a preparation. */
export function resolvePreparation(spec: PreparationSpec, node: PreparedNode): Preparation {
	const { containerd = {}, kubernetesPackages = {}, proxy, registries = {}, ...rest } = spec;
	return {
		swapOff: true,
		kernelModules: ["overlay", "br_netfilter"],
		sysctls: { "net.ipv4.ip_forward": "1" },
		timeSynchronized: true,
		openPorts: [...portsOf[node.role]],
		...rest,
		...(proxy ? { proxy: { http: "", https: "", noProxy: [], ...proxy } } : {}),
		containerd: containerd && {
			cgroupDriver: node.cgroupDriver,
			sandboxImage: node.sandboxImage,
			replaceConfiguration: false,
			...containerd,
		},
		registries: Object.fromEntries(
			Object.entries(registries).map(([name, registry]) => [name, { mirrors: [], ...registry }]),
		),
		kubernetesPackages: kubernetesPackages && withSource({ version: node.kubernetesVersion, ...kubernetesPackages }),
	};
}

/** Fills in the URL of the repository, unless `binaries` are fetched. The format of packages is known on the machine alone. */
function withSource({
	version,
	repository,
	...rest
}: KubernetesPackagesSpec & { version: string }): KubernetesPackages {
	if (rest.binaries) return { version, binaries: rest.binaries };
	const pattern = repository ?? "https://pkgs.k8s.io/core:/stable:/v{minor}/{format}/";
	const minor = version.split(".").slice(0, 2).join(".");
	return { version, repository: pattern.replaceAll("{minor}", minor), ...rest };
}

/** Problems with the values of a preparation. Values that are not known yet are none. */
export function preparationProblems(spec: PreparationSpec): Problem[] {
	return ruleProblems(rules, spec);
}

const url = (text: string) =>
	/^(https?|file):\/\/?\S+$/.test(text) ? undefined : "a URL such as https://mirror.example";

const rules: readonly Rule<PreparationSpec>[] = [
	[
		"kernelModules.*",
		(name: string) => (/^[\w-]+$/.test(name) ? undefined : "the name of a module such as br_netfilter"),
	],
	["sysctls", sysctls],
	[
		"openPorts.*",
		(port: string) => (/^\d+(-\d+)?\/(tcp|udp)$/.test(port) ? undefined : "a port such as 6443/tcp or 30000-32767/udp"),
	],
	["proxy.http", url],
	["proxy.https", url],
	["containerd.cgroupDriver", oneOf(["systemd", "cgroupfs"])],
	["containerd.sandboxImage", (image: string) => (/^\S+$/.test(image) ? undefined : "an image")],
	["registries", registryNames],
	["registries.*.mirrors.*", url],
	[
		"kubernetesPackages.version",
		(version: string) => (/^\d+\.\d+\.\d+$/.test(version) ? undefined : 'a version such as "1.37.2"'),
	],
	[
		"kubernetesPackages.repository",
		(text: string) => url(text) ?? (String(text).endsWith("/") ? undefined : "a URL that ends with /"),
	],
	binariesOf("kubernetesPackages", ["kubelet", "kubectl", "crictl", "cni"]),
	binariesOf("containerd", ["containerd", "runc"]),
	...["kubernetesPackages", "containerd"].flatMap((part): Rule<PreparationSpec>[] => [
		[`${part}.binaries.*.url`, url],
		[
			`${part}.binaries.*.sha256.*`,
			(digest: string) => (/^[0-9a-f]{64}$/.test(digest) ? undefined : "a SHA-256, 64 digits of 0-9 and a-f"),
		],
	]),
];

/** Rule for a part of a preparation whose `binaries` have to name all programs, and leave no use for a repository. */
function binariesOf(part: "kubernetesPackages" | "containerd", programs: readonly string[]): Rule<PreparationSpec> {
	const missing = (binaries: Record<string, Partial<BinarySpec>>) =>
		programs.flatMap((program) =>
			(["url", "sha256"] as const)
				.filter((name) => binaries[program]?.[name] === undefined)
				.map((name) => ({
					path: `${part}.binaries.${program}.${name}`,
					expected: name === "url" ? `the address of ${program}` : 'a SHA-256 by architecture such as { amd64: "…" }',
					got: "none",
				})),
		);
	const without = "no value beside binaries, which come without a repository";
	return [
		part,
		(given: (KubernetesPackagesSpec & ContainerdSpec) | null) =>
			given?.binaries === undefined
				? []
				: [
						...missing({ ...given.binaries }),
						...(["repository", "key"] as const)
							.filter((name) => given[name] !== undefined)
							.map((name) => ({ path: `${part}.${name}`, expected: without, value: given[name] })),
					],
	];
}

function sysctls(values: Record<string, string>) {
	return entriesOf(values).flatMap(([name, value]) =>
		/^[\w./-]+$/.test(name) && !String(value).includes("\n")
			? []
			: [{ path: `sysctls.${name}`, expected: "a parameter of the kernel and its value", value }],
	);
}

function registryNames(registries: Record<string, RegistrySpec>) {
	return entriesOf(registries).flatMap(([name, registry]) => [
		...(isSubdomain(name.replace(/:\d+$/, ""))
			? []
			: [{ path: `registries.${name}`, expected: "the name of a registry, without https://", value: name }]),
		...(registry?.password !== undefined && registry.username === undefined
			? [{ path: `registries.${name}.username`, expected: "a name beside the password", got: "none" }]
			: []),
	]);
}

/** The entries of an object; of a value of another form, none, as its form is checked elsewhere. */
function entriesOf<T>(value: Record<string, T>): [string, T][] {
	return typeof value === "object" && value !== null ? Object.entries(value) : [];
}
