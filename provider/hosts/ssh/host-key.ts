import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { HostError } from "../host-error";
import { quote } from "../shell";
import type { ConnectionArgs } from "./connection";
import { changedError, revokedError, unknownError } from "./host-key-error";
import { knownKeys } from "./known-hosts";
import { formatKey, type PublicKey, parsePublicKey } from "./public-key";

/** The host keys that a connection accepts. */
export interface HostKeyPolicy {
	/** Signature algorithms to offer. Absent where no key is known. */
	algorithms: string[] | undefined;
	/**
	 * Checks the key that the host shows. Synchronous, because ssh2 takes a promise for a yes.
	 * @throws HostError unless the key is trusted
	 */
	verify(blob: Buffer): void;
}

/** Keys that were accepted on first use in this process, by address. */
const accepted = new Map<string, string>();

/**
 * Makes the policy from what is known about a host's key at this moment: `hostKey`, known_hosts, or a key accepted
 * earlier.
 */
export function hostKeyPolicy(args: ConnectionArgs, name: string, trustOnFirstUse: boolean): HostKeyPolicy {
	const address = addressOf(args);
	const file = expandHome(args.knownHostsFile ?? "~/.ssh/known_hosts");
	const { trusted, revoked, source } = expectedKeys({ args, name, file, acceptedKey: accepted.get(address) });
	const refusal = { name, args, file, source };
	return {
		algorithms:
			trusted.length > 0 ? [...new Set(trusted.flatMap(({ type }) => algorithmsOf[type] ?? type))] : undefined,
		verify(blob) {
			if (revoked.some((key) => key.blob.equals(blob))) throw revokedError(refusal, blob);
			if (trusted.some((key) => key.blob.equals(blob))) return;
			if (trusted.length > 0) throw changedError({ ...refusal, trusted }, blob);
			if (!trustOnFirstUse) throw unknownError(refusal, blob);
			accepted.set(address, formatKey(blob));
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

const algorithmsOf: Record<string, string[]> = { "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"] };

function addressOf({ host, port, proxy }: ConnectionArgs): string {
	return JSON.stringify([host, port ?? 22, proxy?.host, proxy?.port]);
}

function expectedKeys({
	args,
	name,
	file,
	acceptedKey,
}: {
	args: ConnectionArgs;
	name: string;
	file: string;
	acceptedKey: string | undefined;
}) {
	const revoked: PublicKey[] = [];
	if (args.hostKey) return { trusted: parseKeys(args.hostKey, name), revoked, source: "hostKey" as const };
	const known = knownKeys(readIfThere(file, name), args.host, args.port ?? 22);
	if (known.trusted.length > 0 || !acceptedKey) return { ...known, source: "file" as const };
	return { trusted: parseKeys(acceptedKey, name), revoked: known.revoked, source: "accepted" as const };
}

function parseKeys(text: string, name: string): PublicKey[] {
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
