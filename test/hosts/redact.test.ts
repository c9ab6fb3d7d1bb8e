import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { redact } from "../../provider/hosts/redact";

const pem = execFileSync("openssl", ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], {
	stdio: ["ignore", "pipe", "ignore"],
}).toString();
const inside = pem.split("\n").slice(3, 8);

describe("redact", () => {
	it("blanks a private key, whole or cut off at either end", () => {
		expect(redact(`before\n${pem}after`)).toBe("before\n[secret]\nafter");
		expect(redact(`before\n${pem.slice(0, 600)}`)).toBe("before\n[secret]");
		const tail = redact(`${pem.slice(-600)}after`);
		for (const line of pem.split("\n").filter((text) => text.length > 10)) expect(tail).not.toContain(line);
		expect(tail).toContain("after");
	});

	it("blanks a private key in base64, as kubeconfigs and Secrets have it, and leaves a certificate", () => {
		const certificate = Buffer.from(
			"-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUZ9q8bFQ0lq1n5h0m\n-----END CERTIFICATE-----\n".repeat(3),
		).toString("base64");
		expect(redact(`x: ${certificate} y: ${Buffer.from(pem).toString("base64")}`)).toBe(`x: ${certificate} y: [secret]`);
		for (const shift of ["a", "ab", "abc"])
			expect(redact(Buffer.from(shift + pem).toString("base64"))).toBe("[secret]");
		expect(redact(`client-key-data: ${inside.join("")}`)).toBe("client-key-data: [secret]");
	});

	it("blanks bootstrap tokens, JSON web tokens and values that are named as secrets", () => {
		expect(redact("kubeadm join --token abcdef.0123456789abcdef 198.18.0.1:6443")).toBe(
			"kubeadm join --token [secret] 198.18.0.1:6443",
		);
		expect(redact("Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6.eyJpc3MiOiJrdWJlcm5ldGVz.c2lnbmF0dXJl-_x")).toBe(
			"Bearer [secret]",
		);
		expect(redact('{"token": "x y", "other": 1}')).toBe('{"token": [secret], "other": 1}');
		expect(redact("password=hunter2 certificate-key: 00ff")).toBe("password=[secret] certificate-key: [secret]");
	});

	it("blanks the secrets that it is given and leaves all else as it is", () => {
		expect(redact("it said correct horse twice: correct horse", ["correct horse\n"])).toBe(
			"it said [secret] twice: [secret]",
		);
		const harmless =
			"kube-apiserver: open /etc/kubernetes/pki/apiserver.key: no such file; tokens and passwords are fine; SHA256:Wwyrb5DqPPNR8rKee5u7i+yDoBFgXrXKscAi6vPUuts";
		expect(redact(harmless, ["", "a"])).toBe(harmless);
	});
});
