import { execFileSync, spawnSync } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EncryptionAlgorithm } from "../../provider/config/cluster";
import { certificateAuthority } from "../../provider/lifecycle/certificate-authority";
import { certificateProblems } from "../../provider/pki/inspect";
import { issueLeaf, type Subject } from "../../provider/pki/issue";
import { rememberedKey } from "../../provider/pki/key-memory";
import { keyPem, publicKeyPem } from "../../provider/pki/keys";
import { renewalIsDue } from "../../provider/pki/renewal";
import { firstCertificate } from "../../provider/render/pki/bundle";
import { cluster } from "../support/cluster";

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "pulumi-kubeadm-pki-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, content: string) => {
	const path = join(folder, name);
	writeFileSync(path, content, { mode: 0o600 });
	return path;
};
const openssl = (...args: string[]) =>
	execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const algorithms: EncryptionAlgorithm[] = ["RSA-2048", "RSA-3072", "ECDSA-P256", "ECDSA-P384"];
const request: Subject = {
	name: "apiserver",
	ca: "ca",
	commonName: "kube-apiserver",
	organizations: ["system:masters"],
	usages: ["serverAuth"],
	sans: ["cp-1", "kubernetes.default.svc", "10.96.0.1", "198.18.0.11", "fd00:0:0::0:11", "::1"],
	validity: 365 * 24 * 3600,
	algorithm: "ECDSA-P256",
};
const newAuthority = async (algorithm: EncryptionAlgorithm) => {
	const inputs = certificateAuthority.check(
		{ name: "ca", cluster: { ...cluster, encryptionAlgorithm: algorithm } },
		undefined,
	);
	return (await certificateAuthority.create(inputs)).outputs;
};
const leafOf = async (authority: { certificate: string; privateKey: string }, wanted = request, now = new Date()) => {
	const { certificate, key } = await issueLeaf(
		wanted,
		{ certificate: authority.certificate, key: createPrivateKey(authority.privateKey) },
		now,
	);
	return { certificate, key: keyPem(key) };
};

