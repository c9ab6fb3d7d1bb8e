import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { Arg, HostPathMount } from "../config/component";
import {
	type AuditSpec,
	type EncryptionSpec,
	type HardeningSpec,
	type HardeningArgs as HardeningSpecArgs,
	hardeningParts,
	partOf,
	type TlsSpec,
} from "../config/hardening";
import { paths } from "../facts/paths";
import {
	auditPolicy,
	authenticationConfiguration,
	encryptionConfiguration,
	healthPaths,
	strongCipherSuites,
	writesPlainly,
} from "../render/hardening";
import type { EncryptionMode } from "../resources";
import { isAwaited } from "../resources/argument-checks";
import type { ClusterArgs } from "./cluster-args";
import { added, mapped } from "./merged-settings";

/** A file that a part of the profile places on each control plane, before the static pods. */
export interface HardeningFile {
	/** End of the resource's name. */
	name: "audit-policy" | "encryption" | "authentication";
	/** Absolute path on the host. The name has a digest of the content, so that another content restarts the component. */
	path: pulumi.Input<string>;
	/** Text of the file, from the key that encrypts Secrets where the file holds the key. */
	content: (key: pulumi.Output<string> | undefined) => pulumi.Input<string>;
}

/** A cluster's arguments with all that the profile adds. */
export interface Hardened {
	/** The arguments, as a person could have typed them. */
	args: ClusterArgs;
	/** Files for each control plane. */
	files: HardeningFile[];
	/** How Secrets are written to etcd. */
	encryption: pulumi.Input<EncryptionMode>;
	/** Whether a key that encrypts Secrets is made. */
	needsKey: boolean;
	/** Whether the kubelets' serving certificates are approved. */
	approvesServing: boolean;
	/** What the program gives itself in place of a part, one line each. */
	overridden: string[];
}

/** The settings that a part adds: flags by component, volumes and files of the API server, and kubelet settings. */
interface Part {
	flags?: Partial<Record<Component, Record<string, pulumi.Input<string>>>>;
	volumes?: HostPathMount[];
	kubelet?: Record<string, unknown>;
	file?: HardeningFile & { flag: string };
	restrictedFiles?: true;
}

const components = ["apiServer", "controllerManager", "scheduler", "etcd"] as const;
type Component = (typeof components)[number];

type Options<Name extends keyof HardeningSpec> = Exclude<HardeningSpec[Name], undefined | false>;

const folder = (name: string) => `${paths.kubernetesDirectory}/${name}`;
const noProfiling = { profiling: "false" };

