import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { HostError } from "../host-error";
import { quote } from "../shell";
import { status } from "../status";
import type { ConnectionArgs } from "./connection";
import { authorityError, changedError, type KeySource, revokedError, unknownError } from "./host-key-error";
import { type KnownKeys, knownKeys } from "./known-hosts";
import { fingerprint, formatKey, type PublicKey, parsePublicKey, typeOf } from "./public-key";

/** The host keys that a connection accepts. */
export interface HostKeyPolicy {
	/** Types of the known keys, such as `ssh-ed25519`. Empty where no key is known. */
	knownTypes: string[];
	/**
	 * Checks the key that the host shows. Synchronous, because ssh2 takes a promise for a yes.
	 * @throws HostError unless the key is trusted
	 */
	verify(blob: Buffer): void;
}

/** What a caller knows of a host's key, beside the connection arguments and known_hosts. */
export interface HostKeyKnowledge {
	/** Whether a key is accepted where no key is known. */
	trustOnFirstUse: boolean;
	/** Key that the state keeps, `ssh-ed25519 AAAA…`: accepted at an earlier first contact. @default none */
	stored?: string | undefined;
	/** Key that this connection had before it was lost. No other key is accepted then. @default none */
	before?: string | undefined;
}

/** Keys that were accepted on first use in this process, by address. */
const accepted = new Map<string, string>();

/**
 * Makes the policy from what is known about a host's key at this moment. The first source with a key decides: the
 * connection before it was lost, the argument `hostKey`, known_hosts, the state, a key accepted earlier in this process. A
 * key that known_hosts marks as `@revoked` is refused, whatever the source says.
 */
export function hostKeyPolicy(args: ConnectionArgs, name: string, knowledge: HostKeyKnowledge): HostKeyPolicy {
	const address = addressOf(args);
	const file = expandHome(args.knownHostsFile ?? "~/.ssh/known_hosts");
	const known = knownKeys(readIfThere(file, name), args.host, args.port ?? 22);
	const { trusted, source } = expectedKeys({ args, name, known, knowledge, acceptedKey: accepted.get(address) });
	const refusal = { name, args, file, source };
	return {
		knownTypes: [...new Set(trusted.map(({ type }) => type))],
		verify(blob) {
			const revoked = known.revoked.find((key) => key.blob.equals(blob));
			if (revoked) throw revokedError(refusal, revoked);
			if (trusted.some((key) => key.blob.equals(blob))) return;
			if (trusted.length > 0) throw changedError({ ...refusal, trusted }, blob);
			const [authority] = known.authorities;
			if (authority) throw authorityError(refusal, authority, blob);
			if (!knowledge.trustOnFirstUse) throw unknownError(refusal, blob);
			accepted.set(address, formatKey(blob));
			status(`accepted ${typeOf(blob)} ${fingerprint(blob)} of ${name} on first use`);
		},
	};
}

/** Replaces a leading `~/` by the home directory. */
export function expandHome(path: string): string {
	return path.replace(/^~(?=\/)/, homedir());
}

/** Forgets the keys that were accepted on first use. */
export function forgetAccepted(): void {
	accepted.clear();
}

function addressOf({ host, port, proxy }: ConnectionArgs): string {
	return JSON.stringify([host, port ?? 22, proxy?.host, proxy?.port]);
}

function expectedKeys({
	args,
	name,
	known,
	knowledge: { stored, before },
	acceptedKey,
}: {
	args: ConnectionArgs;
	name: string;
	known: KnownKeys;
	knowledge: HostKeyKnowledge;
	acceptedKey: string | undefined;
}): { trusted: PublicKey[]; source: KeySource } {
	const sources: [KeySource, () => PublicKey[]][] = [
		["before", () => parseKeys(before, name)],
		["hostKey", () => parseKeys(args.hostKey, name)],
		["file", () => known.trusted],
		["state", () => parseKeys(stored, name)],
		["before", () => parseKeys(acceptedKey, name)],
	];
	for (const [source, read] of sources) {
		const trusted = read();
		if (trusted.length > 0) return { trusted, source };
	}
	return { trusted: [], source: "file" };
}

function parseKeys(text: string | undefined, name: string): PublicKey[] {
	if (!text) return [];
	const keys = text.trim().split("\n").map(parsePublicKey);
	if (!keys.includes(undefined)) return keys as PublicKey[];
	throw new HostError({
		host: name,
		layer: "ssh",
		reason: "credentials",
		what: {
			at: "hostKey",
			expected: "a public key like `ssh-ed25519 AAAA…` on each line",
			got: "something else",
		},
	});
}

function readIfThere(file: string, name: string): string {
	try {
		return readFileSync(file, "utf8");
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
		const what = `host keys can't be looked up: ${(error as Error).message}`;
		throw new HostError({
			host: name,
			layer: "ssh",
			reason: "credentials",
			what,
			next: `ls -la ${quote(file)}`,
			cause: error,
		});
	}
}