describe.each(algorithms)("a %s CA and its leaf", (algorithm) => {
	it("are what openssl verifies, with kubeadm's extensions", async () => {
		const authority = await newAuthority(algorithm);
		const leaf = await leafOf(authority, { ...request, algorithm });
		const ca = file("ca.crt", authority.certificate);
		const crt = file("leaf.crt", leaf.certificate);
		expect(openssl("verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", ca, crt)).toBe(`${crt}: OK\n`);
		expect(openssl("verify", "-verify_ip", "198.18.0.11", "-CAfile", ca, crt)).toBe(`${crt}: OK\n`);
		expect(openssl("verify", "-verify_ip", "fd00::11", "-CAfile", ca, crt)).toBe(`${crt}: OK\n`);
		const client = spawnSync("openssl", ["verify", "-purpose", "sslclient", "-CAfile", ca, crt]);
		expect(client.status).not.toBe(0);

		const text = openssl("x509", "-noout", "-text", "-in", crt);
		expect(text).toMatch(/Subject: O = system:masters, CN = kube-apiserver\n/);
		expect(text).toMatch(/X509v3 Key Usage: critical\n\s+Digital Signature, Key Encipherment\n/);
		expect(text).toMatch(/X509v3 Extended Key Usage: \n\s+TLS Web Server Authentication\n/);
		expect(text).toMatch(/X509v3 Basic Constraints: critical\n\s+CA:FALSE\n/);
		expect(text).toMatch(
			/X509v3 Subject Alternative Name: \n\s+DNS:cp-1, DNS:kubernetes.default.svc, IP Address:10.96.0.1, IP Address:198.18.0.11, IP Address:FD00:0:0:0:0:0:0:11, IP Address:0:0:0:0:0:0:0:1\n/,
		);
		const hash =
			algorithm === "ECDSA-P384"
				? "ecdsa-with-SHA384"
				: algorithm.startsWith("RSA")
					? "sha256WithRSAEncryption"
					: "ecdsa-with-SHA256";
		expect(text).toContain(`Signature Algorithm: ${hash}`);
		const caText = openssl("x509", "-noout", "-text", "-in", ca);
		expect(caText).toMatch(/X509v3 Key Usage: critical\n\s+Digital Signature, Key Encipherment, Certificate Sign\n/);
		expect(caText).toMatch(/X509v3 Basic Constraints: critical\n\s+CA:TRUE\n/);
		expect(caText).toMatch(/X509v3 Subject Alternative Name: \n\s+DNS:kubernetes\n/);
		const subjectKey = /X509v3 Subject Key Identifier: \n\s+(\S+)/.exec(caText)![1];
		expect(/X509v3 Authority Key Identifier: \n\s+(\S+)/.exec(text)![1]).toBe(subjectKey);
	});

	it("have keys in kubeadm's form: PKCS#1 for RSA and SEC 1 for curves, with their public halves", async () => {
		const authority = await newAuthority(algorithm);
		const { key } = await leafOf(authority, { ...request, algorithm });
		expect(key).toMatch(
			algorithm.startsWith("RSA") ? /^-----BEGIN RSA PRIVATE KEY-----\n/ : /^-----BEGIN EC PRIVATE KEY-----\n/,
		);
		expect(openssl("pkey", "-noout", "-check", "-in", file("leaf.key", key))).toContain("Key is valid");
		expect(publicKeyPem(createPrivateKey(key))).toBe(openssl("pkey", "-pubout", "-in", file("leaf.key", key)));
	});

	it("hash to what `kubeadm join --discovery-token-ca-cert-hash` takes", async () => {
		const authority = await newAuthority(algorithm);
		const script = "openssl x509 -pubkey -noout | openssl pkey -pubin -outform der | sha256sum | cut -d' ' -f1";
		const hash = execFileSync("sh", ["-c", script], { input: authority.certificate, encoding: "utf8" }).trim();
		expect(authority.publicKeyHash).toBe(hash);
	});
});

/** How a CA of one's own comes: openssl's old and new forms, and @pulumi/tls' `privateKeyPem` (PKCS#1, SEC 1) and `privateKeyPemPkcs8`. */
const forms: [string, string[], string[], RegExp][] = [
	["RSA, PKCS#1", ["genrsa", "-traditional", "2048"], [], /BEGIN RSA PRIVATE KEY/],
	["RSA, PKCS#8", ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], [], /BEGIN PRIVATE KEY/],
	["P-256, SEC 1", ["ecparam", "-name", "prime256v1", "-genkey", "-noout"], [], /BEGIN EC PRIVATE KEY/],
	["P-256, SEC 1 behind its parameters", ["ecparam", "-name", "prime256v1", "-genkey"], [], /BEGIN EC PARAMETERS/],
	["P-384, PKCS#8", ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"], [], /BEGIN PRIVATE KEY/],
	["P-521, SEC 1", ["ecparam", "-name", "secp521r1", "-genkey", "-noout"], [], /BEGIN EC PRIVATE KEY/],
	["RSA without a subject key identifier", ["genrsa", "2048"], ["-addext", "subjectKeyIdentifier=none"], /PRIVATE KEY/],
];

