import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * Verifies with a bootstrap token the signature in cluster-info: a JSON web signature (HS256) with detached content.
 *
 * Source: `DetachedTokenIsValid`, k8s.io/cluster-bootstrap/token/jws; RFC 7515, appendix F.
 * @param signature value of the key `jws-kubeconfig-ID` in cluster-info
 * @returns false for another token, other content, or text that is no signature
 */
export function isSigned(
	signature: string,
	{ content, id, secret }: { content: string; id: string; secret: string },
): boolean {
	const header = base64url(JSON.stringify({ alg: "HS256", kid: id }));
	const mac = createHmac("sha256", secret)
		.update(`${header}.${base64url(content)}`)
		.digest("base64url");
	const [wanted, got] = [Buffer.from(`${header}..${mac}`), Buffer.from(signature)];
	return wanted.length === got.length && timingSafeEqual(wanted, got);
}

function base64url(text: string): string {
	return Buffer.from(text).toString("base64url");
}
