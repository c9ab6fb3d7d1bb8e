import { generateKeyPairSync } from "node:crypto";
import type { PublicKeyAuthMethod } from "ssh2";
import { describe, expect, it } from "vitest";
import { credentials } from "../../../provider/hosts/ssh/credentials.ts";

const privateKey = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
	type: "pkcs8",
	format: "pem",
}) as string;

interface Signer {
	sign(data: Buffer, hash: string): Buffer | Error;
}

describe("an RSA key at a host that names no signature algorithm", () => {
	/** Signs as ssh2 does, and says how, and what is reported of it. */
	function signed(hash: "sha1" | "sha256", allowSha1?: boolean) {
		const login = credentials({
			host: "198.18.7.11",
			privateKey,
			agentSocketPath: "",
			...(allowSha1 ? { allowSha1 } : {}),
		});
		const methods: PublicKeyAuthMethod[] = [];
		login.handler(["publickey"], false, (next) => methods.push(next as PublicKeyAuthMethod));
		const [key] = methods.map((method) => method.key as unknown as Signer);
		const signature = key?.sign(Buffer.from("data"), hash);
		return { isSigned: Buffer.isBuffer(signature), report: login.report(), remedy: login.remedy() };
	}

	it("does not sign with SHA-1, and the error says so", () => {
		expect(signed("sha1")).toEqual({
			isSigned: false,
			report: expect.stringContaining(", which the host takes with a SHA-1 signature only"),
			remedy: "use an Ed25519 key, or set allowSha1: true in the connection",
		});
	});

	it("signs with SHA-1 where the connection allows it, and with SHA-256 always", () => {
		expect(signed("sha1", true)).toMatchObject({ isSigned: true, remedy: undefined });
		expect(signed("sha256")).toMatchObject({ isSigned: true, remedy: undefined });
	});
});
