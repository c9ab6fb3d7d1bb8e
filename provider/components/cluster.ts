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

/** A machine that is to be a node. */
export interface NodeArgs extends Omit<NodeInputs, "name" | "facts">, HostArgs {
	/** Name of the Node object, and of this node's resources: its identity. */
	name: string;
	/** Limit in seconds of the drain before the node is removed. @default 120 */
	drainTimeoutSeconds?: pulumi.Input<number>;
}

export interface ClusterArgs extends ClusterInputs {
	/** One machine: several are refused in preview, as they are not brought up together yet. */
	controlPlanes: NodeArgs[];
	/** @default none */
	workers?: NodeArgs[];
	/** CAs of your own, by kubeadm's names. One without a key is external: see `sign`. @default they are made */
	authorities?: Partial<Record<CaName, Authority>>;
	/**
	 * Who signs for the external CAs. It is called while the program runs and gives the certificate, PEM: best as another
	 * resource's output, which stays the same until it is asked for anew.
	 *
	 * ```ts
	 * sign: ({ node, name, csr, usages }) => new tls.LocallySignedCert(`${node}-${name}`, { certRequestPem: csr, … }).certPem
	 * ```
	 *
	 * What a kubelet asks for later is not among it: its renewals, and on a worker already its first certificate. With an
	 * external "ca" no controller of the cluster signs that (requests for kubernetes.io/kube-apiserver-client-kubelet, seen by
	 * `kubectl get csr`): a signer of your own has to, and a worker waits for it.
	 * @default nobody: `pulumi up` places keys and requests on the hosts, says what to type, and takes in what was put
	 * beside them by then
	 */
	sign?: Sign;
	/** A service account key of your own, PEM. @default one is made */
	serviceAccountKey?: pulumi.Input<string>;
	/**
	 * Tokens with which nodes join: `InitConfiguration.bootstrapTokens`. kubeadm makes one for a day where none is given, for
	 * the join command that it prints. @default none
	 */
	bootstrapTokens?: Inputs<BootstrapTokenSpec>[];
	/**
	 * Names of warnings that are not shown: `NoPodSubnet`, `UnknownFlag` and others, or `all`. Each warning says its name.
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
	/** How its API is reached, for resources of your own such as an `Addon`. */
	readonly api: ApiAccess;
	/** What it was asked to be, as other resources take it for `cluster`. */
	readonly spec: ClusterInputs;
	/** URL of its API: `https://host:port`. */
	readonly server: pulumi.Output<string>;
	/** Names of its nodes. */
	readonly nodeNames: string[];
	/** `sha256:…`, for `kubeadm join --discovery-token-ca-cert-hash`. */
	readonly caCertHash: pulumi.Output<string>;
	/** Its tokens, as `bootstrapTokens` has them; of several with one id the last, as with kubeadm. */
	readonly bootstrapTokens: BootstrapToken[];
	/** The cluster's CAs. */
	readonly authorities: ByAuthority<CertificateAuthority>;
	/** Resources that exist when the API serves and has the cluster's own objects. */
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
	 * The administrator's kubeconfig, secret. It is known when the API serves and has the cluster's own objects, so that what
	 * uses it needs no `dependsOn`. It is made when a program asks for it: only then its key is in the state.
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

/** What all steps of a cluster need to know. */
interface Context {
	component: pulumi.Resource;
	parent: { parent: pulumi.Resource };
	name: string;
	/** What the cluster is asked to be. */
	spec: ClusterInputs;
	controlPlanes: NodeArgs[];
	workers: NodeArgs[];
	tokens: Inputs<BootstrapTokenSpec>[];
	given: NonNullable<ClusterArgs["authorities"]>;
	/** Names of the CAs that sign elsewhere. */
	external: CaName[];
	sign: Sign | undefined;
	/** Tells whether a control plane goes without a phase of kubeadm. */
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

/** The machines, by node. */
type Hosts = ReadonlyMap<string, Host>;

function makeHosts({ name, controlPlanes, workers, parent }: Context): Hosts {
	return byName([...controlPlanes, ...workers], (node) => new Host(`${name}-${node.name}`, hostArgs(node), parent));
}

/** The identity of the cluster, which remembers with which of its control planes it was founded. */
function found({ name, spec, controlPlanes, isSkipped, parent }: Context, hosts: Hosts) {
	const endpoints = byName(controlPlanes, (node) => endpointOf(node, hosts.get(node.name)!));
	const members = [...endpoints].map(([member, { advertiseAddress }]) => ({ name: member, address: advertiseAddress }));
	const withoutEtcd = isSkipped("etcd/local") ? { withoutEtcd: true } : {};
	const identity = new ClusterIdentity(name, { cluster: spec, members, ...withoutEtcd }, parent);
	return { identity, endpoints };
}

/** The cluster's CAs and the key that signs service account tokens. */
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

/** What the later steps take from the earlier ones. */
interface Made {
	hosts: Hosts;
	identity: ClusterIdentity;
	nodes: ReadonlyMap<string, NodeInputs>;
	authorities: ByAuthority<CertificateAuthority>;
	serviceAccountKey: ServiceAccountKey;
}

interface ControlPlanes {
	gates: Gate[];
	/** Nothing is written on a control plane before its preflight has passed. */
	preflights: Preflight[];
}

/** The control planes. What changes on one of them waits for the gate of the one before it. */
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

/** How the cluster's API is reached, and what it is asked through it. */
interface Access {
	access: ClusterAccess;
	api: ApiAccess;
	objects: { cluster: ClusterInputs; node: NodeInputs };
}

/** The rights of the administrators: given through the founder's super-admin.conf, which needs no rights of its own. */
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

/** The machine with which the cluster was founded. */
function founderOf({ controlPlanes }: Context, { hosts, identity }: Made): HostReference {
	const references = byName(controlPlanes, ({ name }) => hosts.get(name)!.reference);
	const connections = byName(controlPlanes, ({ name }) => references.get(name)!.connection);
	return { ...ofFounder(identity.founder, references), connection: ofFounder(identity.founder, connections) };
}

/** kubeadm's super-admin.conf, on the founder's host alone; nothing where its phase is skipped. */
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

/** kubeadm's ConfigMaps and addons. */
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

/** The control planes' Node objects, with their taint: a program's own pods come after them. */
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

/** A CA that is in place on the host only cannot sign here, and one that is made here is another one. */
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

/** An API server's endpoint, as far as it is known. */
type Endpoint = ReturnType<typeof endpointOf>;

/** The nodes as other resources take them, by name; all know the API server of the founder. */
function nodeInputs(
	{ controlPlanes, workers }: Context,
	{ hosts, endpoints, identity }: { hosts: Hosts; endpoints: ReadonlyMap<string, Endpoint>; identity: ClusterIdentity },
): Map<string, NodeInputs> {
	const apiServer = ofFounder(identity.founder, endpoints);
	return byName([...controlPlanes, ...workers], (args) => {
		const localAPIEndpoint = endpoints.get(args.name);
		const { discovery, ...node } = nodeOnly(args);
		const facts = factsOf(args, hosts.get(args.name)!);
		// A control plane knows its cluster: it has nothing to discover.
		return localAPIEndpoint
			? { apiServer, ...node, localAPIEndpoint, facts }
			: { apiServer, ...node, ...(discovery === undefined ? {} : { discovery }), facts };
	});
}

/** What concerns the node and not the machine that it is on. */
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

/** What is known of a machine: as the program says it, which is in sight at once, else as the machine does. */
function factsOf({ facts: given }: NodeArgs, host: Host): NonNullable<NodeInputs["facts"]> {
	if (given === undefined || Object.keys(given).length === 0) return host.facts;
	const asked = (Object.keys(nodeSpecShape.facts) as (keyof HostFacts)[]).filter((name) => name !== "componentUsers");
	const each = asked.map((name) => [name, given[name] ?? host.facts.apply((facts) => facts?.[name])]);
	return Object.fromEntries(each);
}

/** Whether a later token has the same id, as far as both are known: kubeadm writes it over this one. */
function isReplaced({ token }: Inputs<BootstrapTokenSpec>, later: readonly Inputs<BootstrapTokenSpec>[]): boolean {
	const id = splitToken(token)?.id;
	return id !== undefined && later.some((other) => splitToken(other.token)?.id === id);
}

/**
 * Where a node's API server listens: as said, else at the address of the machine's default route, as kubeadm does. An
 * Output's value of a wrong type goes on as it is: the check of the resource that takes it refuses it.
 */
function endpointOf(
	{ localAPIEndpoint, facts }: NodeArgs,
	host: Host,
): { advertiseAddress: pulumi.Output<string>; bindPort: pulumi.Output<number> } {
	const said = pulumi.output(localAPIEndpoint as Partial<APIEndpoint> | undefined);
	const ofHost = (name: keyof HostAddresses) => facts?.[name] ?? host.facts.apply((all) => all?.[name]);
	return {
		// Not known before the machine is asked, unless it is said, or the program says the machine's.
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
