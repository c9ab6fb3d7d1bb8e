import { expect, it } from "vitest";
import { UNKNOWN } from "../../provider/facts/unknown";
import { rememberCertificate, rememberedCertificate } from "../../provider/pki/certificate-memory";

// printf 'a CA\n' | sha256sum
const digest = "sha256:c5e5c8d4fdfce2ac472cd013773e9ab8aaaa7a1bbf737880d6ba82f9b7cc304b";

it("a CA is found by its digest in the run that was given it", () => {
	expect(rememberCertificate("a CA\n")).toBe(digest);
	expect(rememberedCertificate(digest)).toBe("a CA\n");
});

it("a digest, no text and an unknown text stay what they are", () => {
	for (const text of [digest, "", UNKNOWN]) expect(rememberCertificate(text)).toBe(text);
	expect(rememberedCertificate("")).toBe("");
});

it("the text that an older release kept is the text itself", () => {
	expect(rememberedCertificate("-----BEGIN CERTIFICATE-----\n")).toBe("-----BEGIN CERTIFICATE-----\n");
});

it("a digest that no check of this run was given is refused with what to do", () => {
	expect(() => rememberedCertificate("sha256:0123456789abcdef")).toThrow(
		"CA certificate sha256:0123456789ab…: expected the certificate in the arguments of a resource of this run, got none; run `pulumi up` without ignoreChanges on `authority`",
	);
});
