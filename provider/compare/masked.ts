import { createHash } from "node:crypto";

/** Keys of a kubeconfig whose texts may be shown. Any other text may be a secret. */
const shown: ReadonlySet<string> = new Set([
	"apiVersion",
	"certificate-authority",
	"client-certificate",
	"client-key",
	"cluster",
	"current-context",
	"kind",
	"name",
	"namespace",
	"server",
	"tls-server-name",
	"tokenFile",
	"user",
	"username",
]);

/**
 * Copies a kubeconfig's values for display. A text that is or may be a secret is replaced by a number, equal for equal
 * texts; other data is replaced by its digest.
 *
 * @param secrets numbers of secrets that were replaced before
 */
export function masked(value: unknown, secrets: Map<unknown, string>, name = ""): unknown {
	// A mapping in the place of a secret has its secrets as texts inside.
	if (Array.isArray(value)) return value.map((item) => masked(item, secrets));
	if (typeof value === "object" && value !== null) {
		return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, masked(item, secrets, key)]));
	}
	if (value === null || typeof value === "boolean") return value;
	if (name.endsWith("-data") && name !== "client-key-data") return digest(value);
	if (shown.has(name) && typeof value === "string") return value.replace(/\/\/[^/@]*@/, "//…@");
	const text = String(value);
	if (!secrets.has(text)) secrets.set(text, `(secret ${secrets.size + 1})`);
	return secrets.get(text);
}

function digest(item: unknown): string {
	return `sha256:${createHash("sha256").update(String(item)).digest("hex")}`;
}
