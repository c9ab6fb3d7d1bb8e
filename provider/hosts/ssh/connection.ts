import { isUnknown } from "../../facts/unknown";

/** How to reach a machine that stands between this one and a host: its names are those of @pulumi/command's `remote.ProxyConnectionArgs`. */
export interface ProxyConnectionArgs {
	/** Name or address. */
	host: string;
	/** @default 22 */
	port?: number;
	/** A user other than root needs `sudo` without a password. @default "root" */
	user?: string;
	/** Tried last, also for keyboard-interactive. */
	password?: string;
	/** A private key: OpenSSH's format, PKCS#1, PKCS#8 or SEC 1 PEM. Tried first. */
	privateKey?: string;
	/** The passphrase of `privateKey` or `privateKeyFile`. */
	privateKeyPassword?: string;
	/** A file with a private key, on the machine that runs Pulumi; `~/` is the home directory. Tried after `privateKey`. */
	privateKeyFile?: string;
	/** Socket of an SSH agent. Tried after the keys. @default $SSH_AUTH_SOCK */
	agentSocketPath?: string;
	/** Failed dials after which connecting fails; -1 is no limit. @default 10 */
	dialErrorLimit?: number;
	/** Seconds for one dial, from the TCP connection to the accepted login; 0 is no limit. @default 15 */
	perDialTimeout?: number;
	/** The host's public key, `ssh-ed25519 AAAA…`; several stand on lines of their own. Given, it alone is accepted. */
	hostKey?: string;
	/** Where host keys are looked up if there is no `hostKey`. @default "~/.ssh/known_hosts" */
	knownHostsFile?: string;
}

/** How to reach a host over SSH: its names are those of @pulumi/command's `remote.ConnectionArgs`, so that one object serves both. */
export interface ConnectionArgs extends ProxyConnectionArgs {
	/** A bastion through which the host is reached. @default none: directly */
	proxy?: ProxyConnectionArgs;
}

/** Something about an input that can't be right. */
export interface ConnectionProblem {
	/** `proxy.port` */
	path: string;
	message: string;
}

/** All that can't be right about connection arguments, empty if they can be used. What is not known yet is no problem. */
export function connectionProblems(args: ConnectionArgs): ConnectionProblem[] {
	const problems = problemsOf(args, "");
	if (args.proxy === undefined || isUnknown(args.proxy)) return problems;
	if (typeof args.proxy !== "object" || args.proxy === null) {
		return [
			...problems,
			{ path: "proxy", message: `expected an object like the connection itself, got ${typeof args.proxy}` },
		];
	}
	if ("proxy" in args.proxy)
		problems.push({ path: "proxy.proxy", message: "a bastion behind a bastion can't be used: expected no proxy here" });
	return [...problems, ...problemsOf(args.proxy, "proxy.")];
}

/** `user@address:port`, as errors name a host. */
export function hostName(args: ProxyConnectionArgs): string {
	return `${args.user ?? "root"}@${args.host.includes(":") ? `[${args.host}]` : args.host}:${args.port ?? 22}`;
}

const texts = [
	"host",
	"user",
	"password",
	"privateKey",
	"privateKeyPassword",
	"privateKeyFile",
	"agentSocketPath",
	"hostKey",
	"knownHostsFile",
] as const;

const numbers = { port: [1, 65535], dialErrorLimit: [-1, 1_000_000], perDialTimeout: [0, 86_400] } as const;

function problemsOf(args: ProxyConnectionArgs, prefix: string): ConnectionProblem[] {
	const problems: ConnectionProblem[] = [];
	const problem = (name: string, message: string) => problems.push({ path: prefix + name, message });
	for (const name of texts) {
		const value: unknown = args[name];
		if (value !== undefined && typeof value !== "string") problem(name, `expected a string, got ${typeof value}`);
	}
	for (const [name, [least, most]] of Object.entries(numbers)) {
		const value: unknown = args[name as keyof typeof numbers];
		if (value === undefined || isUnknown(value)) continue;
		if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
			problem(
				name,
				`expected a whole number from ${least} to ${most}, got ${typeof value === "number" ? value : typeof value}`,
			);
		}
	}
	if (!args.host) problem("host", "expected a name or an address, got nothing");
	for (const name of ["host", "user"] as const) {
		const value = args[name];
		if (typeof value === "string" && !isUnknown(value) && /[\s@/]|^-/.test(value)) {
			problem(name, `expected a ${name === "host" ? "name or an address" : "user's name"} alone, got "${value}"`);
		}
	}
	if (args.privateKeyPassword && !args.privateKey && !args.privateKeyFile) {
		problem("privateKeyPassword", "expected a privateKey or privateKeyFile beside it, got neither");
	}
	for (const line of typeof args.hostKey === "string" && !isUnknown(args.hostKey)
		? args.hostKey.trim().split("\n")
		: []) {
		if (!/^(ssh|ecdsa|sk)-[\w@.-]+ AAAA[A-Za-z0-9+/]+={0,2}(\s.*)?$/.test(line.trim())) {
			problem("hostKey", "expected a public key like `ssh-ed25519 AAAA…` (see: ssh-keyscan), got something else");
		}
	}
	return problems;
}
