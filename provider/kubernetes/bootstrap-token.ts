import { withCleanUp } from "../hosts/with-clean-up";
import { newBootstrapToken } from "../pki/bootstrap-token";
import type { KubernetesObject } from "../render/kubernetes-object";
import { bootstrapTokenSecret } from "../render/objects/bootstrap-token";
import { type ApiReference, api } from "./api";

/**
 * Makes a bootstrap token for one join and removes it when `work` has ended. Should this process die before, the cluster
 * removes the token after an hour.
 * @param work receives the token, `id.secret`
 */
export async function withBootstrapToken<T>(
	reference: ApiReference,
	{ description }: { description: string },
	work: (token: string) => Promise<T>,
): Promise<T> {
	const { id, secret } = newBootstrapToken();
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
