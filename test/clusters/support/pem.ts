import { createPrivateKey, createPublicKey } from "node:crypto";
import type { LabHost } from "../../../lab/index.ts";

const block = /-----BEGIN ([A-Z0-9 ]+)-----\n[A-Za-z0-9+/=\n]+-----END \1-----\n?/g;

/**
 * A text in which every certificate and key, also one in base64, stands by what it says: certificates as openssl prints
 * them, without serial number, keys, dates (but for how long they are valid) and signature; keys by kind and size.
 */
export async function withPemSaid(host: LabHost, text: string): Promise<string> {
	const decoded = text.replace(/[A-Za-z0-9+/]{100,}={0,2}/g, (base64) => {
		const content = Buffer.from(base64, "base64").toString();
		return content.startsWith("-----BEGIN ") ? `base64(${content})` : base64;
	});
	let said = decoded;
	for (const [pem, kind] of decoded.matchAll(block)) {
		const saying = kind === "CERTIFICATE" ? await certificate(host, pem) : key(kind!, pem);
		said = said.replaceAll(pem, () => saying);
	}
	return said;
}

async function certificate(host: LabHost, pem: string): Promise<string> {
	const { stdout } = await host.exec(["openssl", "x509", "-noout", "-text"], { check: true, input: pem });
	const [from, to] = ["Before", "After "].map((end) =>
		Date.parse(new RegExp(`Not ${end}: (.*)`).exec(stdout)?.[1] ?? ""),
	);
	const lines = stdout
		.split("\n")
		.filter((line) => !/^\s+([0-9A-F]{2}:)*[0-9A-F]{2}:?$/i.test(line) && !/Not (Before|After )/.test(line))
		.map((line) => line.replace(/Serial Number: .*/, "Serial Number:").replace(/@\d{10}$/, "@TIME"));
	// To the minute: a client certificate begins with its CA, which is as many seconds older as its making took.
	return `${lines.join("\n").trim()}\nvalid for ${Math.round((to! - from!) / 60_000)} min\n`;
}

function key(kind: string, pem: string): string {
	const { asymmetricKeyType, asymmetricKeyDetails } = kind.startsWith("PUBLIC")
		? createPublicKey(pem)
		: createPrivateKey(pem);
	return `${kind}: ${asymmetricKeyType} ${JSON.stringify(asymmetricKeyDetails, (_, value) => (typeof value === "bigint" ? Number(value) : value))}\n`;
}
