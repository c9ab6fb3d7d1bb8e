import { createPrivateKey, type KeyObject, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { type ParsedKey, utils } from "ssh2";
import { ExpectationError } from "../../config/expected";

/**
 * Reads a private key in any form that openssh, openssl or @pulumi/tls write. ssh2 alone does not read PKCS#8.
 *
 * @throws Error for a public key, an unknown form, or a wrong passphrase
 */
export function parsePrivateKey(text: string | Buffer, passphrase?: string): ParsedKey {
	const key = parse(text.toString().trim(), passphrase);
	if (!key.isPrivateKey()) throw new ExpectationError({ expected: "a private key", got: "a public one" });
	return key;
}

/** Whether a file holds a private key that this passphrase opens, or that needs none. */
export function isReadableKey(file: string, passphrase?: string): boolean {
	try {
		parsePrivateKey(readFileSync(file), passphrase);
		return true;
	} catch {
		return false;
	}
}

function parse(text: string, passphrase: string | undefined): ParsedKey {
	if (/^-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(text)) {
		return checked(
			utils.parseKey(
				openSshForm(createPrivateKey({ key: text, format: "pem", ...(passphrase ? { passphrase } : {}) })),
			),
		);
	}
	return checked(utils.parseKey(text, passphrase));
}

function checked(parsed: ParsedKey | Error): ParsedKey {
	const key = Array.isArray(parsed) ? parsed[0] : parsed;
	if (key instanceof Error) throw key;
	return key;
}

function openSshForm(key: KeyObject): string | Buffer {
	if (key.asymmetricKeyType === "rsa") return key.export({ type: "pkcs1", format: "pem" });
	if (key.asymmetricKeyType === "ec") return key.export({ type: "sec1", format: "pem" });
	if (key.asymmetricKeyType === "ed25519") return openSshEd25519(key);
	throw new ExpectationError({ expected: "an RSA, ECDSA or Ed25519 key", got: key.asymmetricKeyType });
}

/** Writes an Ed25519 key in OpenSSH's own form. Source: PROTOCOL.key of OpenSSH. */
function openSshEd25519(key: KeyObject): string {
	const { d = "", x = "" } = key.export({ format: "jwk" });
	const seed = Buffer.from(d, "base64url");
	const point = Buffer.from(x, "base64url");
	const publicKey = Buffer.concat([field("ssh-ed25519"), field(point)]);
	const check = randomBytes(4);
	const secret = Buffer.concat([check, check, publicKey, field(Buffer.concat([seed, point])), field("")]);
	const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, index) => index + 1));
	const one = Buffer.from([0, 0, 0, 1]);
	const whole = [
		Buffer.from("openssh-key-v1\0"),
		field("none"),
		field("none"),
		field(""),
		one,
		field(publicKey),
		field(Buffer.concat([secret, padding])),
	];
	const lines = Buffer.concat(whole)
		.toString("base64")
		.match(/.{1,70}/g)
		?.join("\n");
	return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

function field(value: string | Buffer): Buffer {
	const bytes = Buffer.from(value as string);
	const length = Buffer.alloc(4);
	length.writeUInt32BE(bytes.length);
	return Buffer.concat([length, bytes]);
}
