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
 * A kubeconfig's values as they may be shown: a secret, and what may be one, as a number that goes with its text, other
 * data by its digest.
 *
 * @param secrets those that have a number already
 */
export function masked(value: unknown, secrets: Map<unknown, string>, name = ""): unknown {
	// A mapping where a secret is expected has its own as texts.
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
