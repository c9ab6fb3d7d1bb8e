import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import type { ConnectionArgs, ProxyConnectionArgs } from "./connection";
import { HostError } from "./host-error";
import { knownKeys, type PublicKey, parsePublicKey, typeOf } from "./known-hosts";
import { quote } from "./shell";

/** Which host keys a connection accepts. */
export interface HostKeyPolicy {
	/** Signature algorithms to offer, if only some types of key are known. */
	algorithms: string[] | undefined;
	/** Throws a `HostError` unless the key is one to be trusted. Synchronous: ssh2 takes a promise for a yes. */
	verify(blob: Buffer): void;
}

/** Keys accepted on first use in this process, by address. */
const accepted = new Map<string, string>();

/** What is known about a host's key at this moment. */
export function hostKeyPolicy(args: ConnectionArgs, name: string, trustOnFirstUse: boolean): HostKeyPolicy {
	const address = addressOf(args);
	const file = expandHome(args.knownHostsFile ?? "~/.ssh/known_hosts");
	const { trusted, revoked, source } = expected(args, file, accepted.get(address));
	const refusal = { name, args, file, source };
	return {
		algorithms: trusted.length > 0 ? [...new Set(trusted.flatMap(({ type }) => algorithmsOf[type] ?? type))] : undefined,
		verify(blob) {
			if (revoked.some((key) => key.blob.equals(blob))) throw revokedError(refusal, blob);
			if (trusted.some((key) => key.blob.equals(blob))) return;
			if (trusted.length > 0) throw changedError({ ...refusal, trusted }, blob);
			if (!trustOnFirstUse) throw unknownError(refusal, blob);
			accepted.set(address, formatKey(blob));
		},
	};
}

/** `ssh-ed25519 AAAA…`, as in known_hosts and authorized_keys. */
export function formatKey(blob: Buffer): string {
	return `${typeOf(blob)} ${blob.toString("base64")}`;
}

/** `SHA256:…`, as ssh and ssh-keygen print it. */
export function fingerprint(blob: Buffer): string {
	return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

/** `~/` is the home directory. */
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

function expected(args: ProxyConnectionArgs, file: string, acceptedKey: string | undefined) {
	const revoked: PublicKey[] = [];
	if (args.hostKey) return { trusted: parseKeys(args.hostKey), revoked, source: "hostKey" as const };
	const known = knownKeys(readIfThere(file), args.host, args.port ?? 22);
	if (known.trusted.length > 0 || !acceptedKey) return { ...known, source: "file" as const };
	return { trusted: parseKeys(acceptedKey), revoked: known.revoked, source: "accepted" as const };
}

function parseKeys(text: string): PublicKey[] {
	const keys = text.trim().split("\n").map(parsePublicKey);
	if (keys.includes(undefined)) throw new Error("hostKey: expected a public key like `ssh-ed25519 AAAA…` on each line, got something else");
	return keys as PublicKey[];
}

function readIfThere(file: string): string {
	try {
		return readFileSync(file, "utf8");
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
		throw new Error(`${file}: host keys can't be looked up`, { cause: error });
	}
}

interface Refusal {
	name: string;
	args: ConnectionArgs;
	file: string;
	source: "hostKey" | "file" | "accepted";
}

function revokedError({ name, file }: Refusal, blob: Buffer): HostError {
	return new HostError({
		host: name,
		layer: "ssh",
		reason: "host key changed",
		what: `the host showed ${typeOf(blob)} ${fingerprint(blob)}, which ${file} marks as @revoked`,
		next: `grep -n @revoked ${quote(file)}`,
	});
}

function changedError({ name, args, file, source, trusted }: Refusal & { trusted: PublicKey[] }, blob: Buffer): HostError {
	const place = { hostKey: "the input hostKey", file, accepted: "what this run accepted before" }[source];
	return new HostError({
		host: name,
		layer: "ssh",
		reason: "host key changed",
		what:
			`host key changed: expected ${trusted.map((key) => `${key.type} ${fingerprint(key.blob)}`).join(" or ")} (${place}), ` +
			`got ${typeOf(blob)} ${fingerprint(blob)}. Either the host was installed anew or something stands in between. ` +
			`Compare with the host's own console: ssh-keygen -lf /etc/ssh/ssh_host_${fileName(blob)}_key.pub`,
		next: source === "file" ? `ssh-keygen -R ${quote(entryName(args))} -f ${quote(file)}` : `if it is right, set hostKey: "${formatKey(blob)}"; and for ssh itself: ssh-keygen -R ${quote(entryName(args))}`,
	});
}

function unknownError({ name, args, file }: Refusal, blob: Buffer): HostError {
	const scan = args.proxy
		? `set hostKey: "${formatKey(blob)}"`
		: `ssh-keyscan ${args.port && args.port !== 22 ? `-p ${args.port} ` : ""}-t ${fileName(blob)} ${args.host} >> ${quote(file)}, or set hostKey: "${formatKey(blob)}"`;
	return new HostError({
		host: name,
		layer: "ssh",
		reason: "host key unknown",
		what:
			`host key not known: the host showed ${typeOf(blob)} ${fingerprint(blob)}, and neither hostKey nor ${file} has a key for ${entryName(args)}. ` +
			`Compare with the host's own console: ssh-keygen -lf /etc/ssh/ssh_host_${fileName(blob)}_key.pub`,
		next: `if it is right: ${scan}`,
	});
}

function entryName({ host, port = 22 }: ProxyConnectionArgs): string {
	return port === 22 ? host : `[${host}]:${port}`;
}

function fileName(blob: Buffer): string {
	return typeOf(blob).split("-")[typeOf(blob).startsWith("ssh-") ? 1 : 0] ?? "ed25519";
}
