import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GivenKeys } from "../clusters/programs/given-keys/index.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";

/** With the real engine, on resources that need no host. */
describe("keys that were generated", () => {
	let stack: TestStack;
	let generated: { certificate: string; privateKey: string; tokenKey: string };
	const preview = async (program: GivenKeys) => {
		await stack.configure(program);
		return (await stack.preview()).changes;
	};

	beforeAll(async () => {
		stack = await testStack("given-keys");
		await stack.configure({} satisfies GivenKeys);
		await stack.up();
		generated = (await stack.outputs()) as typeof generated;
	});
	afterAll(() => stack?.remove());

	it("are not replaced by another CA, and the refusal shows no key and no stack trace", async () => {
		const said = await preview({ authority: otherAuthority() }).then(
			() => expect.fail("expected a refusal"),
			(error: Error) => error.message,
		);
		expect(said).toContain(
			"certificate: expected the CA of the running cluster, got another one; a cluster's CA cannot be changed",
		);
		expect(said).not.toMatch(/PRIVATE KEY|\n\s+at .*:\d+/);
	});

	it("are not replaced by another service account key", async () => {
		await expect(preview({ serviceAccountKey: otherAuthority().privateKey })).rejects.toThrow(
			"privateKey: expected the key of the running cluster, got another one; all service account tokens would break",
		);
	});

	it("change nothing when the program gives them from another source, in another form", async () => {
		const { certificate, privateKey, tokenKey } = generated;
		const authority = { certificate: certificate.replaceAll("\n", "\r\n"), privateKey: asPkcs8(privateKey) };
		expect(await preview({ authority, serviceAccountKey: asPkcs8(tokenKey) })).toEqual([]);
		await stack.up();
		expect(await preview({ authority: { certificate, privateKey }, serviceAccountKey: tokenKey })).toEqual([]);
	});
});

function asPkcs8(key: string): string {
	return execFileSync("openssl", ["pkcs8", "-topk8", "-nocrypt"], { input: key, encoding: "utf8" });
}

function otherAuthority(): { certificate: string; privateKey: string } {
	const words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 30 -subj /CN=kubernetes -keyout -";
	const pem = execFileSync("openssl", words.split(" "), { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
	const [privateKey, certificate] = pem.split(/(?=-----BEGIN CERTIFICATE)/);
	return { privateKey: privateKey!, certificate: certificate! };
}
