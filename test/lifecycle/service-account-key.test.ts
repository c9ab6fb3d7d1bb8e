import { execFileSync } from "node:child_process";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { serviceAccountKey } from "../../provider/lifecycle/service-account-key";
import { cluster } from "../support/cluster";

const openssl = (args: string[], input?: string) =>
	execFileSync("openssl", args, { encoding: "utf8", input, stdio: ["pipe", "pipe", "pipe"] });
const create = async (privateKey: string) =>
	(await serviceAccountKey.create(serviceAccountKey.check({ cluster, privateKey }, undefined))).outputs;

describe("a service account key of one's own", () => {
	it.each([
		["RSA, PKCS#1", ["genrsa", "-traditional", "2048"]],
		["RSA, PKCS#8", ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]],
		["P-256, SEC 1", ["ecparam", "-name", "prime256v1", "-genkey", "-noout"]],
		["P-256, SEC 1 behind its parameters", ["ecparam", "-name", "prime256v1", "-genkey"]],
		["P-384, PKCS#8", ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]],
		["P-521, PKCS#8", ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"]],
	])("is taken as %s, with the public half that belongs to it", async (_form, generate) => {
		const given = openssl(generate);
		const { privateKey, publicKey } = await create(given);
		expect(createPrivateKey(privateKey).equals(createPrivateKey(given))).toBe(true);
		expect(publicKey).toBe(openssl(["pkey", "-pubout"], given));
		expect(createPublicKey(publicKey).asymmetricKeyType).toBe(createPrivateKey(given).asymmetricKeyType);
	});

	it("is refused as a public half alone, a certificate, or encrypted, and nothing of it is shown", () => {
		const key = openssl(["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]);
		const refused = (pem: string) => () => serviceAccountKey.check({ cluster, privateKey: pem }, undefined);
		expect(refused(openssl(["pkey", "-pubout"], key))).toThrow("got a public key, which cannot sign");
		expect(refused("-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n")).toThrow("got a certificate");
		const encrypted = openssl(["pkey", "-aes256", "-passout", "pass:secret"], key);
		expect(refused(encrypted)).toThrow("got an encrypted one; `openssl pkey -in KEY` converts one");
		expect(refused(encrypted)).not.toThrow(encrypted.split("\n")[1]);
	});
});
