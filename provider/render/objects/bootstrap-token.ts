import { base64 } from "../base64";
import type { KubernetesObject } from "../kubernetes-object";

/** A bootstrap token, with which a node or a user proves that it may join. */
export interface BootstrapToken {
	/** Six lower case letters or digits. Not secret. */
	id: string;
	/** Sixteen lower case letters or digits. Secret. */
	secret: string;
	/** Text that tells people what the token is for. @default none */
	description?: string;
	/** ISO 8601, to the second, in UTC: `2030-01-01T00:00:00Z`. @default never */
	expiration?: string;
	/** Usages of the token. An empty list counts as absent. @default ["signing", "authentication"] */
	usages?: readonly ("signing" | "authentication")[];
	/**
	 * Groups of a client that authenticates with the token. An empty list counts as absent. @default
	 * ["system:bootstrappers:kubeadm:default-node-token"]
	 */
	groups?: readonly string[];
}

/** A Secret; its values are in base64. */
export interface Secret extends KubernetesObject {
	/** Type of the Secret, such as "bootstrap.kubernetes.io/token". */
	type: string;
	/** Values in base64, by key. */
	data: Record<string, string>;
}

/**
 * Returns the Secret of a bootstrap token, `kube-system/bootstrap-token-ID`.
 *
 * Source: BootstrapTokenToSecret, cmd/kubeadm/app/apis/bootstraptoken/v1/utils.go.
 */
export function bootstrapTokenSecret(token: BootstrapToken): Secret {
	const { id, secret, description, expiration } = token;
	const usages = token.usages?.length ? token.usages : (["signing", "authentication"] as const);
	const groups = token.groups?.length ? token.groups : ["system:bootstrappers:kubeadm:default-node-token"];
	const texts: Record<string, string | undefined> = {
		"token-id": id,
		"token-secret": secret,
		description: description || undefined,
		expiration: expiration || undefined,
		...Object.fromEntries(usages.map((usage) => [`usage-bootstrap-${usage}`, "true"])),
		"auth-extra-groups": groups.join(",") || undefined,
	};
	const data = Object.entries(texts).flatMap(([name, text]) => (text === undefined ? [] : [[name, base64(text)]]));
	return {
		apiVersion: "v1",
		kind: "Secret",
		metadata: { name: `bootstrap-token-${id}`, namespace: "kube-system" },
		type: "bootstrap.kubernetes.io/token",
		data: Object.fromEntries(data),
	};
}
