import { withCleanUp } from "../hosts/with-clean-up";
import { newBootstrapToken } from "../pki/bootstrap-token";
import type { KubernetesObject } from "../render/kubernetes-object";
import { bootstrapTokenSecret } from "../render/objects/bootstrap-token";
import { type Api, type ApiReference, api } from "./api";

/**
 * Creates a bootstrap token for one join, runs `work`, and removes the token, also where `work` failed. Where this process
 * dies before, the next join with this description removes the token, and the cluster removes it after an hour.
 * @param description names the join; tokens with this description from earlier joins are removed first
 * @param work receives the token, `id.secret`, which is secret
 * @returns the result of `work`
 * @throws errors of `api`, of its requests and of `work`
 */
export async function withBootstrapToken<T>(
	reference: ApiReference,
	{ description }: { description: string },
	work: (token: string) => Promise<T>,
): Promise<T> {
	const { id, secret } = newBootstrapToken();
	const server = await api(reference);
	await removeTokens(server, description);
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

/** Removes all bootstrap tokens with a description: those of joins that were cut off. */
export async function removeTokens(server: Api, description: string): Promise<void> {
	const tokens = await server.list("v1", "Secret", { fieldSelector: `type=${TOKEN_TYPE}` });
	const encoded = Buffer.from(description).toString("base64");
	for (const token of tokens as TokenSecret[]) if (token.data?.description === encoded) await server.delete(token);
}

interface TokenSecret extends KubernetesObject {
	/** Base64 texts. */
	data?: { description?: string };
}

/** Type of a bootstrap token's Secret. Source: `SecretTypeBootstrapToken`, cluster-bootstrap/token/api/types.go. */
const TOKEN_TYPE = "bootstrap.kubernetes.io/token";
