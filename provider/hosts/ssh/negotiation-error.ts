import { HostError } from "../host-error";
import { sshTo } from "../shell";
import { type ConnectionArgs, hostName } from "./connection";
import type { ServerOffer } from "./server-offer";

/**
 * Makes the error for a handshake that failed because client and server have no algorithm in common. Names what the
 * server offers and the line of sshd_config, or the argument, that helps. Returns `undefined` for any other failure.
 * @param knownTypes types of the host keys that are known; empty where none is known
 */
export function negotiationError({
	args,
	message,
	offer,
	knownTypes,
}: {
	args: ConnectionArgs;
	message: string;
	offer: ServerOffer;
	knownTypes: string[];
}): HostError | undefined {
	const kind = kinds.find(({ pattern }) => pattern.test(message));
	if (!kind) return undefined;
	const offered = offer[kind.list].filter((name) => !/^(ext-info-|kex-strict-)/.test(name));
	const host = hostName(args);
	if (kind.list === "hostKeys" && knownTypes.length > 0 && !offered.every(isCertificate) && !onlySha1(offered))
		return new HostError({
			host,
			layer: "ssh",
			reason: "host key changed",
			what: `host key changed: expected a key of type ${knownTypes.join(" or ")}, which is known for the host, got ${offered.join(", ")}; the host may have been installed anew`,
			next: `ssh-keyscan -p ${args.port ?? 22} ${args.host}`,
		});
	const cause = causes.find(({ list, fits }) => list === kind.list && fits(offered));
	const { because, mend } = cause ?? {
		because: "none of which ssh2, the SSH library of this package, knows",
		mend: kind.mend,
	};
	return new HostError({
		host,
		layer: "ssh",
		reason: "negotiation",
		what: `the host offers only ${kind.title} ${offered.join(", ")}: ${because}; ${mend}`,
		next: `${sshTo(args)} 'sshd -T | grep -i ${kind.setting}'`,
	});
}

const kinds: readonly { pattern: RegExp; list: keyof ServerOffer; title: string; setting: string; mend: string }[] = [
	{
		pattern: /no matching key exchange/i,
		list: "kex",
		title: "the key exchange",
		setting: "KexAlgorithms",
		mend: "add curve25519-sha256 to KexAlgorithms in the host's sshd_config",
	},
	{
		pattern: /no matching (server )?host key/i,
		list: "hostKeys",
		title: "host keys of type",
		setting: "HostKeyAlgorithms",
		mend: "add ssh-ed25519 to HostKeyAlgorithms in the host's sshd_config",
	},
	{
		pattern: /no matching \S+ MAC/i,
		list: "macs",
		title: "the MAC",
		setting: "MACs",
		mend: "add hmac-sha2-256-etm@openssh.com to MACs in the host's sshd_config",
	},
	{
		pattern: /no matching \S+ cipher/i,
		list: "ciphers",
		title: "the cipher",
		setting: "Ciphers",
		mend: "add aes256-gcm@openssh.com to Ciphers in the host's sshd_config",
	},
];

const causes: readonly {
	list: keyof ServerOffer;
	fits: (offered: readonly string[]) => boolean;
	because: string;
	mend: string;
}[] = [
	{
		list: "kex",
		fits: (offered) => offered.every((name) => /^(sntrup761|mlkem)/.test(name)),
		because: "hybrid key exchange, which ssh2, the SSH library of this package, cannot do",
		mend: "add curve25519-sha256 to KexAlgorithms in the host's sshd_config",
	},
	{
		list: "hostKeys",
		fits: (offered) => offered.every(isCertificate),
		because: "host certificates, which ssh2, the SSH library of this package, cannot verify",
		mend: "add ssh-ed25519 to HostKeyAlgorithms in the host's sshd_config, and put the plain key into hostKey or known_hosts",
	},
	...(["kex", "hostKeys", "macs"] as const).map((list) => ({
		list,
		fits: onlySha1,
		because: "SHA-1, which is broken and not offered by default",
		mend: "update the host's SSH server, or set allowSha1: true in the connection",
	})),
];

function isCertificate(name: string): boolean {
	return name.includes("-cert-v01@");
}

function onlySha1(offered: readonly string[]): boolean {
	return offered.every((name) => /sha1(-|$)|^ssh-rsa$|^ssh-dss$|md5/.test(name));
}
