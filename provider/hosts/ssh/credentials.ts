import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { AnyAuthMethod, AuthHandlerMiddleware, ParsedKey } from "ssh2";
import { expected } from "../../config/expected";
import { HostError } from "../host-error";
import { quote } from "../shell";
import { type ConnectionArgs, hostName, type ProxyConnectionArgs } from "./connection";
import { expandHome } from "./host-key";
import { parsePrivateKey } from "./private-key";
import { fingerprint } from "./public-key";

/** The login methods that connection arguments give, and their outcome. */
export interface Credentials {
	/** Gives ssh2 the next method that the host accepts. */
	handler: AuthHandlerMiddleware;
	/** Reports the methods that were tried and those that the host accepts, as the end of a sentence. */
	report(): string;
}

/**
 * Login methods in the order in which they are tried: keys, agent, password.
 * @throws HostError where there is no method, or a key cannot be read
 */
export function credentials(args: ProxyConnectionArgs): Credentials {
	const waiting = attempts(args);
	const tried: string[] = [];
	let offered: readonly string[] | null = null;
	return {
		handler(authsLeft, _partialSuccess, next) {
			offered = authsLeft ?? offered;
			let attempt = waiting.shift();
			while (attempt && offered && !offered.includes(wireName(attempt.method))) attempt = waiting.shift();
			if (attempt) tried.push(attempt.label);
			next(attempt ? attempt.method : (false as never));
		},
		report() {
			const all = tried.length > 0 ? `tried ${tried.join(", ")}` : "no credential to try";
			return `${all}; the host takes ${offered?.join(", ") || "nothing else"}`;
		},
	};
}

/** Digest that differs between connections with different credentials, and contains none. */
export function credentialsDigest(args: ConnectionArgs): string {
	const { password, privateKey, privateKeyPassword, privateKeyFile, agentSocketPath } = args;
	return createHash("sha256")
		.update(JSON.stringify([password, privateKey, privateKeyPassword, privateKeyFile, agentSocketPath]))
		.digest("hex");
}

interface Attempt {
	label: string;
	method: AnyAuthMethod;
}

function attempts(args: ProxyConnectionArgs): Attempt[] {
	const { user: username = "root", password, privateKey, privateKeyFile } = args;
	const agent = args.agentSocketPath ?? process.env.SSH_AUTH_SOCK;
	const all: Attempt[] = [];
	if (privateKey) all.push(keyAttempt(args, "privateKey", () => privateKey));
	if (privateKeyFile)
		all.push(keyAttempt(args, `privateKeyFile ${privateKeyFile}`, () => readFileSync(expandHome(privateKeyFile))));
	if (agent) all.push({ label: `the agent at ${agent}`, method: { type: "agent", username, agent } });
	if (password !== undefined) {
		all.push({ label: "the password", method: { type: "password", username, password } });
		all.push({
			label: "the password (keyboard-interactive)",
			method: { type: "keyboard-interactive", username, prompt: answerWith(password) },
		});
	}
	if (all.length > 0) return all;
	throw new HostError({
		host: hostName(args),
		layer: "ssh",
		reason: "credentials",
		what: {
			expected: "something to log in with",
			got: "none of privateKey, privateKeyFile, agentSocketPath ($SSH_AUTH_SOCK) and password",
		},
		next: 'set privateKeyFile: "~/.ssh/id_ed25519", or: eval "$(ssh-agent)" && ssh-add',
	});
}

function keyAttempt(args: ProxyConnectionArgs, source: string, read: () => string | Buffer): Attempt {
	const key = readKey(args, source, read);
	return {
		label: `${source} (${key.type} ${fingerprint(key.getPublicSSH())})`,
		method: { type: "publickey", username: args.user ?? "root", key },
	};
}

function readKey(args: ProxyConnectionArgs, source: string, read: () => string | Buffer): ParsedKey {
	try {
		return parsePrivateKey(read(), args.privateKeyPassword);
	} catch (error) {
		const file = source.startsWith("privateKeyFile") ? args.privateKeyFile : undefined;
		const passphrase = args.privateKeyPassword ? "with the privateKeyPassword given" : "without a privateKeyPassword";
		const problem = fileProblems[(error as NodeJS.ErrnoException).code ?? ""];
		throw new HostError({
			host: hostName(args),
			layer: "ssh",
			reason: "credentials",
			what: `${source}: ${problem ?? `the key can't be read ${passphrase}: ${(error as Error).message}`}`,
			next: problem && file ? `ls -l ${shellPath(file)}` : `ssh-keygen -y -f ${file ? shellPath(file) : "KEYFILE"}`,
			cause: error,
		});
	}
}

/** Meaning of a failed read of a file, by error code. */
const fileProblems: Readonly<Record<string, string>> = {
	ENOENT: "there is no such file on this machine, which runs Pulumi",
	EACCES: "this machine's user may not read the file",
	EISDIR: expected({ expected: "a file", got: "a folder" }),
};

/** Quotes a path for a shell. A leading `~/` still expands. */
function shellPath(path: string): string {
	return path.startsWith("~/") ? `~/${quote(path.slice(2))}` : quote(path);
}

function answerWith(password: string) {
	return (
		_name: string,
		_instructions: string,
		_lang: string,
		prompts: unknown[],
		finish: (answers: string[]) => void,
	) => finish(prompts.map(() => password));
}

function wireName({ type }: AnyAuthMethod): string {
	return type === "agent" ? "publickey" : type;
}