describe.each(forms)("a given CA (%s)", (_name, generate, extensions, form) => {
	it("signs leaves that openssl verifies, and is kept as it was given", async () => {
		const privateKey = openssl(...generate);
		expect(privateKey).toMatch(form);
		const keyFile = file("given.key", privateKey);
		const subject = ["-subj", "/C=DE/O=Example/CN=Example Root"];
		const certificate = openssl(
			"req",
			"-x509",
			"-new",
			"-key",
			keyFile,
			...subject,
			"-days",
			"30",
			"-addext",
			"keyUsage=critical,keyCertSign,digitalSignature",
			...extensions,
		);
		const inputs = certificateAuthority.check({ name: "ca", cluster, certificate, privateKey }, undefined);
		expect(JSON.stringify(inputs)).not.toContain("PRIVATE KEY");
		const { outputs } = await certificateAuthority.create(inputs);
		expect(outputs.certificate).toBe(certificate);
		expect(createPrivateKey(outputs.privateKey).equals(rememberedKey(inputs.givenAuthority!.fingerprint))).toBe(true);
		const leaf = await leafOf(outputs);
		const ca = file("given.crt", certificate);
		const crt = file("given-leaf.crt", leaf.certificate);
		expect(openssl("verify", "-purpose", "sslserver", "-CAfile", ca, crt)).toBe(`${crt}: OK\n`);
		expect(openssl("x509", "-noout", "-issuer", "-in", crt)).toBe("issuer=C = DE, O = Example, CN = Example Root\n");
	});
});

describe("a given CA that can't be one", () => {
	const key = () => openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256");
	const self = (pem: string, ...more: string[]) =>
		openssl("req", "-x509", "-new", "-key", file("bad.key", pem), "-subj", "/CN=x", ...more);
	const problems = (given: { certificate?: string; privateKey?: string }) => () =>
		certificateAuthority.check({ name: "ca", cluster, ...given }, undefined);

	it("is refused: a leaf", () => {
		const privateKey = key();
		const certificate = self(privateKey, "-addext", "basicConstraints=critical,CA:FALSE");
		expect(problems({ certificate, privateKey })).toThrow(
			"certificate: expected a CA (basic constraints CA:TRUE), got CN=x",
		);
	});

	it("is refused: a certificate and another's key", () => {
		expect(problems({ certificate: self(key()), privateKey: key() })).toThrow(
			"privateKey: expected the key of the given certificate (CN=x; in a bundle it is the first), got another one",
		);
	});

	it("is refused: a key without its certificate", () => {
		expect(problems({ privateKey: key() })).toThrow(
			"certificate: expected the PEM certificate of the given key, got none",
		);
	});

	it("is refused: an encrypted key, with the command that decrypts it", () => {
		const privateKey = key();
		const encrypted = openssl("pkey", "-in", file("plain.key", privateKey), "-aes256", "-passout", "pass:secret");
		expect(encrypted).toContain("BEGIN ENCRYPTED PRIVATE KEY");
		expect(problems({ certificate: self(privateKey), privateKey: encrypted })).toThrow(
			"expected an unencrypted PEM key (PKCS#1, PKCS#8 or SEC 1), got an encrypted one; `openssl pkey -in KEY` converts one",
		);
	});

	it("is refused: a key that kubeadm has no algorithm for", () => {
		const privateKey = openssl("genpkey", "-algorithm", "ED25519");
		expect(problems({ certificate: self(privateKey), privateKey })).toThrow(
			"privateKey: expected an RSA key, or one on the curve P-256, P-384 or P-521, got ed25519",
		);
	});

	it("is refused: texts that are no PEM, both at once", () => {
		expect(problems({ certificate: "a", privateKey: "b" })).toThrow(
			/privateKey: expected an unencrypted PEM key.*\n.*certificate: expected a PEM certificate/,
		);
	});

	it("is refused: another CA than the running cluster's, and none", () => {
		const [first, second] = [key(), key()];
		const old = certificateAuthority.check(
			{ name: "ca", cluster, certificate: self(first), privateKey: first },
			undefined,
		);
		expect(() =>
			certificateAuthority.check({ name: "ca", cluster, certificate: self(second), privateKey: second }, old),
		).toThrow("got another one; a cluster's CA cannot be changed");
		expect(() => certificateAuthority.check({ name: "ca", cluster }, old)).toThrow(
			"expected the CA of the running cluster, got none",
		);
		const renewed = certificateAuthority.check(
			{ name: "ca", cluster, certificate: self(first), privateKey: first },
			old,
		);
		expect(renewed.givenAuthority!.fingerprint).toBe(old.givenAuthority!.fingerprint);
	});
});

