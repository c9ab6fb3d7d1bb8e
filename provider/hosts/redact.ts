const BLANK = "[secret]";

/**
 * Replaces secrets in a text: private keys (PEM, also cut off at either end, or base64 of it), bootstrap tokens, JSON web
 * tokens, values named token, password, client-key-data or certificate-key, and the `secrets` given. Each is replaced by
 * `[secret]`. A given secret of less than 6 characters is not replaced.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
	let shown = text;
	for (const secret of secrets) {
		if (secret.trim().length >= 6) shown = shown.replaceAll(secret.trim(), BLANK);
	}
	for (const [pattern, replacement] of patterns) shown = shown.replace(pattern, replacement);
	return shown.replace(/[A-Za-z0-9+/]{80,}={0,2}/g, (word) => (holdsKey(word) ? BLANK : word));
}

const patterns: [RegExp, string][] = [
	[/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g, BLANK],
	[/(?:[A-Za-z0-9+/=]+\s+)*-----END [A-Z0-9 ]*PRIVATE KEY-----/g, BLANK],
	[/\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g, BLANK],
	[/\beyJ[\w-]{10,}\.[\w-]+\.[\w-]+/g, BLANK],
	[
		/(["']?\b(?:token|password|client-key-data|certificate-key|token-secret)["']?\s*[:=]\s*)(?!\[secret\]|expected )(?:"[^"\n]*"|'[^'\n]*'|[^\s,}"']+)/gi,
		`$1${BLANK}`,
	],
];

/** Base64 text that contains a PEM private key, at any of the three byte offsets. */
function holdsKey(word: string): boolean {
	return [0, 1, 2, 3].some((skip) => Buffer.from(word.slice(skip), "base64").includes("PRIVATE KEY-----"));
}