/** Settings of each part, from its options. Source: CIS Kubernetes Benchmark 1.12; the number of each check stands beside it. */
const parts: { [Name in keyof Required<HardeningSpec>]: (options: Options<Name>, args: ClusterArgs) => Part } = {
	// 1.2.16 to 1.2.19, 3.2.1, 3.2.2
	audit(options) {
		const { policy = auditPolicy(), maxAge = 30, maxBackup = 10, maxSize = 100 } = objectOf<AuditSpec>(options);
		const file = textFile("audit-policy", "audit-policy-file", {
			folder: folder("audit"),
			file: "policy",
			content: policy,
		});
		const logs = "/var/log/kubernetes/audit";
		return {
			flags: {
				apiServer: {
					"audit-policy-file": file.path,
					"audit-log-path": `${logs}/audit.log`,
					"audit-log-maxage": String(maxAge),
					"audit-log-maxbackup": String(maxBackup),
					"audit-log-maxsize": String(maxSize),
				},
			},
			volumes: [
				mount("audit-policy", folder("audit")),
				{ name: "audit-logs", hostPath: logs, mountPath: logs, pathType: "DirectoryOrCreate" },
			],
			file,
		};
	},
	// 1.2.27, 1.2.28
	encryption(options) {
		const file = encryptionFile(options);
		return {
			flags: { apiServer: { "encryption-provider-config": file.path } },
			volumes: [mount("encryption", folder("encryption"))],
			file,
		};
	},
	// 1.2.15, 1.3.2, 1.4.1
	profilingOff: () => ({
		flags: { apiServer: noProfiling, controllerManager: noProfiling, scheduler: noProfiling },
		kubelet: { enableProfilingHandler: false },
	}),
	// 1.2.29, 4.2.12
	tls(options) {
		const { minVersion = "VersionTLS12", cipherSuites = [...strongCipherSuites] } = objectOf<TlsSpec>(options);
		const hasSuites = minVersion === "VersionTLS12";
		const suites = cipherSuites.join(",");
		const flags = { "tls-min-version": minVersion, ...(hasSuites ? { "tls-cipher-suites": suites } : {}) };
		return {
			flags: {
				apiServer: flags,
				controllerManager: flags,
				scheduler: flags,
				etcd: { "tls-min-version": hasSuites ? "TLS1.2" : "TLS1.3", ...(hasSuites ? { "cipher-suites": suites } : {}) },
			},
			kubelet: { tlsMinVersion: minVersion, ...(hasSuites ? { tlsCipherSuites: cipherSuites } : {}) },
		};
	},
	// 1.2.3, 1.2.10 to 1.2.14
	admission(options) {
		const { plugins = ["NodeRestriction", "DenyServiceExternalIPs"] } = objectOf<{ plugins: string[] }>(options);
		return { flags: { apiServer: { "enable-admission-plugins": plugins.join(",") } } };
	},
	// 1.2.1
	anonymousPaths(options) {
		const content = authenticationConfiguration(Array.isArray(options) ? options : healthPaths);
		const where = { folder: folder("authentication"), file: "configuration", content };
		const file = textFile("authentication", "authentication-config", where);
		return {
			flags: { apiServer: { "authentication-config": file.path } },
			volumes: [mount("authentication", folder("authentication"))],
			file,
		};
	},
	// 1.2.5, 1.3.6, 4.2.9, 4.2.11
	kubeletServingCertificates: (_options, { certificatesDir = paths.certificatesDirectory }) => ({
		flags: { apiServer: { "kubelet-certificate-authority": pulumi.interpolate`${certificatesDir}/ca.crt` } },
		kubelet: { serverTLSBootstrap: true },
	}),
	// 4.2.5, 4.2.8, 4.2.13, 4.2.14
	kubeletSettings: () => ({
		kubelet: {
			eventRecordQPS: 50,
			podPidsLimit: 4096,
			seccompDefault: true,
			streamingConnectionIdleTimeout: "5m0s",
		},
	}),
	// 1.3.1
	garbageCollection: () => ({ flags: { controllerManager: { "terminated-pod-gc-threshold": "1000" } } }),
	// 1.2.30
	boundTokens: () => ({ flags: { apiServer: { "service-account-extend-token-expiration": "false" } } }),
	// 1.1.12, 4.1.1, 4.1.9
	restrictedFiles: () => ({ restrictedFiles: true }),
};

/** Adds the parts of the profile to a cluster's arguments. What the program gives itself stays. */
export function harden(given: ClusterArgs): Hardened {
	const { profile: _profile, hardening: _hardening, ...rest } = given;
	const hardened: Hardened = {
		args: rest,
		files: [],
		encryption: "none",
		needsKey: false,
		approvesServing: false,
		overridden: [],
	};
	for (const name of hardeningParts) {
		const options = partOf(given as HardeningSpecArgs, name);
		if (options === false) continue;
		const part = (parts[name] as (options: unknown, args: ClusterArgs) => Part)(options, given);
		apply(hardened, name, part);
		if (name === "kubeletServingCertificates") hardened.approvesServing = true;
		if (name === "encryption" && hardened.files.some((file) => file.name === "encryption")) {
			hardened.encryption = encryptionMode(options as Options<"encryption">);
			hardened.needsKey = typeof options !== "object";
		}
	}
	return hardened;
}

