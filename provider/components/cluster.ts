import * as pulumi from "@pulumi/pulumi";
import { choices, endpoint, type HostAddresses } from "../config/advertise-address";
import { type BootstrapTokenSpec, splitToken } from "../config/bootstrap-token";
import type { APIEndpoint, HostFacts } from "../config/node";
import { nodeSpecShape } from "../config/node-rules";
import { controlPlaneUrl } from "../render/endpoints";
import { phases } from "../render/node-plan";
import { type ByAuthority, type CaName, caNamesOf, certificateNamesOf, certificates } from "../render/pki/certificates";
import {
	type ApiAccess,
	type Authority,
	BootstrapToken,
	CertificateAuthority,
	ClusterAccess,
	ClusterIdentity,
	type ClusterInputs,
	ConfigurationUpload,
	CoreDns,
	type Gate,
	Host,
	type HostArgs,
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
import { checkCluster } from "./check-cluster";
import { ControlPlaneNode } from "./control-plane-node";
import { etcdOf, skippedByAny } from "./decisions";
import { ofFounder } from "./founder";
import { externallySigned, externalOf, type Sign } from "./signing";
import { WorkerNode } from "./worker-node";

/** A machine that becomes a node. */
export interface NodeArgs extends Omit<NodeInputs, "name" | "facts">, HostArgs {
	/** Name of the Node object and of this node's resources: the identity of the node. */
	name: string;
	/** Time limit of the drain before the node is removed, in seconds. @default 120 */
	drainTimeoutSeconds?: pulumi.Input<number>;
}

/** Arguments of a `Cluster`. */
export interface ClusterArgs extends ClusterInputs {
	/**
	 * The machines of the control plane: exactly one. Several are refused in preview, as they are not brought up together
	 * yet.
	 */
	controlPlanes: NodeArgs[];
	/** The machines of the workers. @default none */
	workers?: NodeArgs[];
	/** CAs of your own, by kubeadm's names. A CA without a key is external: see `sign`. @default CAs are generated */
	authorities?: Partial<Record<CaName, Authority>>;
	/**
	 * Signs for the external CAs. The cluster calls this function while the program runs, once for each request, and
	 * takes the certificate, PEM. Return another resource's output where you can: such a certificate stays the same
	 * until that resource makes a new one.
	 *
	 * ```ts
	 * sign: ({ node, name, csr, usages }) => new tls.LocallySignedCert(`${node}-${name}`, { certRequestPem: csr, … }).certPem
	 * ```
	 *
	 * Later requests of a kubelet are not passed to this function: its renewals, and on a worker already its first
	 * certificate. With an external "ca" no controller of the cluster signs these requests (signer
	 * kubernetes.io/kube-apiserver-client-kubelet, listed by `kubectl get csr`). A signer of your own has to sign them,
	 * and a worker waits for its first certificate.
	 * @default `pulumi up` places keys and requests on the hosts, says what to type, and takes in the certificates that
	 * lie beside the requests by the next run
	 */
	sign?: Sign;
	/** Private key of your own that signs service account tokens, PEM. @default a key is generated */
	serviceAccountKey?: pulumi.Input<string>;
	/**
	 * Tokens with which nodes join: `InitConfiguration.bootstrapTokens`. kubeadm makes a token for a day where none is
	 * given, for the join command that it prints; this package makes none.
	 * @default none
	 */
	bootstrapTokens?: Inputs<BootstrapTokenSpec>[];
	/**
	 * Names of warnings that are not shown: `NoPodSubnet`, `UnknownFlag` and others, or `all`. Each warning shows its
	 * name.
	 * @default none
	 */
	ignoreWarnings?: string[];
}

/**
 * A Kubernetes cluster on machines of your own, as kubeadm would make it.
 *
 * ```ts
 * const cluster = new kubeadm.Cluster("lab", {
 *   kubernetesVersion: "1.37.2",
 *   controlPlanes: [{ name: "cp-1", connection: { host: "198.18.0.11" } }],
 *   workers: [{ name: "worker-1", connection: { host: "198.18.0.12" } }],
 * });
 * ```
 */
export class Cluster extends pulumi.ComponentResource {
	/** Access to the cluster's API, for resources of your own such as an `Addon`. */
	readonly api: ApiAccess;
	/** The cluster's arguments, as other resources take them for `cluster`. */
	readonly spec: ClusterInputs;
	/** URL of the API server: `https://host:port`. */
	readonly server: pulumi.Output<string>;
	/** Names of the cluster's nodes. */
	readonly nodeNames: string[];
	/** Hash of the CA's public key, `sha256:…`, for `kubeadm join --discovery-token-ca-cert-hash`. */
	readonly caCertHash: pulumi.Output<string>;
	/** The tokens of `bootstrapTokens`. Of several tokens with one id only the last is made, as with kubeadm. */
	readonly bootstrapTokens: BootstrapToken[];
	/** The cluster's CAs, by kubeadm's names. */
	readonly authorities: ByAuthority<CertificateAuthority>;
	/** Resources that exist once the API serves and has the cluster's own objects. */
	readonly #serving: pulumi.Resource[];
	readonly #name: string;
	#admin: Kubeconfig | undefined;

	constructor(name: string, args: ClusterArgs, options?: pulumi.ComponentResourceOptions) {
		const warnings = checkCluster(name, args, options);
		super("kubeadm:index:Cluster", name, {}, options);
		for (const warning of warnings) pulumi.log.warn(warning, this);
		const cluster = makeContext(this, name, args);
		refuseMissing(cluster);
		const hosts = makeHosts(cluster);
		const { identity, endpoints } = found(cluster, hosts);
		const credentials = makeCredentials(cluster, identity, args);
		const nodes = nodeInputs(cluster, { hosts, endpoints, identity });
		const made = { hosts, identity, nodes, ...credentials };
		const controlPlanes = makeControlPlanes(cluster, made);
		const access = giveAccess(cluster, { ...made, ...controlPlanes });
		const upload = makeObjects(cluster, access);
		this.bootstrapTokens = makeTokens(cluster, access);
		const registrations = register(cluster, { nodes, access });
		this.api = { ...access.api, dependsOn: [access.access, ...registrations] };
		this.#serving = [...controlPlanes.gates, access.access, ...registrations];
		makeWorkers(cluster, { ...made, access, after: [upload, ...this.bootstrapTokens] });

		this.#name = name;
		this.spec = cluster.spec;
		this.authorities = credentials.authorities;
		this.server = serverOf(cluster.spec, ofFounder(identity.founder, endpoints));
		this.nodeNames = [...nodes.keys()];
		this.caCertHash = pulumi.interpolate`sha256:${this.authorities.ca.publicKeyHash}`;
		this.registerOutputs({ caCertHash: this.caCertHash });
	}

	/**
	 * The administrator's kubeconfig, YAML, secret. The output is known once the API serves and has the cluster's own
	 * objects, so a resource that uses it needs no `dependsOn`. The kubeconfig is made when the program first reads this
	 * property: only then is its key in the state.
	 */
	get kubeconfig(): pulumi.Output<string> {
		const { ca: authority } = this.authorities;
		const user = { name: "kubernetes-admin", groups: ["kubeadm:cluster-admins"], server: this.server };
		this.#admin ??= new Kubeconfig(
			`${this.#name}-kubeconfig`,
			{ authority, cluster: this.spec, user },
			{ parent: this, dependsOn: this.#serving },
		);
		return this.#admin.kubeconfig;
	}
}

/** Values that all steps of a cluster need. */
interface Context {
	component: pulumi.Resource;
	parent: { parent: pulumi.Resource };
	name: string;
	/** The cluster's arguments, without those of its nodes and credentials. */
	spec: ClusterInputs;
	controlPlanes: NodeArgs[];
	workers: NodeArgs[];
	tokens: Inputs<BootstrapTokenSpec>[];
	given: NonNullable<ClusterArgs["authorities"]>;
	/** Names of the CAs that sign elsewhere. */
	external: CaName[];
	sign: Sign | undefined;
	/** Whether a control plane skips a phase of kubeadm. */
	isSkipped: (phase: string) => boolean;
}

function makeContext(component: pulumi.Resource, name: string, args: ClusterArgs): Context {
	const { controlPlanes, workers = [], authorities: given = {}, serviceAccountKey: _key, ...rest } = args;
	const { bootstrapTokens = [], sign, ignoreWarnings: _names, ...asked } = rest;
	const external = externalOf(given);
	return {
		component,
		parent: { parent: component },
		name,
		spec: external.includes("ca") ? { ...asked, externalCA: true } : asked,
		controlPlanes,
		workers,
		tokens: bootstrapTokens,
		given,
		external,
		sign,
		isSkipped: skippedByAny(controlPlanes, component),
	};
}

/** The machines, by the name of their node. */
type Hosts = ReadonlyMap<string, Host>;

function makeHosts({ name, controlPlanes, workers, parent }: Context): Hosts {
	return byName([...controlPlanes, ...workers], (node) => new Host(`${name}-${node.name}`, hostArgs(node), parent));
}

/** Makes the identity of the cluster, which remembers the control plane that the cluster was founded with. */
function found({ name, spec, controlPlanes, isSkipped, parent }: Context, hosts: Hosts) {
	const endpoints = byName(controlPlanes, (node) => endpointOf(node, hosts.get(node.name)!));
	const members = [...endpoints].map(([member, { advertiseAddress }]) => ({ name: member, address: advertiseAddress }));
	const withoutEtcd = isSkipped("etcd/local") ? { withoutEtcd: true } : {};
	const identity = new ClusterIdentity(name, { cluster: spec, members, ...withoutEtcd }, parent);
	return { identity, endpoints };
}

/** Makes the cluster's CAs and the key that signs service account tokens. */
function makeCredentials(
	{ component, name, spec: cluster, given, parent }: Context,
	identity: ClusterIdentity,
	{ serviceAccountKey: privateKey }: ClusterArgs,
) {
	const behind = { ...parent, dependsOn: [identity] };
	const authorities = caNamesOf(etcdOf(cluster, component)).map((ca) => [
		ca,
		new CertificateAuthority(`${name}-${ca}`, { name: ca, cluster, ...given[ca] }, behind),
	]);
	return {
		authorities: Object.fromEntries(authorities) as ByAuthority<CertificateAuthority>,
		serviceAccountKey: new ServiceAccountKey(`${name}-sa`, { cluster, privateKey }, behind),
	};
}

/** Resources of the earlier steps that the later steps take. */
interface Made {
	hosts: Hosts;
	identity: ClusterIdentity;
	nodes: ReadonlyMap<string, NodeInputs>;
	authorities: ByAuthority<CertificateAuthority>;
	serviceAccountKey: ServiceAccountKey;
}

interface ControlPlanes {
	gates: Gate[];
	/** The preflights of all control planes. Nothing is written on a control plane before its preflight has passed. */
	preflights: Preflight[];
}

/** Makes the control planes. A change on one of them waits for the gate of the one before it. */
function makeControlPlanes(cluster: Context, made: Made): ControlPlanes {
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
interface Access {
	access: ClusterAccess;
	api: ApiAccess;
	objects: { cluster: ClusterInputs; node: NodeInputs };
}

/** Gives the administrators their rights, through the founder's super-admin.conf, which needs no rights of its own. */
function giveAccess(cluster: Context, made: Made & ControlPlanes): Access {
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
	const asked = { prefix: name, owner: name, names: [file], host, cluster, node, authorities, sign, external };
	const { requests, signed } = externallySigned(asked, behind);
	const inputs = { host, cluster, node, name: file, authority: authorities.ca, ...signed(file) };
	return [new Kubeconfig(`${name}-${file}`, inputs, { ...parent, dependsOn: [...preflights, ...requests] })];
}

/** Makes kubeadm's ConfigMaps and addons. */
function makeObjects({ name, parent }: Context, { api, objects }: Access): ConfigurationUpload {
	const kubeProxy = new KubeProxy(`${name}-kube-proxy`, { api, ...objects }, parent);
	new CoreDns(`${name}-coredns`, { api, ...objects }, { ...parent, dependsOn: [kubeProxy] });
	return new ConfigurationUpload(`${name}-configuration`, { api, ...objects }, parent);
}

function makeTokens({ name, tokens: given, isSkipped, parent }: Context, { api }: Access): BootstrapToken[] {
	const tokens = isSkipped("bootstrap-token") ? [] : given;
	return tokens.flatMap((token, index) =>
		isReplaced(token, tokens.slice(index + 1))
			? []
			: [new BootstrapToken(`${name}-bootstrap-token-${index}`, { api, ...token }, parent)],
	);
}

/** Makes the control planes' Node objects, with their taint. The program's own pods come after them. */
function register(
	{ name, spec: cluster, controlPlanes, parent }: Context,
	{ nodes, access: { api } }: { nodes: Made["nodes"]; access: Access },
): NodeRegistration[] {
	return controlPlanes.map(({ name: node, drainTimeoutSeconds }) => {
		const inputs = { api, cluster, node: nodes.get(node)!, role: "control-plane" as const, drainTimeoutSeconds };
		return new NodeRegistration(`${name}-${node}-node`, inputs, parent);
	});
}

function makeWorkers(
	{ name, spec: cluster, workers, parent }: Context,
	{ hosts, nodes, authorities, access, after }: Made & { access: Access; after: pulumi.Resource[] },
): void {
	const api: ApiAccess = { ...access.api, dependsOn: [access.access, ...after] };
	for (const { name: node, drainTimeoutSeconds } of workers) {
		const host = hosts.get(node)!;
		const inputs = { host, cluster, node: nodes.get(node)!, authority: authorities.ca, api, drainTimeoutSeconds };
		new WorkerNode(`${name}-${node}`, inputs, parent);
	}
}

/**
 * Refuses a skipped CA phase without a given CA. A CA that lies on the host only cannot sign here, and a generated CA
 * would be another one.
 */
function refuseMissing({ component, spec, given, isSkipped }: Context): void {
	const etcd = etcdOf(spec, component);
	const signs = (ca: CaName) =>
		ca === "ca" ||
		certificateNamesOf(etcd).some((leaf) => certificates[leaf].ca === ca && !isSkipped(phases.certificate(leaf)));
	const missing = caNamesOf(etcd).filter((ca) => isSkipped(phases.authority(ca)) && signs(ca) && !(ca in given));
	const problems = missing.map(
		(ca) =>
			`authorities.${ca}: expected the CA that is in place, since the phase ${phases.authority(ca)} is skipped, got none; give its certificate, and its key where this program shall sign with it`,
	);
	if (problems.length > 0) throw plainResourceError(problems.join("\n"), component);
}

function byName<T>(nodes: readonly NodeArgs[], of: (node: NodeArgs) => T): Map<string, T> {
	return new Map(nodes.map((node) => [node.name, of(node)]));
}

function pick<T>(all: ReadonlyMap<string, T>, names: readonly string[]): Map<string, T> {
	return new Map(names.map((name) => [name, all.get(name)!]));
}

function hostArgs({ connection, facts, trustOnFirstUse }: NodeArgs): HostArgs {
	return { connection, facts, trustOnFirstUse };
}

/** Endpoint of an API server, as far as it is known. */
type Endpoint = ReturnType<typeof endpointOf>;

/** The nodes by name, as other resources take them. All nodes know the API server of the founder. */
function nodeInputs(
	{ controlPlanes, workers }: Context,
	{ hosts, endpoints, identity }: { hosts: Hosts; endpoints: ReadonlyMap<string, Endpoint>; identity: ClusterIdentity },
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
		drainTimeoutSeconds: _limit,
		...node
	} = args;
	return node;
}

/** Facts of a machine: as the program states them, which a preview knows, else as read from the machine. */
function factsOf({ facts: given }: NodeArgs, host: Host): NonNullable<NodeInputs["facts"]> {
	if (given === undefined || Object.keys(given).length === 0) return host.facts;
	const asked = (Object.keys(nodeSpecShape.facts) as (keyof HostFacts)[]).filter((name) => name !== "componentUsers");
	const each = asked.map((name) => [name, given[name] ?? host.facts.apply((facts) => facts?.[name])]);
	return Object.fromEntries(each);
}

/**
 * Whether a later token has the same id, as far as both are known. kubeadm then overwrites this token with the later
 * one.
 */
function isReplaced({ token }: Inputs<BootstrapTokenSpec>, later: readonly Inputs<BootstrapTokenSpec>[]): boolean {
	const id = splitToken(token)?.id;
	return id !== undefined && later.some((other) => splitToken(other.token)?.id === id);
}

/**
 * Endpoint of a node's API server: as the program states it, else at the address of the machine's default route, as
 * with kubeadm. An Output with a value of a wrong type is passed on, and the check of the next resource refuses it.
 */
function endpointOf(
	{ localAPIEndpoint, facts }: NodeArgs,
	host: Host,
): { advertiseAddress: pulumi.Output<string>; bindPort: pulumi.Output<number> } {
	const said = pulumi.output(localAPIEndpoint as Partial<APIEndpoint> | undefined);
	const ofHost = (name: keyof HostAddresses) => facts?.[name] ?? host.facts.apply((all) => all?.[name]);
	return {
		// Known before the machine is asked only where the program states the address or the machine's facts.
		advertiseAddress: said.apply((given) => {
			const address: unknown = given?.advertiseAddress ?? "";
			if (typeof address !== "string") return address;
			const asked = choices(address).map((name) => [name, ofHost(name)]);
			return pulumi.output(Object.fromEntries(asked)).apply((told: Record<string, unknown>) => {
				const wrong = Object.values(told).find((each) => typeof (each ?? "") !== "string");
				return wrong ?? endpoint({ advertiseAddress: address }, told).advertiseAddress;
			});
		}) as pulumi.Output<string>,
		bindPort: said.apply((given) => endpoint(given?.bindPort ? { bindPort: given.bindPort } : {}).bindPort),
	};
}

function serverOf(
	{ controlPlaneEndpoint }: ClusterInputs,
	{ advertiseAddress, bindPort }: Endpoint,
): pulumi.Output<string> {
	return pulumi
		.all([controlPlaneEndpoint, advertiseAddress, bindPort])
		.apply(([given, address, port]) =>
			typeof (given ?? "") === "string" && typeof address === "string"
				? controlPlaneUrl({ controlPlaneEndpoint: given }, { apiServer: { advertiseAddress: address, bindPort: port } })
				: "",
		);
}
