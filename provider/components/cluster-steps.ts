import type * as pulumi from "@pulumi/pulumi";
import type { BootstrapTokenSpec } from "../config/bootstrap-token";
import { expected } from "../config/expected";
import { nodeNameOf } from "../config/node";
import { phases } from "../render/node-plan";
import { type ByAuthority, type CaName, caNamesOf, certificateNamesOf, certificates } from "../render/pki/certificates";
import {
	type ApiAccess,
	BootstrapToken,
	CertificateAuthority,
	ClusterAccess,
	ClusterIdentity,
	type ClusterInputs,
	ConfigurationUpload,
	CoreDns,
	type Gate,
	Host,
	type HostReference,
	type Inputs,
	Kubeconfig,
	KubeProxy,
	type NodeInputs,
	NodeRegistration,
	type Preflight,
	ServiceAccountKey,
} from "../resources";
import { plainResourceError } from "../resources/resource-error";
import { type TypedPaths, typedAt } from "../resources/typed-paths";
import type { ClusterArgs, NodeArgs } from "./cluster-args";
import { ControlPlaneNode } from "./control-plane-node";
import { etcdOf, skippedByAny } from "./decisions";
import { ofFounder } from "./founder";
import { byName, endpointOf, hostArgs, isReplaced, pick, typedField } from "./node-inputs";
import { externallySigned, externalOf, type Sign } from "./signing";
import { WorkerNode } from "./worker-node";

/** Values that all steps of a cluster need. */
export interface Context {
	component: pulumi.Resource;
	parent: { parent: pulumi.Resource };
	name: string;
	/** The cluster's arguments, without those of its nodes and credentials. */
	spec: ClusterInputs;
	controlPlanes: NodeArgs[];
	workers: NodeArgs[];
	/** The nodes whose machines are gone for good, which no step makes. */
	goneNodes: { name: string; host: pulumi.Input<string> }[];
	tokens: Inputs<BootstrapTokenSpec>[];
	given: NonNullable<ClusterArgs["authorities"]>;
	/** Names of the CAs that sign elsewhere. */
	external: CaName[];
	sign: Sign | undefined;
	/** Whether a control plane skips a phase of kubeadm. */
	isSkipped: (phase: string) => boolean;
}

/** Collects what all steps of a cluster read, from the arguments of `Cluster`. */
export function makeContext(component: pulumi.Resource, name: string, args: ClusterArgs): Context {
	const { controlPlanes, workers = [], authorities: given = {}, serviceAccountKey: _key, ...rest } = args;
	const { bootstrapTokens = [], sign, ignoreWarnings: _names, ...asked } = rest;
	const external = externalOf(given);
	return {
		component,
		parent: { parent: component },
		name,
		spec: typedAt({ "": "" }, external.includes("ca") ? { ...asked, externalCA: true } : asked),
		controlPlanes: typedNodes("controlPlanes", controlPlanes),
		workers: typedNodes("workers", workers),
		goneNodes: [...controlPlanes, ...workers]
			.filter(({ gone }) => gone)
			.map(({ name: node, connection: { host } }) => ({ name: nodeNameOf(node), host })),
		tokens: bootstrapTokens,
		given,
		external,
		sign,
		isSkipped: skippedByAny(controlPlanes, component),
	};
}

/**
 * The nodes of a list whose machines are there, which carry the paths at which the person typed them. A node has the name
 * of its Node object, so that another spelling of the name is the same node.
 */
function typedNodes(list: "controlPlanes" | "workers", nodes: readonly NodeArgs[]): NodeArgs[] {
	return nodes
		.map((node, index) => typedAt({ "": `${list}[${index}]` }, { ...node, name: nodeNameOf(node.name) }))
		.filter(({ gone }) => !gone);
}

/** The machines, by the name of their node. */
export type Hosts = ReadonlyMap<string, Host>;

/** Creates one `Host` for each control plane and worker. */
export function makeHosts({ name, controlPlanes, workers, parent }: Context): Hosts {
	return byName([...controlPlanes, ...workers], (node) => new Host(`${name}-${node.name}`, hostArgs(node), parent));
}

/** Makes the identity of the cluster, which remembers the control plane that the cluster was founded with. */
export function found({ name, spec, controlPlanes, goneNodes, isSkipped, parent }: Context, hosts: Hosts) {
	const endpoints = byName(controlPlanes, (node) => endpointOf(node, hosts.get(node.name)!));
	const members = [...endpoints].map(([member, { advertiseAddress }]) => ({ name: member, address: advertiseAddress }));
	const withoutEtcd = isSkipped("etcd/local") ? { withoutEtcd: true } : {};
	const gone = goneNodes.length > 0 ? { goneNodes } : {};
	const args = typedAt(typedMembers, { cluster: spec, members, ...withoutEtcd, ...gone });
	const identity = new ClusterIdentity(name, args, parent);
	return { identity, endpoints };
}

