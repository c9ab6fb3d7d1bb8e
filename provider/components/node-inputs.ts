import * as pulumi from "@pulumi/pulumi";
import { choices, endpoint, type HostAddresses } from "../config/advertise-address";
import { type BootstrapTokenSpec, splitToken } from "../config/bootstrap-token";
import type { APIEndpoint, HostFacts } from "../config/node";
import { nodeSpecShape } from "../config/node-rules";
import { controlPlaneUrl } from "../render/endpoints";
import type { ClusterIdentity, ClusterInputs, Host, HostArgs, Inputs, NodeInputs } from "../resources";
import { type TypedPaths, typedAt, typedPathsIn } from "../resources/typed-paths";
import type { NodeArgs } from "./cluster-args";
import { ofFounder } from "./founder";

/** Returns a map from each node's name to a value computed from the node, in the order of the nodes. */
export function byName<Node extends { name: string }, T>(
	nodes: readonly Node[],
	of: (node: Node) => T,
): Map<string, T> {
	return new Map(nodes.map((node) => [node.name, of(node)]));
}

/** Returns the entries of a map with these names, in the order of the names. Every name must be in the map. */
export function pick<T>(all: ReadonlyMap<string, T>, names: readonly string[]): Map<string, T> {
	return new Map(names.map((name) => [name, all.get(name)!]));
}

/** Returns the arguments of a node's `Host`. */
export function hostArgs(node: HostArgs): HostArgs {
	const { connection, facts, trustOnFirstUse, bootTimeoutSeconds } = node;
	return typedAt(typedPathsIn(node), { connection, facts, trustOnFirstUse, bootTimeoutSeconds });
}

/** Endpoint of an API server: address and port as Outputs. */
export type Endpoint = ReturnType<typeof endpointOf>;

/**
 * Returns the arguments `node` of other resources, by the name of the node. Every node names the API server of the
 * founder. `discovery` of a control plane is left out.
 */
export function nodeInputs(
	{ controlPlanes, workers }: { controlPlanes: readonly NodeArgs[]; workers: readonly NodeArgs[] },
	{
		hosts,
		endpoints,
		identity,
	}: { hosts: ReadonlyMap<string, Host>; endpoints: ReadonlyMap<string, Endpoint>; identity: ClusterIdentity },
): Map<string, NodeInputs> {
	const apiServer = ofFounder(identity.founder, endpoints);
	return byName([...controlPlanes, ...workers], (args) => {
		const localAPIEndpoint = endpoints.get(args.name);
		const { discovery, ...node } = nodeOnly(args);
		const facts = factsOf(args, hosts.get(args.name)!);
		// A control plane knows its cluster, so it discovers nothing.
		return localAPIEndpoint
			? { apiServer, ...node, localAPIEndpoint, facts }
			: { apiServer, ...node, ...(discovery === undefined ? {} : { discovery }), facts };
	});
}

/** Arguments of the node, without those of its machine. */
function nodeOnly(args: NodeArgs): NodeInputs {
	const {
		connection: _connection,
		facts: _facts,
		trustOnFirstUse: _trust,
		bootTimeoutSeconds: _boot,
		drainTimeoutSeconds: _limit,
		forceDrain: _force,
		gone: _gone,
		prepare: _prepare,
		...node
	} = args;
	return node;
}

/** Facts of a machine: as the program states them, which a preview knows, else as read from the machine. */
export function factsOf({ facts: givenFacts }: Pick<NodeArgs, "facts">, host: Host): NonNullable<NodeInputs["facts"]> {
	if (givenFacts === undefined || Object.keys(givenFacts).length === 0) return host.facts;
	const factNames = (Object.keys(nodeSpecShape.facts) as (keyof HostFacts)[]).filter(
		(name) => name !== "componentUsers",
	);
	const each = factNames.map((name) => [name, givenFacts[name] ?? host.facts.apply((facts) => facts?.[name])]);
	return Object.fromEntries(each);
}

