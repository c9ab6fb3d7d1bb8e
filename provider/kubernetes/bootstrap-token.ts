import { randomBytes } from "node:crypto";
import { withCleanUp } from "../hosts/with-clean-up";
import type { KubernetesObject } from "../render/kubernetes-object";
import { bootstrapTokenSecret } from "../render/objects/bootstrap-token";
import { type ApiReference, api } from "./api";

/** A bootstrap token as kubeadm makes it: `id.secret`. Source: cluster-bootstrap/token/util. */
export function newToken(): { id: string; secret: string } {
	return { id: randomText(6), secret: randomText(16) };
}

/** A token for one join: it expires after an hour if this process dies, and is removed when the work is done. */
export async function withBootstrapToken<T>(
	reference: ApiReference,
	{ description }: { description: string },
	work: (token: string) => Promise<T>,
): Promise<T> {
	const { id, secret } = newToken();
	const server = await api(reference);
	const expiration = new Date(Date.now() + 3600_000).toISOString().replace(/\.\d+/, "");
	const object = bootstrapTokenSecret({
		id,
		secret,
		description,
		expiration,
		usages: ["authentication", "signing"],
		groups: ["system:bootstrappers:kubeadm:default-node-token"],
	}) as KubernetesObject;
	await server.apply(object);
	return withCleanUp(
		() => work(`${id}.${secret}`),
		() => server.delete(object),
	);
}

/** Letters and digits of equal likelihood. */
function randomText(length: number): string {
	const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
	let text = "";
	while (text.length < length) {
		for (const byte of randomBytes(length)) if (byte < 252 && text.length < length) text += alphabet[byte % 36];
	}
	return text;
}