const typedMembers = { members: "controlPlanes", withoutEtcd: "controlPlanes[0].skipPhases" };

/** Makes the cluster's CAs and the key that signs service account tokens. */
export function makeCredentials(
	{ component, name, spec: cluster, given, parent }: Context,
	identity: ClusterIdentity,
	{ serviceAccountKey: privateKey }: ClusterArgs,
) {
	const behind = { ...parent, dependsOn: [identity] };
	const authorities = caNamesOf(etcdOf(cluster, component)).map((ca) => [
		ca,
		new CertificateAuthority(
			`${name}-${ca}`,
			typedAt({ "": `authorities.${ca}` }, { name: ca, cluster, ...given[ca] }),
			behind,
		),
	]);
	const key = typedAt({ privateKey: "serviceAccountKey" }, { cluster, privateKey });
	return {
		authorities: Object.fromEntries(authorities) as ByAuthority<CertificateAuthority>,
		serviceAccountKey: new ServiceAccountKey(`${name}-sa`, key, behind),
	};
}

/** Resources of the earlier steps that the later steps take. */
export interface Made {
	hosts: Hosts;
	identity: ClusterIdentity;
	nodes: ReadonlyMap<string, NodeInputs>;
	authorities: ByAuthority<CertificateAuthority>;
	serviceAccountKey: ServiceAccountKey;
}

/** What the control planes leave for the steps behind them. */
export interface ControlPlanes {
	gates: Gate[];
	/** The preflights of all control planes. Nothing is written on a control plane before its preflight has passed. */
	preflights: Preflight[];
}

/** Makes the control planes. A change on one of them waits for the gate of the one before it. */
export function makeControlPlanes(cluster: Context, made: Made): ControlPlanes {
	const { name, spec, controlPlanes, external, sign, parent } = cluster;
	const { hosts, nodes, identity, authorities, serviceAccountKey } = made;
	const [gates, preflights]: [Gate[], Preflight[]] = [[], []];
	for (const { name: node } of controlPlanes) {
		const { gate, preflight } = new ControlPlaneNode(
			`${name}-${node}`,
			{
				host: hosts.get(node)!,
				cluster: spec,
				node: nodes.get(node)!,
				identity,
				authorities,
				serviceAccountKey,
				sign,
				external,
				joins: controlPlanes.length > 1 && identity.founder.apply((founder) => founder !== node),
			},
			{ ...parent, dependsOn: gates.slice(-1) },
		);
		gates.push(gate);
		preflights.push(preflight);
	}
	return { gates, preflights };
}

/** Access to the cluster's API, and the arguments that its objects are rendered from. */
export interface Access {
	access: ClusterAccess;
	api: ApiAccess;
	objects: { cluster: ClusterInputs; node: NodeInputs };
}

/** Gives the administrators their rights, through the founder's super-admin.conf, which needs no rights of its own. */
export function giveAccess(cluster: Context, made: Made & ControlPlanes): Access {
	const { name, spec, controlPlanes, parent } = cluster;
	const { hosts, identity, nodes, authorities, gates } = made;
	const founder = founderOf(cluster, made);
	const superAdmin = superAdminKubeconfig(cluster, made, founder);
	const references = controlPlanes.map(({ name: node }) => node).sort();
	const others = references.map((node) => hosts.get(node)!);
	const ofCluster = { cluster: spec, node: ofFounder(identity.founder, pick(nodes, references)) };
	const first = others.length > 1 ? [founder, ...others] : others;
	const access = new ClusterAccess(
		`${name}-access`,
		{
			api: { controlPlanes: first, dependsOn: [...gates, ...superAdmin] },
			...ofCluster,
			certificate: authorities.ca.certificate,
		},
		parent,
	);
	return { access, api: { controlPlanes: others, dependsOn: [access] }, objects: ofCluster };
}

/** The machine that the cluster was founded with. */
function founderOf({ controlPlanes }: Context, { hosts, identity }: Made): HostReference {
	const references = byName(controlPlanes, ({ name }) => hosts.get(name)!.reference);
	const connections = byName(controlPlanes, ({ name }) => references.get(name)!.connection);
	return { ...ofFounder(identity.founder, references), connection: ofFounder(identity.founder, connections) };
}

