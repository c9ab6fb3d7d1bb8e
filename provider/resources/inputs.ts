import * as pulumi from "@pulumi/pulumi";
import type { ClusterSpec } from "../config/cluster";
import type { Discovery, NodeSpec } from "../config/node";
import type { ConnectionArgs, ProxyConnectionArgs } from "../hosts/ssh/connection";

/** A value of which any part may come from another resource. */
export type DeepInput<T> = pulumi.Input<
	T extends (infer Item)[] ? DeepInput<Item>[] : T extends object ? Inputs<T> : T
>;

/** The same, but known to be an object when the program runs: only its fields may come from other resources. */
export type Inputs<T> = { [Key in keyof T]: DeepInput<Exclude<T[Key], undefined>> };

/** Connection arguments, as @pulumi/command takes them too. */
export type ConnectionInputs = Inputs<ConnectionArgs>;

/** A cluster as a program says it. */
export type ClusterInputs = Inputs<ClusterSpec>;

/** A node as a program says it. */
export type NodeInputs = Inputs<NodeSpec>;

const secretFields = [
	"password",
	"privateKey",
	"privateKeyPassword",
] as const satisfies readonly (keyof ProxyConnectionArgs)[];

/** The same connection with what is secret in it marked so, and everything else in sight. */
export function secretConnection(connection: ConnectionInputs): ConnectionInputs {
	const marked: Record<string, unknown> = { ...connection };
	for (const field of secretFields)
		if (connection[field] !== undefined) marked[field] = pulumi.secret(connection[field]);
	const { proxy } = connection;
	if (proxy !== undefined)
		marked.proxy =
			pulumi.Output.isInstance(proxy) || proxy instanceof Promise
				? pulumi.secret(proxy)
				: secretConnection(proxy as ConnectionInputs);
	return marked as unknown as ConnectionInputs;
}

/** How a node finds its cluster, with what is secret in it marked so. */
export function secretDiscovery(discovery: DeepInput<Discovery>): DeepInput<Discovery> {
	if (!isPlain(discovery)) return pulumi.secret(discovery);
	const { bootstrapToken, tlsBootstrapToken, file, ...open } = discovery;
	return {
		...open,
		...(file === undefined ? {} : { file: secretFile(file) }),
		...(bootstrapToken === undefined ? {} : { bootstrapToken: secretToken(bootstrapToken) }),
		...(tlsBootstrapToken === undefined ? {} : { tlsBootstrapToken: pulumi.secret(tlsBootstrapToken) }),
	};
}

/** An address may hold a password or a signature; a plain path or address stays in sight. */
function secretFile(file: DeepInput<Required<Discovery>["file"]>): typeof file {
	if (!isPlain(file)) return pulumi.secret(file);
	const { kubeConfigPath } = file;
	const isOpen = isPlain(kubeConfigPath) && !/[@?]/.test(kubeConfigPath ?? "");
	return isOpen ? file : { ...file, kubeConfigPath: pulumi.secret(kubeConfigPath) };
}

function secretToken(discovery: DeepInput<Required<Discovery>["bootstrapToken"]>): typeof discovery {
	return isPlain(discovery) ? { ...discovery, token: pulumi.secret(discovery.token) } : pulumi.secret(discovery);
}

function isPlain<T>(value: pulumi.Input<T>): value is T {
	return !pulumi.Output.isInstance(value) && !(value instanceof Promise);
}