/**
 * Whether a later token in the list has the same id as this one. kubeadm then overwrites this token. False where either
 * id is not known yet.
 */
export function isReplaced(
	{ token }: Inputs<BootstrapTokenSpec>,
	later: readonly Inputs<BootstrapTokenSpec>[],
): boolean {
	const id = splitToken(token)?.id;
	return id !== undefined && later.some((other) => splitToken(other.token)?.id === id);
}

/**
 * Returns the endpoint of a node's API server: as the program states it, else the address of the machine's default
 * route and port 6443, as with kubeadm. An Output with a value of a wrong type is passed on, and the check of the
 * resource that takes it refuses the value.
 */
export function endpointOf(
	node: Pick<NodeArgs, "localAPIEndpoint" | "facts">,
	host: Host,
): { advertiseAddress: pulumi.Output<string>; bindPort: pulumi.Output<number> } {
	const { localAPIEndpoint, facts } = node;
	const endpointArgument = pulumi.output(localAPIEndpoint as Partial<APIEndpoint> | undefined);
	const ofHost = (name: keyof HostAddresses) => facts?.[name] ?? host.facts.apply((all) => all?.[name]);
	const saysAddress = localAPIEndpoint !== undefined && Reflect.get(localAPIEndpoint, "advertiseAddress") !== undefined;
	const isFact = !saysAddress && facts?.defaultRouteAddress !== undefined;
	const typed = {
		...typedField(node, "localAPIEndpoint"),
		...(isFact ? typedField(node, "facts.defaultRouteAddress", "advertiseAddress") : {}),
	};
	return typedAt(typed, {
		// Known before the machine is asked only where the program states the address or the machine's facts.
		advertiseAddress: endpointArgument.apply((endpointInput) => {
			const address: unknown = endpointInput?.advertiseAddress ?? "";
			if (typeof address !== "string") return address;
			const addressChoices = choices(address).map((name) => [name, ofHost(name)]);
			return pulumi.output(Object.fromEntries(addressChoices)).apply((told: Record<string, unknown>) => {
				const wrong = Object.values(told).find((each) => typeof (each ?? "") !== "string");
				return wrong ?? endpoint({ advertiseAddress: address }, told).advertiseAddress;
			});
		}) as pulumi.Output<string>,
		bindPort: endpointArgument.apply(
			(endpointInput) => endpoint(endpointInput?.bindPort ? { bindPort: endpointInput.bindPort } : {}).bindPort,
		),
	});
}

/**
 * Returns the typed path of a field of a node, for an object (or its argument `argument`) that is made from this field.
 * `undefined` for a node without typed paths.
 */
function typedField(node: object, field: string, argument = ""): TypedPaths | undefined {
	const path = typedPathsIn(node)?.[""];
	return path === undefined ? undefined : { [argument]: `${path}.${field}` };
}

/**
 * Returns the typed paths of `drainTimeoutSeconds` and `forceDrain` of a node. Empty for a node without typed paths.
 */
export function typedDrain(node: NodeArgs): TypedPaths | undefined {
	return {
		...typedField(node, "drainTimeoutSeconds", "drainTimeoutSeconds"),
		...typedField(node, "forceDrain", "forceDrain"),
	};
}

/**
 * Returns the URL of the cluster's API server, `https://host:port`: the `controlPlaneEndpoint`, else the given
 * endpoint. Empty where an Output has a value that is no text.
 */
export function serverOf(
	{ controlPlaneEndpoint }: ClusterInputs,
	{ advertiseAddress, bindPort }: Endpoint,
): pulumi.Output<string> {
	return pulumi
		.all([controlPlaneEndpoint, advertiseAddress, bindPort])
		.apply(([controlPlaneEndpoint, address, port]) =>
			typeof (controlPlaneEndpoint ?? "") === "string" && typeof address === "string"
				? controlPlaneUrl({ controlPlaneEndpoint }, { apiServer: { advertiseAddress: address, bindPort: port } })
				: "",
		);
}
