import { globSync, readFileSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { isAbsolute, join } from "node:path";
import SSHConfig from "ssh-config";
import { ExpectationError } from "../../config/expected";
import type { ConnectionArgs, ProxyConnectionArgs } from "./connection";
import { isReadableKey } from "./private-key";

/** Path of the user's configuration of OpenSSH's client. */
const userSshConfig = () => join(homedir(), ".ssh/config");

/**
 * Completes connection arguments from an OpenSSH client configuration: `HostName`, `User`, `Port`, `IdentityFile`,
 * `IdentityAgent`, `UserKnownHostsFile` and `ProxyJump`, as they apply to the argument `host`. A given argument wins
 * over the configuration. `IdentityFile` and `IdentityAgent` apply where no argument says how to log in. `Match exec`
 * is not evaluated.
 *
 * Source: ssh_config(5).
 * @param file @default `~/.ssh/config`; a missing file completes nothing
 * @throws Error where `ProxyJump` names more than one bastion
 */
export function withSshConfig(args: ConnectionArgs, file = userSshConfig()): ConnectionArgs {
	const parts = configParts(file);
	if (parts.length === 0) return args;
	const { options, completed } = complete(args, parts);
	const { proxy: proxyArgs } = args;
	const proxy = proxyArgs ?? jumpHost(options.proxyjump, args.host, file);
	return proxy ? { ...completed, proxy: bastion(proxy, parts, file) } : completed;
}

/** Options that apply to a host, with names in lower case. */
interface Options {
	hostname?: string;
	user?: string;
	port?: string;
	identityfile?: string[];
	identityagent?: string;
	userknownhostsfile?: string | string[];
	proxyjump?: string;
}

function complete<Args extends ProxyConnectionArgs>(
	args: Args,
	parts: readonly SSHConfig[],
): { options: Options; completed: Args } {
	const options = optionsFor(args, parts);
	const host = options.hostname?.replaceAll("%h", args.host) ?? args.host;
	const port = args.port ?? (options.port === undefined ? undefined : Number(options.port));
	const user = args.user ?? options.user;
	const expand = (path: string) => expandTokens(path, { host, port, user }, args.host);
	const [knownHosts] = [options.userknownhostsfile ?? []].flat();
	const completed = {
		...args,
		host,
		...(port === undefined ? {} : { port }),
		...(user === undefined ? {} : { user }),
		...(saysHowToLogIn(args) ? {} : logIn(options, expand, args.privateKeyPassword)),
		...(args.knownHostsFile === undefined && knownHosts ? { knownHostsFile: expand(knownHosts) } : {}),
	};
	return { options, completed };
}

/** Options that apply to a host. The first value of an option wins; key files are collected. */
function optionsFor({ host, user }: ProxyConnectionArgs, parts: readonly SSHConfig[]): Options {
	const each = parts.map(
		(part) =>
			part.compute({ Host: host, ...(user ? { User: user } : {}) }, { ignoreCase: true, matchExec: false }) as Options,
	);
	return {
		...Object.assign({}, ...each.toReversed()),
		identityfile: each.flatMap(({ identityfile = [] }) => identityfile),
	};
}

function saysHowToLogIn({ privateKey, privateKeyFile, agentSocketPath, password }: ProxyConnectionArgs): boolean {
	return [privateKey, privateKeyFile, agentSocketPath, password].some((credential) => credential !== undefined);
}

/** Login arguments from the options: the first key file that can be read, as ssh skips the others, and the agent. */
function logIn(
	{ identityfile = [], identityagent }: Options,
	expand: (path: string) => string,
	passphrase?: string,
): Pick<ConnectionArgs, "privateKeyFile" | "agentSocketPath"> {
	const files = identityfile.filter((file) => file !== "none").map(expand);
	const privateKeyFile = files.find((file) => isReadableKey(file, passphrase));
	const agent =
		identityagent === "none"
			? ""
			: identityagent?.replace(/^SSH_AUTH_SOCK$|^\$(\w+)$/, (_all, name = "SSH_AUTH_SOCK") => process.env[name] ?? "");
	return {
		...(privateKeyFile === undefined ? {} : { privateKeyFile }),
		...(agent === undefined ? {} : { agentSocketPath: expand(agent) }),
	};
}

/**
 * Bastion that `ProxyJump` names: `[user@]host[:port]`, or `ssh://[user@]host[:port]`. `undefined` without `ProxyJump`,
 * or for "none".
 * @throws Error for any other value
 */
function jumpHost(proxyJump: string | undefined, host: string, file: string): ProxyConnectionArgs | undefined {
	if (proxyJump === undefined || proxyJump.toLowerCase() === "none") return undefined;
	const [, user, bracketed, plain, port] =
		/^(?:ssh:\/\/)?(?:([^@]+)@)?(?:\[([^\]]+)\]|([^:,/]+))(?::(\d+))?\/?$/.exec(proxyJump) ?? [];
	const name = bracketed ?? plain;
	if (name) return { host: name, ...(user ? { user } : {}), ...(port ? { port: Number(port) } : {}) };
	throw new ExpectationError({
		at: `${file}: ProxyJump of ${host}`,
		expected: "one bastion as [user@]host[:port]",
		value: proxyJump,
		next: "set proxy in the connection",
	});
}