function apply(hardened: Hardened, name: keyof HardeningSpec, part: Part): void {
	const { args } = hardened;
	const { file } = part;
	const said = (path: string) =>
		hardened.overridden.push(`${path} of the program stays, in place of that of hardening.${name}`);
	const isOwn = file && typedFlags(args, "apiServer").includes(file.flag);
	if (isOwn) said(`apiServer.extraArgs: ${file.flag}`);
	if (isOwn) return;
	if (file) hardened.files.push(file);
	for (const component of components) {
		const flags = part.flags?.[component];
		const own = Object.entries(flags ?? {}).map(([flag, value]) => ({ name: flag, value: value as string }));
		if (own.length === 0 || (component === "etcd" && args.etcd && "external" in args.etcd)) continue;
		const typed = typedFlags(args, component);
		for (const flag of own) if (typed.includes(flag.name)) said(`${pathOf(component)}.extraArgs: ${flag.name}`);
		const volumes = component === "apiServer" ? (part.volumes ?? []) : [];
		setComponent(args, component, (settings) => ({
			...settings,
			extraArgs: added<Arg>(settings.extraArgs, own),
			...(volumes.length > 0 ? { extraVolumes: added<HostPathMount>(settings.extraVolumes, volumes) } : {}),
		}));
	}
	if (part.kubelet) {
		const settings = part.kubelet;
		if (!isAwaited(args.kubelet))
			for (const field of Object.keys(settings))
				if ((args.kubelet as Record<string, unknown> | undefined)?.[field] !== undefined) said(`kubelet.${field}`);
		args.kubelet = mapped(args.kubelet, (kubelet = {}) => ({ ...settings, ...kubelet })) as never;
	}
	if (part.restrictedFiles) args.restrictedFiles ??= true;
}

type Settings = { extraArgs?: unknown; extraVolumes?: unknown };

function setComponent(args: ClusterArgs, component: Component, change: (settings: Settings) => object): void {
	const changed = (settings: Settings = {}) => change(settings);
	if (component === "etcd")
		args.etcd = mapped(args.etcd, (etcd: { local?: Settings } = {}) => ({
			...etcd,
			local: mapped(etcd.local, changed),
		})) as never;
	else args[component] = mapped(args[component] as Settings, changed) as never;
}

function pathOf(component: Component): string {
	return component === "etcd" ? "etcd.local" : component;
}

/** Names of the flags that a program gives a component; empty where another resource says them. */
function typedFlags(args: ClusterArgs, component: Component): string[] {
	const settings: any = component === "etcd" ? (args.etcd as any)?.local : args[component];
	const list: unknown = isAwaited(settings) ? undefined : settings?.extraArgs;
	return Array.isArray(list) ? list.map((flag) => String(flag?.name)) : [];
}

function objectOf<T>(options: unknown): Partial<T> {
	return typeof options === "object" ? (options as Partial<T>) : {};
}

function mount(name: string, path: string): HostPathMount {
	return { name, hostPath: path, mountPath: path, readOnly: true, pathType: "Directory" };
}

interface TextFile {
	folder: string;
	/** Begin of the file's name. */
	file: string;
	content: pulumi.Input<string>;
}

/** A file with a digest of its content in its name. */
function textFile(name: HardeningFile["name"], flag: string, { folder, file, content }: TextFile) {
	const pathOfText = (text: string) => {
		const digest = createHash("sha256").update(text).digest("hex").slice(0, 8);
		return `${folder}/${file}-${digest}.yaml`;
	};
	// A short digest of a secret text tells nothing of it, and a secret path would hide the whole manifest.
	const path = isAwaited(content)
		? pulumi.unsecret(pulumi.output(content)).apply(pathOfText)
		: pathOfText(content as string);
	return { name, flag, path, content: () => content };
}

function encryptionFile(options: Options<"encryption">): NonNullable<Part["file"]> {
	const flag = "encryption-provider-config";
	if (typeof options === "object") {
		const where = {
			folder: folder("encryption"),
			file: "configuration",
			content: pulumi.secret(options.configuration),
		};
		return textFile("encryption", flag, where);
	}
	const writes = options === "identity" ? "identity" : "secretbox";
	const content = (key: pulumi.Output<string> | undefined) =>
		pulumi.secret(key!.apply((text) => encryptionConfiguration(text, writes)));
	return { name: "encryption", flag, path: `${folder("encryption")}/${writes}.yaml`, content };
}

function encryptionMode(options: Options<"encryption">): pulumi.Input<EncryptionMode> {
	if (options === "identity") return "identity";
	if (typeof options !== "object") return "secretbox";
	const modeOf = (text: string): EncryptionMode => (writesPlainly(text) ? "plain configuration" : "configuration");
	const mode = mapped<EncryptionSpec["configuration"], EncryptionMode>(options.configuration, modeOf);
	return isAwaited(mode) ? pulumi.unsecret(pulumi.output(mode)) : mode;
}
