import { inputProblem } from "./expected";
import type { Problem } from "./problems";

/** Audit of the API server. Source: https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/ */
export interface AuditSpec {
	/** Policy of kind `Policy` (audit.k8s.io/v1), YAML. @default who did what to which object; no content of Secrets */
	policy?: string;
	/** Days after which a rotated log is removed. @default 30 */
	maxAge?: number;
	/** Number of rotated logs that are kept. @default 10 */
	maxBackup?: number;
	/** Size at which the log is rotated, in megabytes. @default 100 */
	maxSize?: number;
}

/** TLS of API server, etcd, controller manager, scheduler and kubelets, by Kubernetes' names. */
export interface TlsSpec {
	/** Lowest version of TLS. With "VersionTLS13" the cipher suites have no effect. @default "VersionTLS12" */
	minVersion?: "VersionTLS12" | "VersionTLS13";
	/** Cipher suites of TLS 1.2, by Go's names. @default the six suites with ECDHE and AEAD */
	cipherSuites?: string[];
}

/**
 * Parts of the hardened profile. `true` and an object turn a part on, `false` turns a part off. A part that is not named
 * is on where the cluster has `profile: "hardened"`.
 *
 * A flag, volume or kubelet setting that the program gives itself always takes precedence over that of a part.
 *
 * Source: CIS Kubernetes Benchmark 1.12.
 */
export interface HardeningSpec {
	/** Audit policy and rotated logs in /var/log/kubernetes/audit on the control plane. A destroy leaves the logs there. */
	audit?: boolean | AuditSpec;
	/**
	 * Encryption of Secrets in etcd. `true` and "secretbox": with a key that the program makes and keeps encrypted in its
	 * state. "identity": new data is not encrypted, and what is encrypted stays readable; the step before `false`. An
	 * object: an EncryptionConfiguration of your own, such as one with KMS v2.
	 */
	encryption?: boolean | "secretbox" | "identity" | EncryptionSpec;
	/** Whether the profiling endpoints of all components are off. */
	profilingOff?: boolean;
	/** Lowest version of TLS, and cipher suites. */
	tls?: boolean | TlsSpec;
	/** Admission plugins that are enabled. @default NodeRestriction and DenyServiceExternalIPs */
	admission?: boolean | { plugins: string[] };
	/**
	 * Paths of the API server that answer without credentials. All others answer 401. `kubeadm join` with discovery by
	 * token also needs "/api/v1/namespaces/kube-public/configmaps/cluster-info".
	 * @default /livez, /readyz and /healthz
	 */
	anonymousPaths?: boolean | string[];
	/**
	 * Serving certificates of kubelets by the cluster's CA, which the API server then verifies. The program approves a
	 * kubelet's request where it asks for that node's own names and addresses, and nothing else.
	 */
	kubeletServingCertificates?: boolean;
	/** Kubelet settings: a limit of processes in a pod, seccomp by default, events, idle streams. */
	kubeletSettings?: boolean;
	/** Limits of the controller manager: ended pods that are kept. */
	garbageCollection?: boolean;
	/** Whether service account tokens end when they say so, and are not extended to a year. */
	boundTokens?: boolean;
	/** Modes and owners: the kubelet's configuration and drop-in 0600; etcd's data owned by a user etcd. */
	restrictedFiles?: boolean;
}

/** An EncryptionConfiguration of your own. */
export interface EncryptionSpec {
	/** EncryptionConfiguration (apiserver.config.k8s.io/v1), YAML. Secret. */
	configuration: string;
}

/** Names of the parts, in the order in which they are applied. */
export const hardeningParts = [
	"audit",
	"encryption",
	"profilingOff",
	"tls",
	"admission",
	"anonymousPaths",
	"kubeletServingCertificates",
	"kubeletSettings",
	"garbageCollection",
	"boundTokens",
	"restrictedFiles",
] as const satisfies readonly (keyof HardeningSpec)[];

/** Arguments of a cluster that decide about its hardening. Values that are not known yet may be any text. */
export interface HardeningArgs {
	/** The profile. @default none */
	profile?: string;
	/** The parts that differ from the profile. @default {} */
	hardening?: HardeningSpec;
}

/** Returns a part as the program has it: its options, `true` for the defaults, or `false`. */
export function partOf<Name extends keyof HardeningSpec>(
	{ profile, hardening }: HardeningArgs,
	name: Name,
): Exclude<HardeningSpec[Name], undefined> {
	return (hardening?.[name] ?? profile === "hardened") as Exclude<HardeningSpec[Name], undefined>;
}

/** Returns the contradictions between the parts of the profile and the rest of a cluster's arguments. */
export function hardeningProblems(args: HardeningArgs & Record<string, any>): Problem[] {
	const isOn = (name: keyof HardeningSpec) => partOf(args, name) !== false;
	const flags: { name?: unknown }[] = Array.isArray(args.apiServer?.extraArgs) ? args.apiServer.extraArgs : [];
	const beside = flags.flatMap(({ name }, index) =>
		isOn("anonymousPaths") &&
		!hasFlag(flags, "authentication-config") &&
		/^(anonymous-auth|oidc-.*)$/.test(String(name))
			? [
					inputProblem({
						path: `apiServer.extraArgs[${index}]`,
						expected:
							"no such flag, as the API server refuses it beside the AuthenticationConfiguration of anonymousPaths",
						got: `"${name}"`,
						next: "hardening: { anonymousPaths: false }, or an authentication-config of your own in place of the flag",
					}),
				]
			: [],
	);
	const ca = args.authorities?.ca;
	const external = isOn("kubeletServingCertificates") && ca && ca.privateKey === undefined;
	const rootless = isOn("audit") && args.featureGates?.RootlessControlPlane === true;
	return [
		...beside,
		...(external
			? [
					inputProblem({
						path: "hardening.kubeletServingCertificates",
						expected: "false, as no controller of the cluster signs with a CA whose key is elsewhere",
						got: "on",
					}),
				]
			: []),
		...(rootless
			? [
					inputProblem({
						path: "hardening.audit",
						expected: "false beside RootlessControlPlane, as the API server's user cannot write to root's log folder",
						got: "on",
						next: "hardening: { audit: false }, and the flags and a volume of your own",
					}),
				]
			: []),
	];
}

function hasFlag(flags: readonly { name?: unknown }[], wanted: string): boolean {
	return flags.some(({ name }) => name === wanted);
}