function bastion(proxy: ProxyConnectionArgs, parts: readonly SSHConfig[], file: string): ProxyConnectionArgs {
	const { options, completed } = complete(proxy, parts);
	const next = jumpHost(options.proxyjump, proxy.host, file);
	// A `Host *` with a ProxyJump names the bastion as its own bastion too.
	if (next === undefined || next.host === proxy.host) return completed;
	throw new ExpectationError({
		at: `${file}: ProxyJump of ${proxy.host}`,
		expected: `none, since ${proxy.host} is a bastion already and one bastion can be used`,
		value: options.proxyjump,
	});
}

/** Expands `~`, tokens and environment variables in a path. Source: TOKENS of ssh_config(5). */
function expandTokens(path: string, { host, port, user }: ProxyConnectionArgs, alias: string): string {
	const { username, uid } = userInfo();
	const tokens: Record<string, string | number> = {
		"%": "%",
		d: homedir(),
		h: host,
		i: uid,
		n: alias,
		p: port ?? 22,
		r: user ?? "root",
		u: username,
	};
	return path
		.replace(/^~(?=\/|$)/, homedir())
		.replace(/%([%dhinpru])/g, (_all, token: string) => String(tokens[token]))
		.replace(/\$\{(\w+)\}/g, (_all, name: string) => process.env[name] ?? "");
}

/** The parts of a configuration, in their order. An included file is a part of its own. */
function configParts(file: string, depth = 0): SSHConfig[] {
	const text = readIfThere(file);
	if (text === undefined || depth > 16) return [];
	const parts: SSHConfig[] = [];
	let header = "";
	let lines: string[] = [];
	const end = () => {
		parts.push(SSHConfig.parse([header, ...lines].join("\n")));
		lines = [];
	};
	for (const line of text.split("\n")) {
		const [, keyword = "", value = ""] = /^\s*(\w+)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(line) ?? [];
		if (/^include$/i.test(keyword)) {
			end();
			parts.push(...included(value).flatMap((each) => configParts(each, depth + 1)));
			continue;
		}
		if (/^(host|match)$/i.test(keyword)) {
			end();
			header = line;
		} else lines.push(line);
	}
	end();
	return parts;
}

/** Files that an `Include` names. A relative name is relative to ~/.ssh. */
function included(value: string): string[] {
	const names = value.match(/"[^"]*"|\S+/g) ?? [];
	return names.flatMap((name) => {
		const path = name.replace(/^"|"$/g, "").replace(/^~(?=\/)/, homedir());
		return globSync(isAbsolute(path) ? path : join(homedir(), ".ssh", path)).sort();
	});
}

function readIfThere(file: string): string | undefined {
	try {
		return readFileSync(file, "utf8");
	} catch {
		return undefined;
	}
}
