import { base64 } from "../base64";
import type { KubernetesObject } from "../kubernetes-object";

/** A bootstrap token: with it a node (or a user) shows that it may join. */
export interface BootstrapToken {
	/** Six letters or digits. */
	id: string;
	/** Sixteen letters or digits. */
	secret: string;
	description?: string;
	/** ISO 8601, to the second, in UTC: `2030-01-01T00:00:00Z`. @default never */
	expiration?: string;
	/** None are the default's too. @default ["signing", "authentication"] */
	usages?: readonly ("signing" | "authentication")[];
	/** None are the default's too. @default the group of nodes that join */
	groups?: readonly string[];
}

/** A Secret; its values are in base64. */
export interface Secret extends KubernetesObject {
	type: string;
	data: Record<string, string>;
}

/**
 * The Secret of a bootstrap token.
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
