import { HostError } from "../host-error";
import { quote } from "../shell";
import type { ConnectionArgs, ProxyConnectionArgs } from "./connection";
import type { KnownKey } from "./known-hosts";
import { fingerprint, formatKey, type PublicKey, typeOf } from "./public-key";

/**
 * Source of a trusted host key: the argument `hostKey`, the known_hosts file, the state, or an earlier connection of this
 * process.
 */
export type KeySource = "hostKey" | "file" | "state" | "before";

/** Context of an error about a host key. */
export interface Refusal {
	/** Host: `user@address:port`. */
	name: string;
	/** Connection arguments of the host. */
	args: ConnectionArgs;
	/** Path of the known_hosts file. */
	file: string;
	/** Source of the trusted key. */
	source: KeySource;
}

/** Error for a key that known_hosts marks as `@revoked`. */
export function revokedError({ name, file }: Refusal, { type, blob, line }: KnownKey): HostError {
	return new HostError({
		host: name,
		layer: "ssh",
		reason: "host key changed",
		what: `the host showed ${type} ${fingerprint(blob)}, which ${file}:${line} marks as @revoked; give the host a new key`,
		next: `sed -n ${line}p ${quote(file)}`,
	});
}

/** Error for a host whose key would have to be vouched for by a certificate. */
export function authorityError({ name, args, file }: Refusal, { line }: KnownKey, blob: Buffer): HostError {
	return new HostError({
		host: name,
		layer: "ssh",
		reason: "host key unknown",
		what:
			`host key not known: ${file}:${line} names a @cert-authority for ${entryName(args)}, and ssh2, the SSH library of this package, ` +
			`cannot verify host certificates. The host's plain key is ${typeOf(blob)} ${fingerprint(blob)}. ${onConsole(blob)}`,
		next: `if it is right, ${waysToTrust(args, file, blob)}`,
	});
}

/** Error for a key other than the trusted ones. */
export function changedError(
	{ name, args, file, source, trusted }: Refusal & { trusted: readonly (PublicKey & { line?: number })[] },
	blob: Buffer,
): HostError {
	const place = {
		hostKey: "the input hostKey",
		file: trusted.map(({ line }) => `${file}:${line}`).join(", "),
		state: "in the state, accepted at the first contact",
		before: "what this run accepted before",
	}[source];
	return new HostError({
		host: name,
		layer: "ssh",
		reason: "host key changed",
		what:
			`host key changed: expected ${trusted.map((key) => `${key.type} ${fingerprint(key.blob)}`).join(" or ")} (${place}), ` +
			`got ${typeOf(blob)} ${fingerprint(blob)}. Either the host was installed anew or another machine answers in its place. ${onConsole(blob)}`,
		next: {
			file: `ssh-keygen -R ${quote(entryName(args))} -f ${quote(file)}; then, if the new key is right, ${waysToTrust(args, file, blob)}`,
			hostKey: `if it is right, set hostKey: "${formatKey(blob)}"`,
			state: `if it is right, ${waysToTrust(args, file, blob)}`,
			before: `if it is right, ${waysToTrust(args, file, blob)}`,
		}[source],
	});
}

/** Error for a host without a known key. */
export function unknownError({ name, args, file }: Refusal, blob: Buffer): HostError {
	return new HostError({
		host: name,
		layer: "ssh",
		reason: "host key unknown",
		what: `host key not known: the host showed ${typeOf(blob)} ${fingerprint(blob)}, and neither hostKey nor ${file} has a key for ${entryName(args)}. ${onConsole(blob)}`,
		next: `if it is right: ${waysToTrust(args, file, blob)}`,
	});
}

function onConsole(blob: Buffer): string {
	return `Compare with the host's own console: ssh-keygen -lf /etc/ssh/ssh_host_${fileName(blob)}_key.pub`;
}

/** What to type so that a key is trusted. ssh-keyscan goes through no bastion. */
function waysToTrust(args: ConnectionArgs, file: string, blob: Buffer): string {
	const argument = `set hostKey: "${formatKey(blob)}"`;
	if (args.proxy) return argument;
	const port = args.port && args.port !== 22 ? `-p ${args.port} ` : "";
	return `ssh-keyscan ${port}-t ${fileName(blob)} ${args.host} >> ${quote(file)}, or ${argument}`;
}

function entryName({ host, port = 22 }: ProxyConnectionArgs): string {
	return port === 22 ? host : `[${host}]:${port}`;
}

function fileName(blob: Buffer): string {
	return typeOf(blob).split("-")[typeOf(blob).startsWith("ssh-") ? 1 : 0] ?? "ed25519";
}
