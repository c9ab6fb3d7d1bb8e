import type { ConnectionArgs } from "./connection";

/** Algorithms that are offered to a server, in ssh2's names. A name that is absent here has ssh2's default. */
export interface OfferedAlgorithms {
	serverHostKey: string[];
	hmac: string[];
	kex: { append: string[]; prepend: []; remove: [] };
}

/**
 * Algorithms to offer. SHA-1 is offered only where the connection has `allowSha1`: host key signatures `ssh-rsa`,
 * `hmac-sha1` and the key exchange diffie-hellman-group14-sha1.
 * @param keyTypes types of the host keys that are known, such as `ssh-rsa`; empty where none is known
 */
export function offeredAlgorithms(
	{ allowSha1 = false }: ConnectionArgs,
	keyTypes: readonly string[],
): OfferedAlgorithms {
	const rsa = ["rsa-sha2-512", "rsa-sha2-256", ...(allowSha1 ? ["ssh-rsa"] : [])];
	const known = keyTypes.flatMap((type) => (type === "ssh-rsa" ? rsa : type));
	return {
		serverHostKey: known.length > 0 ? [...new Set(known)] : [...plainHostKeys, ...rsa],
		hmac: [...macs, ...(allowSha1 ? ["hmac-sha1-etm@openssh.com", "hmac-sha1"] : [])],
		kex: { append: allowSha1 ? ["diffie-hellman-group14-sha1"] : [], prepend: [], remove: [] },
	};
}

const plainHostKeys = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"];

const macs = ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"];