describe("a pair that was found", () => {
	const now = new Date();
	const why = async (change: Partial<Subject>, found = request) => {
		const authority = await newAuthority("ECDSA-P256");
		return certificateProblems({
			found: await leafOf(authority, { ...found, ...change }),
			request,
			caCertificate: authority.certificate,
			now,
		});
	};

	it("may stay when it is what is asked for, however its addresses and order are spelled", async () => {
		expect(await why({})).toEqual([]);
		expect(
			await why({
				sans: ["::1", "0:0:0:0:0:0:0:1", "fd00::11", "198.18.0.11", "10.96.0.1", "kubernetes.default.svc", "cp-1"],
			}),
		).toEqual([]);
		expect(await why({ algorithm: "RSA-2048" })).toEqual([]);
	});

	it.each<[string, Partial<Subject>, string]>([
		[
			"another common name",
			{ commonName: "other" },
			"its subject: expected CN=kube-apiserver, O=system:masters, got CN=other, O=system:masters",
		],
		[
			"no organization",
			{ organizations: [] },
			"its subject: expected CN=kube-apiserver, O=system:masters, got CN=kube-apiserver",
		],
		[
			"a name less",
			{ sans: request.sans.slice(1) },
			"its names: expected dns:cp-1 dns:kubernetes.default.svc ip:10.96.0.1 ip:198.18.0.11 ip:::1 ip:fd00::11, got dns:kubernetes.default.svc ip:10.96.0.1 ip:198.18.0.11 ip:::1 ip:fd00::11",
		],
		["another use", { usages: ["clientAuth"] }, "its usages: expected serverAuth, got clientAuth"],
	])("may not stay with %s", async (_what, change, problem) => {
		expect(await why(change)).toEqual([problem]);
	});

	it("may not stay when it expired, nor with another's key, another CA or no certificate at all", async () => {
		const [authority, other] = [await newAuthority("ECDSA-P256"), await newAuthority("ECDSA-P256")];
		const [leaf, another] = [await leafOf(authority), await leafOf(authority)];
		const later = new Date(now.getTime() + 366 * 24 * 3600 * 1000);
		expect(
			(await certificateProblems({ found: leaf, request, caCertificate: authority.certificate, now: later }))[0],
		).toMatch(/^it expired on 20\d\d-/);
		expect(
			certificateProblems({ found: { ...leaf, key: another.key }, request, caCertificate: authority.certificate, now }),
		).toEqual(["its key is another one"]);
		expect(
			certificateProblems({ found: { ...leaf, key: "" }, request, caCertificate: authority.certificate, now }),
		).toEqual(["its key is another one"]);
		expect(certificateProblems({ found: leaf, request, caCertificate: other.certificate, now })).toEqual([
			"it is not signed by this CA",
		]);
		expect(
			certificateProblems({ found: { ...leaf, certificate: "" }, request, caCertificate: authority.certificate, now }),
		).toEqual(["it is not a PEM certificate"]);
	});
});

