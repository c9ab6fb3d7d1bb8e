import { createPrivateKey, createPublicKey, generateKeyPairSync, webcrypto } from "node:crypto";
import { appendFile, copyFile, readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as x509 from "../../provider/pki/x509";
import { configuration, renderedTree } from "./rendered-tree.ts";

const pki = "etc/kubernetes/pki";
const client = "apiserver-kubelet-client";
const { digitalSignature, keyEncipherment, keyCertSign, cRLSign } = x509.KeyUsageFlags;

/** What else a certificate is to say: extensions instead of its own of the same kind, another hash. */
interface Changes {
	add?: x509.Extension[];
	without?: string[];
	hash?: string;
}

const oids = { extendedKeyUsage: "2.5.29.37", basicConstraints: "2.5.29.19" };

/** Signs a certificate of a tree again, with its own key in it. */
async function signAgain(
	tree: string,
	name: string,
	ca: string,
	{ add = [], without = [], hash = "SHA-256" }: Changes,
) {
	const file = join(tree, pki, `${name}.crt`);
	const old = new x509.X509Certificate(await readFile(file, "utf8"));
	const signer = createPrivateKey(await readFile(join(tree, pki, `${ca}.key`)));
	const load = (format: "pkcs8" | "spki", der: Buffer, use: "sign" | "verify") =>
		webcrypto.subtle.importKey(format, der, { name: "ECDSA", namedCurve: "P-256" }, true, [use]);
	const signed = await x509.X509CertificateGenerator.create({
		serialNumber: "01",
		subject: old.subjectName,
		issuer: old.issuerName,
		notBefore: old.notBefore,
		notAfter: old.notAfter,
		publicKey: old.publicKey,
		signingKey: await load("pkcs8", signer.export({ type: "pkcs8", format: "der" }), "sign"),
		signingAlgorithm: { name: "ECDSA", hash },
		extensions: [
			...old.extensions.filter(({ type }) => !without.includes(type) && !add.some((one) => one.type === type)),
			...add,
		],
	});
	expect(createPublicKey(signed.publicKey.toString("pem")).asymmetricKeyType).toBe("ec");
	await writeFile(file, `${signed.toString("pem")}\n`);
}

describe("diff of a certificate", () => {
	const { path, diff } = renderedTree();

	const leaf: [what: string, changes: Changes, line: string][] = [
		[
			"a key usage too much",
			{ add: [new x509.KeyUsagesExtension(digitalSignature | keyEncipherment | keyCertSign, true)] },
			'keyUsages[keyCertSign]: expected nothing, found "keyCertSign"',
		],
		[
			"a key usage too few",
			{ add: [new x509.KeyUsagesExtension(digitalSignature, true)] },
			'keyUsages[keyEncipherment]: expected "keyEncipherment", found nothing',
		],
		[
			"an extended key usage too much",
			{
				add: [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth, x509.ExtendedKeyUsage.serverAuth])],
			},
			'usages[serverAuth]: expected nothing, found "serverAuth"',
		],
		[
			"no extended key usage",
			{ without: [oids.extendedKeyUsage] },
			'usages[clientAuth]: expected "clientAuth", found nothing',
		],
		[
			"a CA's basic constraints",
			{ add: [new x509.BasicConstraintsExtension(true, 3, true)] },
			'basicConstraints: expected "no CA", found "a CA with a path of 3"',
		],
		[
			"no basic constraints",
			{ without: [oids.basicConstraints] },
			'basicConstraints: expected "no CA", found "nothing said"',
		],
		["another signature", { hash: "SHA-384" }, 'signature: expected "ECDSA SHA-256", found "ECDSA SHA-384"'],
	];

	it.each(leaf)("shows %s, in exactly one line", async (_what, changes, line) => {
		const lines = await diff((tree) => signAgain(tree, client, "ca", changes));
		expect(lines.map((text) => text.replace(/^\S \S+: /, ""))).toEqual([line]);
		expect(lines[0]).toContain(`/${pki}/${client}.crt: `);
	});

	it("shows a CA's key usage and path length", async () => {
		const add = [
			new x509.KeyUsagesExtension(digitalSignature | keyEncipherment | keyCertSign | cRLSign, true),
			new x509.BasicConstraintsExtension(true, 0, true),
		];
		expect(await diff((tree) => signAgain(tree, "front-proxy-ca", "front-proxy-ca", { add }))).toEqual([
			`+ /${pki}/front-proxy-ca.crt: keyUsages[cRLSign]: expected nothing, found "cRLSign"`,
			`~ /${pki}/front-proxy-ca.crt: basicConstraints: expected "a CA", found "a CA with a path of 0"`,
		]);
	});

	it("shows further certificates behind the file's first", async () => {
		const [file, ca] = [`${pki}/${client}.crt`, `${pki}/ca.crt`];
		const lines = await diff(async (tree) => appendFile(join(tree, file), await readFile(join(tree, ca))));
		expect(lines).toEqual([`~ /${file}: certificates: expected 1, found 2`]);
		const behindCa = async (tree: string) =>
			appendFile(join(tree, ca), await readFile(join(tree, pki, "front-proxy-ca.crt")));
		expect(await diff(behindCa)).toEqual([`~ /${ca}: certificates: expected 1, found 2`]);
		expect(await diff(behindCa, { args: ["--ca-dir", join(path(), pki)] })).toEqual([
			`~ /${ca}: certificates: expected "those of --ca-dir", found "others"`,
		]);
	});

	it("shows a private key of another certificate, and a text that is no key", async () => {
		const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
		const other = privateKey.export({ type: "sec1", format: "pem" });
		const line = (name: string) => `~ /${pki}/${name}.crt: isOfItsKey: expected true, found false`;
		for (const [name, key, args] of [
			[client, other, []],
			[client, "no key", []],
			["ca", other, []],
			["ca", other, ["--ca-dir", join(path(), pki)]],
		] as const) {
			expect(await diff((tree) => writeFile(join(tree, pki, `${name}.key`), key), { args })).toEqual([line(name)]);
		}
	});

	it("shows a service account key that differs from the key of --ca-dir", async () => {
		const replaced = async (tree: string) => {
			const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
			await writeFile(join(tree, pki, "sa.key"), privateKey.export({ type: "sec1", format: "pem" }));
			await writeFile(join(tree, pki, "sa.pub"), publicKey.export({ type: "spki", format: "pem" }));
		};
		expect(await diff(replaced, { args: ["--ca-dir", join(path(), pki)] })).toEqual([
			`~ /${pki}/sa.key: expected "the key of --ca-dir", found "another one"`,
		]);
	});
});

describe("diff where a CA signs elsewhere", () => {
	const { diff } = renderedTree();

	it("takes what kubeadm takes, and shows what it refuses", async () => {
		const loosely = { add: [new x509.KeyUsagesExtension(digitalSignature, true)], hash: "SHA-384" };
		const external = async (tree: string) => {
			await signAgain(tree, "front-proxy-client", "front-proxy-ca", loosely);
			await unlink(join(tree, pki, "front-proxy-ca.key"));
		};
		expect(await diff(external)).toEqual([]);
		const lines = await diff(async (tree) => {
			await external(tree);
			for (const end of ["crt", "key"])
				await copyFile(join(tree, pki, `${client}.${end}`), join(tree, pki, `front-proxy-client.${end}`));
		});
		expect(lines).toEqual([
			`~ /${pki}/front-proxy-client.crt: expected "a certificate that kubeadm keeps", found "it is not signed by this CA"`,
		]);
	});

	it("misses the cluster's CA's key unless the controller manager is told not to sign", async () => {
		const key = `${pki}/ca.key`;
		expect(await diff((tree) => unlink(join(tree, key)), { config: configuration })).toEqual([
			`- /${key}: expected "a file", found nothing`,
		]);
	});
});