/** Makes kubeadm's super-admin.conf, on the founder's host alone. Empty where kubeadm's phase for it is skipped. */
function superAdminKubeconfig(
	{ name, spec: cluster, controlPlanes, external, sign, isSkipped, parent }: Context,
	{ identity, nodes, authorities, preflights }: Made & ControlPlanes,
	host: HostReference,
): pulumi.Resource[] {
	const file = "super-admin.conf" as const;
	if (isSkipped("kubeconfig/super-admin")) return [];
	const node = ofFounder(
		identity.founder,
		pick(
			nodes,
			controlPlanes.map(({ name: each }) => each),
		),
	);
	const behind = { ...parent, dependsOn: preflights };
	const signingArgs = { prefix: name, owner: name, names: [file], host, cluster, node, authorities, sign, external };
	const { requests, signed } = externallySigned(signingArgs, behind);
	const inputs = { host, cluster, node, name: file, authority: authorities.ca, ...signed(file) };
	return [new Kubeconfig(`${name}-${file}`, inputs, { ...parent, dependsOn: [...preflights, ...requests] })];
}

/** Makes kubeadm's ConfigMaps and addons. */
export function makeObjects({ name, parent }: Context, { api, objects }: Access): ConfigurationUpload {
	const kubeProxy = new KubeProxy(`${name}-kube-proxy`, { api, ...objects }, parent);
	new CoreDns(`${name}-coredns`, { api, ...objects }, { ...parent, dependsOn: [kubeProxy] });
	return new ConfigurationUpload(`${name}-configuration`, { api, ...objects }, parent);
}

/** Creates the bootstrap tokens; none where the phase `bootstrap-token` is skipped. */
export function makeTokens({ name, tokens: tokenArgs, isSkipped, parent }: Context, { api }: Access): BootstrapToken[] {
	const tokens = isSkipped("bootstrap-token") ? [] : tokenArgs;
	return tokens.flatMap((token, index) =>
		isReplaced(token, tokens.slice(index + 1))
			? []
			: [
					new BootstrapToken(
						`${name}-bootstrap-token-${index}`,
						typedAt({ "": `bootstrapTokens[${index}]` }, { api, ...token }),
						parent,
					),
				],
	);
}

/** Makes the control planes' Node objects, with their taint. The program's own pods come after them. */
export function register(
	{ name, spec: cluster, controlPlanes, parent }: Context,
	{ nodes, access: { api } }: { nodes: Made["nodes"]; access: Access },
): NodeRegistration[] {
	return controlPlanes.map((args) => {
		const { name: node, drainTimeoutSeconds, forceDrain } = args;
		const role = "control-plane" as const;
		const inputs = { api, cluster, node: nodes.get(node)!, role, drainTimeoutSeconds, forceDrain };
		return new NodeRegistration(`${name}-${node}-node`, typedAt(typedDrain(args), inputs), parent);
	});
}

/** Creates the workers, which join once the cluster's ConfigMaps and tokens are in its API. */
export function makeWorkers(
	{ name, spec: cluster, workers, parent }: Context,
	{ hosts, nodes, authorities, access, after }: Made & { access: Access; after: pulumi.Resource[] },
): void {
	const api: ApiAccess = { ...access.api, dependsOn: [access.access, ...after] };
	for (const args of workers) {
		const { name: node, drainTimeoutSeconds, forceDrain } = args;
		const host = hosts.get(node)!;
		const drain = { drainTimeoutSeconds, forceDrain };
		const inputs = { host, cluster, node: nodes.get(node)!, authority: authorities.ca, api, ...drain };
		new WorkerNode(`${name}-${node}`, typedAt(typedDrain(args), inputs), parent);
	}
}

function typedDrain(node: NodeArgs): TypedPaths | undefined {
	return {
		...typedField(node, "drainTimeoutSeconds", "drainTimeoutSeconds"),
		...typedField(node, "forceDrain", "forceDrain"),
	};
}

/**
 * Refuses a skipped CA phase without a given CA. A CA that lies on the host only cannot sign here, and a generated CA
 * would be another one.
 */
export function refuseMissing({ component, spec, given, isSkipped }: Context): void {
	const etcd = etcdOf(spec, component);
	const signs = (ca: CaName) =>
		ca === "ca" ||
		certificateNamesOf(etcd).some((leaf) => certificates[leaf].ca === ca && !isSkipped(phases.certificate(leaf)));
	const missing = caNamesOf(etcd).filter((ca) => isSkipped(phases.authority(ca)) && signs(ca) && !(ca in given));
	const problems = missing.map((ca) =>
		expected({
			at: `authorities.${ca}`,
			expected: `the CA that is in place, since the phase ${phases.authority(ca)} is skipped`,
			got: "none",
			next: "give its certificate, and its key where this program shall sign with it",
		}),
	);
	if (problems.length > 0) throw plainResourceError(problems.join("\n"), component);
}