describe("a CA that another CA signed", () => {
	it("signs leaves that its chain leads to, and is found first in its bundle", async () => {
		const root = await newAuthority("ECDSA-P256");
		const intermediateKey = openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout");
		const asked = file(
			"intermediate.csr",
			openssl("req", "-new", "-key", file("intermediate.key", intermediateKey), "-subj", "/CN=between"),
		);
		const extensions = file("intermediate.ext", "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n");
		const signer = ["-CA", file("root.crt", root.certificate), "-CAkey", file("root.key", root.privateKey)];
		const intermediate = openssl("x509", "-req", "-in", asked, ...signer, "-days", "30", "-extfile", extensions);
		const certificate = `subject=CN = between\n${intermediate}\nsubject=CN = kubernetes\n${root.certificate}`;
		const given = { name: "ca", cluster, certificate, privateKey: intermediateKey } as const;
		const { outputs } = await certificateAuthority.create(certificateAuthority.check(given, undefined));
		expect(outputs.certificate).toBe(certificate);

		const leaf = await leafOf(outputs);
		const leafFile = file("chained.crt", leaf.certificate);
		expect(openssl("verify", "-CAfile", file("bundle.crt", certificate), leafFile)).toBe(`${leafFile}: OK\n`);
		expect(certificateProblems({ found: leaf, request, caCertificate: certificate, now: new Date() })).toEqual([]);
		expect(firstCertificate(certificate)).toBe(intermediate);

		const chained = { ...leaf, certificate: leaf.certificate + intermediate };
		expect(certificateProblems({ found: chained, request, caCertificate: root.certificate, now: new Date() })).toEqual(
			[],
		);
		expect(certificateProblems({ found: leaf, request, caCertificate: root.certificate, now: new Date() })).toEqual([
			"it is not signed by this CA",
		]);
		expect(() =>
			certificateAuthority.check({ ...given, certificate: root.certificate + intermediate }, undefined),
		).toThrow(
			"expected the key of the given certificate (CN=kubernetes; in a bundle it is the first), got another one",
		);
	});
});

describe("what others signed", () => {
	const say = (usages: Subject["usages"], change: Partial<Subject>) => async () => {
		const authority = await newAuthority("ECDSA-P256");
		const wanted = { ...request, usages };
		const leaf = await leafOf(authority, { ...wanted, ...change });
		return certificateProblems({
			found: leaf,
			request: wanted,
			caCertificate: authority.certificate,
			now: new Date(),
			rule: "at least",
		});
	};

	it.each<[string, () => Promise<string[]>]>([
		[
			"more names and uses",
			say(["clientAuth"], { sans: [...request.sans, "more.example.test"], usages: ["clientAuth", "serverAuth"] }),
		],
		["more groups", say(["clientAuth"], { organizations: ["system:masters", "more"] })],
		["any subject for a server", say(["serverAuth"], { commonName: "api.example.test", organizations: [] })],
	])("may say more: %s", async (_what, problems) => {
		expect(await problems()).toEqual([]);
	});

	it.each<[string, () => Promise<string[]>, RegExp]>([
		["less names", say(["serverAuth"], { sans: ["cp-1"] }), /^its names: expected .*, got dns:cp-1$/],
		[
			"another client",
			say(["clientAuth"], { commonName: "other" }),
			/^its subject: expected CN=kube-apiserver, O=system:masters, got CN=other/,
		],
		[
			"another use",
			say(["serverAuth"], { usages: ["clientAuth"] }),
			/^its usages: expected serverAuth, got clientAuth$/,
		],
	])("may not say %s", async (_what, problems, said) => {
		expect((await problems()).join("; ")).toMatch(said);
	});
});

describe("a renewal", () => {
	const now = new Date("2026-01-01T00:00:00Z");
	const inDays = (days: number) => new Date(now.getTime() + days * 24 * 3600 * 1000).toISOString();
	const year = 365 * 24 * 3600;
	it.each([
		[30.1, year, false],
		[29.9, year, true],
		[-1, year, true],
		[3.4, 10 * 24 * 3600, false],
		[3.3, 10 * 24 * 3600, true],
	])("%s days before the end of a life of %s s is due: %s", (days, validity, due) => {
		expect(renewalIsDue({ notAfter: inDays(days) }, validity, now)).toBe(due);
	});

	it.each([
		["was signed for a week and just begins, where a year was asked for", -0.1, 6.9, year, false],
		["was signed for a week and has two days left", -5, 2, year, true],
		["begins with its CA, long before, and has most of an hour left", -800, 1 / 25, 3600, false],
		["begins with its CA, long before, and has the last third of an hour left", -800, 1 / 80, 3600, true],
	])(
		"of one that %s: begun %s days and ending %s days from now, asked for %s s, is due: %s",
		(_what, begin, end, validity, due) => {
			expect(renewalIsDue({ notBefore: inDays(begin), notAfter: inDays(end) }, validity, now)).toBe(due);
		},
	);
});
