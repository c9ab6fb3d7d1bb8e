import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import type { AnyAuthMethod, AuthHandlerMiddleware, ParsedKey } from "ssh2";
import { expected } from "../../config/expected";
import { HostError } from "../host-error";
import { quote } from "../shell";
import { type AgentOutcome, observedAgent } from "./agent";
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
	/** What to do about a refused login, from what was seen. `undefined` where nothing special was seen. */
	remedy(): string | undefined;
}

/**
 * Login methods in the order in which they are tried: keys, agent, password.
 * @throws HostError where there is no method, or a key cannot be read
 */
export function credentials(args: ProxyConnectionArgs): Credentials {
	const all = attempts(args);
	const waiting = [...all];
	const tried: Attempt[] = [];
	let offered: readonly string[] | null = null;
	return {
		handler(authsLeft, _partialSuccess, next) {
			offered = authsLeft ?? offered;
			let attempt = waiting.shift();
			while (attempt && offered && !offered.includes(wireName(attempt.method))) attempt = waiting.shift();
			if (attempt) tried.push(attempt);
			next(attempt ? attempt.method : (false as never));
		},
		report() {
			const labels = tried.map(({ label, outcome = () => "" }) => label + outcome());
			const what = labels.length > 0 ? `tried ${labels.join(", ")}` : "no credential to try";
			return `${what}; the host takes ${offered?.join(", ") || "nothing else"}`;
		},
		remedy() {
			return tried.map(({ remedy }) => remedy?.()).find((text) => text !== undefined);
		},
	};
}

/** Digest that differs between connections with different ways to log in, and contains no credential. */
export function credentialsDigest(args: ConnectionArgs): string {
	const { password, privateKey, privateKeyPassword, privateKeyFile, agentSocketPath, allowSha1 = false } = args;
	return createHash("sha256")
		.update(JSON.stringify([password, privateKey, privateKeyPassword, privateKeyFile, agentSocketPath, allowSha1]))
		.digest("hex");
}

interface Attempt {
	label: string;
	method: AnyAuthMethod;
	/** What came of it, to follow the label. Empty where nothing special was seen. */
	outcome?: () => string;
	/** What to do where the login was refused. */
	remedy?: () => string | undefined;
}

function attempts(args: ProxyConnectionArgs): Attempt[] {
	const { user: username = "root", password, privateKey, privateKeyFile } = args;
	const agent = args.agentSocketPath ?? process.env.SSH_AUTH_SOCK;
	const all: Attempt[] = [];
	if (privateKey) all.push(keyAttempt(args, "privateKey", () => privateKey));
	if (privateKeyFile)
		all.push(keyAttempt(args, `privateKeyFile ${privateKeyFile}`, () => readFileSync(expandHome(privateKeyFile))));
	if (agent) all.push(agentAttempt(args, agent));
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
	const sha1 = withoutSha1(args, key);
	return {
		label: `${source} (${key.type} ${fingerprint(key.getPublicSSH())})`,
		method: { type: "publickey", username: args.user ?? "root", key },
		outcome: () => (sha1.refused ? ", which the host takes with a SHA-1 signature only" : ""),
		remedy: () => (sha1.refused ? SHA1_REMEDY : certificateRemedy(args, source)),
	};
}

const SHA1_REMEDY = "use an Ed25519 key, or set allowSha1: true in the connection";

/** Keeps an RSA key from a signature with SHA-1, which ssh2 makes for a server that names no other algorithm. */
function withoutSha1({ allowSha1 = false }: ProxyConnectionArgs, key: ParsedKey): { refused: boolean } {
	const seen = { refused: false };
	const sign = key.sign.bind(key);
	if (allowSha1 || key.type !== "ssh-rsa") return seen;
	key.sign = (data, hash) => {
		if (hash === "sha256" || hash === "sha512") return sign(data, hash);
		seen.refused = true;
		return new Error("SHA-1 is not used") as never;
	};
	return seen;
}

function certificateRemedy({ privateKeyFile = "" }: ProxyConnectionArgs, source: string): string | undefined {
	const certificate = `${privateKeyFile}-cert.pub`;
	if (!source.startsWith("privateKeyFile") || !existsSync(expandHome(certificate))) return undefined;
	return `${certificate} is a user certificate, which ssh2, the SSH library of this package, cannot present; put the key itself into the host's authorized_keys: ssh-copy-id -f -i ${shellPath(`${privateKeyFile}.pub`)}`;
}

function agentAttempt({ user: username = "root", allowSha1 = false }: ProxyConnectionArgs, socket: string): Attempt {
	const seen: AgentOutcome = {};
	const agent = observedAgent(socket, { allowSha1, outcome: seen });
	return {
		label: `the agent at ${socket}`,
		method: { type: "agent", username, agent },
		outcome() {
			if (seen.error) return ` (no answer: ${seen.error.message})`;
			const keys = seen.keys === 1 ? "1 key" : `${seen.keys ?? 0} keys`;
			return ` (${keys}${seen.sha1 ? ", one of which the host takes with a SHA-1 signature only" : ""})`;
		},
		remedy() {
			if (seen.error) return `start an agent, or set privateKeyFile: eval "$(ssh-agent)" && ssh-add`;
			if (seen.sha1) return SHA1_REMEDY;
			if (seen.keys === 0)
				return "load a key: ssh-add. A user certificate does not count, as ssh2, the SSH library of this package, cannot present one";
			return undefined;
		},
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
