import { HostError } from "../host-error";
import { quote } from "../shell";
import type { ConnectionArgs, ProxyConnectionArgs } from "./connection";
import { fingerprint, formatKey, type PublicKey, typeOf } from "./public-key";

/** Context of an error about a host key. */
export interface Refusal {
	/** Host: `user@address:port`. */
	name: string;
	/** Connection arguments of the host. */
	args: ConnectionArgs;
	/** Path of the known_hosts file. */
	file: string;
	/** Source of the trusted key: the argument `hostKey`, the file, or a key accepted earlier in this process. */
	source: "hostKey" | "file" | "accepted";
}

/** Error for a key that known_hosts marks as `@revoked`. */
export function revokedError({ name, file }: Refusal, blob: Buffer): HostError {
	return new HostError({
		host: name,
		layer: "ssh",
		reason: "host key changed",
		what: `the host showed ${typeOf(blob)} ${fingerprint(blob)}, which ${file} marks as @revoked`,
		next: `grep -n @revoked ${quote(file)}`,
	});
}

/** Error for a key other than the trusted ones. */
export function changedError(
	{ name, args, file, source, trusted }: Refusal & { trusted: PublicKey[] },
	blob: Buffer,
): HostError {
	const place = { hostKey: "the input hostKey", file, accepted: "what this run accepted before" }[source];
	return new HostError({
		host: name,
		layer: "ssh",
		reason: "host key changed",
		what:
			`host key changed: expected ${trusted.map((key) => `${key.type} ${fingerprint(key.blob)}`).join(" or ")} (${place}), ` +
			`got ${typeOf(blob)} ${fingerprint(blob)}. Either the host was installed anew or another machine answers in its place. ` +
			`Compare with the host's own console: ssh-keygen -lf /etc/ssh/ssh_host_${fileName(blob)}_key.pub`,
		next:
			source === "file"
				? `ssh-keygen -R ${quote(entryName(args))} -f ${quote(file)}`
				: `if it is right, set hostKey: "${formatKey(blob)}"; and for ssh itself: ssh-keygen -R ${quote(entryName(args))}`,
	});
}

/** Error for a host without a known key. */
export function unknownError({ name, args, file }: Refusal, blob: Buffer): HostError {
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
