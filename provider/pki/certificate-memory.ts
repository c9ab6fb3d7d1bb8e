import { createHash } from "node:crypto";
import { ExpectationError } from "../config/expected";
import { isUnknown } from "../facts/unknown";

/**
 * The CA certificates of this run, by digest. A kubelet's `check` puts its CA here and keeps only the digest in the
 * inputs. So Pulumi's state holds the CA once, and not again for each node.
 */
const certificates = new Map<string, string>();

const BEGIN = "sha256:";

/**
 * Puts a text of certificates into this process's memory, from which `rememberedCertificate` returns it.
 * @param pem one certificate or more, PEM. An empty, an unknown and a remembered one are returned as they are.
 * @returns the text's digest, `sha256:` and hexadecimal digits
 */
export function rememberCertificate(pem: string): string {
	if (isUnknown(pem) || pem === "" || pem.startsWith(BEGIN)) return pem;
	const digest = `${BEGIN}${createHash("sha256").update(pem).digest("hex")}`;
	certificates.set(digest, pem);
	return digest;
}

/**
 * Returns the text that `rememberCertificate` put into memory in this run.
 * @param digest result of `rememberCertificate`
 * @throws ExpectationError where no `check` of this run was given the text
 */
export function rememberedCertificate(digest: string): string {
	const pem = digest.startsWith(BEGIN) ? certificates.get(digest) : digest;
	if (pem !== undefined) return pem;
	throw new ExpectationError({
		at: `CA certificate ${digest.slice(0, BEGIN.length + 12)}…`,
		expected: "the certificate in the arguments of a resource of this run",
		got: "none",
		next: "run `pulumi up` without ignoreChanges on `authority`",
	});
}
