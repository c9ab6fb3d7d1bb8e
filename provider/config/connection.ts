import { isUnknown } from "../facts/unknown";
import { inputProblem, unknownField } from "./expected";
import { kindOf, type Problem, show } from "./problems";

/** Connection to a bastion. The names are those of @pulumi/command's `remote.ProxyConnectionArgs`. */
export interface ProxyConnectionArgs {
	/** Host name or IP address, without a port. */
	host: string;
	/** Port of the SSH server. @default 22 */
	port?: number;
	/** Login name. A user other than root needs `sudo` without a password. @default "root" */
	user?: string;
	/** Password, tried last, and also for keyboard-interactive. Secret. */
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
	/** Public host key, `ssh-ed25519 AAAA…`; several keys on separate lines. When set, no other key is accepted. */
	hostKey?: string;
	/** Path of the known_hosts file, which is used without a `hostKey`. @default "~/.ssh/known_hosts" */
	knownHostsFile?: string;
	/**
	 * Whether SHA-1 is offered to a server that knows nothing better: signatures `ssh-rsa`, `hmac-sha1` and the key
	 * exchange diffie-hellman-group14-sha1. @default false
	 */
	allowSha1?: boolean;
}

/** SSH connection to a host. The names are those of @pulumi/command's `remote.ConnectionArgs`, so that one object serves both. */
export interface ConnectionArgs extends ProxyConnectionArgs {
	/** Bastion through which the host is reached. @default none (direct connection) */
	proxy?: ProxyConnectionArgs;
}

/**
 * Returns all problems of connection arguments: unknown fields, wrong types, values out of range. Values that are not
 * known yet are accepted.
 */
export function connectionProblems(args: ConnectionArgs): Problem[] {
	if (!isObject(args))
		return [inputProblem({ path: "", expected: `an object such as { host: "192.0.2.11" }`, got: kindOf(args) })];
	const { proxy, ...direct } = args;
	const problems = problemsOf(direct, "", Object.keys({ ...fields, proxy }));
	if (proxy === undefined || isUnknown(proxy)) return problems;
	if (!isObject(proxy))
		return [
			...problems,
			inputProblem({ path: "proxy", expected: "an object like the connection itself", got: kindOf(proxy) }),
		];
	const { proxy: second, ...bastion } = proxy as ConnectionArgs;
	if (second !== undefined)
		problems.push(
			inputProblem({ path: "proxy.proxy", expected: "no second bastion, as only one can be used", got: "one" }),
		);
	return [...problems, ...problemsOf(bastion, "proxy.", Object.keys(fields))];
}

/** Every field of a connection: a text, true or false, or a whole number within a range. */
const fields: Record<keyof ProxyConnectionArgs, "text" | "flag" | readonly [least: number, most: number]> = {
	host: "text",
	port: [1, 65535],
	user: "text",
	password: "text",
	privateKey: "text",
	privateKeyPassword: "text",
	privateKeyFile: "text",
	agentSocketPath: "text",
	dialErrorLimit: [-1, 1_000_000],
	perDialTimeout: [0, 86_400],
	hostKey: "text",
	knownHostsFile: "text",
	allowSha1: "flag",
};

function problemsOf(args: ProxyConnectionArgs, prefix: string, names: readonly string[]): Problem[] {
	const problems = [
		...Object.entries(args).flatMap(([name, value]) => fieldProblems(name, value, names)),
		...(args.host === undefined || args.host === ""
			? [inputProblem({ path: "host", expected: "a name or an address" })]
			: []),
		...addressProblems(args.host),
		...userProblems(args.user),
		...hostKeyProblems(args.hostKey),
	];
	if (args.privateKeyPassword && !args.privateKey && !args.privateKeyFile)
		problems.push(
			inputProblem({
				path: "privateKeyPassword",
				expected: "a privateKey or privateKeyFile beside it",
				got: "neither",
			}),
		);
	return problems.map(({ path, message }) => ({ path: prefix + path, message }));
}

/** Messages show the type of a value and not the value, which may be a password. */
function fieldProblems(name: string, value: unknown, names: readonly string[]): Problem[] {
	const field = Object.hasOwn(fields, name) ? fields[name as keyof typeof fields] : undefined;
	if (value === undefined) return [];
	if (field === undefined) {
		const synonym = synonyms[name.toLowerCase()];
		return [{ path: name, message: unknownField(name, names, synonym && `did you mean "${synonym}"?`) }];
	}
	if (isUnknown(value)) return [];
	if (field === "text")
		return typeof value === "string" ? [] : [inputProblem({ path: name, expected: "a string", got: kindOf(value) })];
	if (field === "flag")
		return typeof value === "boolean"
			? []
			: [inputProblem({ path: name, expected: "true or false", got: kindOf(value) })];
	const [least, most] = field;
	if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return [];
	const got = typeof value === "number" ? value : kindOf(value);
	return [inputProblem({ path: name, expected: `a whole number from ${least} to ${most}`, got })];
}

/** Names of these fields in other tools, for hints. */
const synonyms: Readonly<Record<string, string>> = {
	address: "host",
	hostname: "host",
	username: "user",
	identityfile: "privateKeyFile",
	keyfile: "privateKeyFile",
	passphrase: "privateKeyPassword",
	bastion: "proxy",
	proxyjump: "proxy",
	jumphost: "proxy",
	agent: "agentSocketPath",
};

function addressProblems(host: unknown): Problem[] {
	if (typeof host !== "string" || host === "" || isUnknown(host)) return [];
	const [, name, port] = /^(\[.*\]|[^:]*):(\d+)$/.exec(host) ?? [];
	const next = name && port && `set host: ${show(name.replace(/^\[|\]$/g, ""))}, port: ${port}`;
	if (!next && !/[\s@/[\]]|^-/.test(host)) return [];
	return [inputProblem({ path: "host", expected: "a name or an address alone", value: host, next })];
}

function userProblems(user: unknown): Problem[] {
	if (typeof user !== "string" || isUnknown(user) || !/[\s@/]|^-/.test(user)) return [];
	return [inputProblem({ path: "user", expected: "a user's name alone", value: user })];
}

function hostKeyProblems(hostKey: unknown): Problem[] {
	if (typeof hostKey !== "string" || hostKey === "" || isUnknown(hostKey)) return [];
	const isKey = (line: string) => /^(ssh|ecdsa|sk)-[\w@.-]+ AAAA[A-Za-z0-9+/]+={0,2}(\s.*)?$/.test(line.trim());
	if (hostKey.trim().split("\n").every(isKey)) return [];
	const expected = "a public key like `ssh-ed25519 AAAA…`";
	return [inputProblem({ path: "hostKey", expected, got: "something else", next: "`ssh-keyscan` prints it" })];
}

function isObject(value: unknown): value is object {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
