import * as pulumi from "@pulumi/pulumi";
import { choices, endpoint, type HostAddresses } from "../config/advertise-address";
import { type BootstrapTokenSpec, splitToken } from "../config/bootstrap-token";
import type { APIEndpoint, HostFacts } from "../config/node";
import { nodeSpecShape } from "../config/node-rules";
import { controlPlaneUrl } from "../render/endpoints";
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
	Host,
	type HostArgs,
	type Inputs,
	Kubeconfig,
	KubeProxy,
	type NodeInputs,
	NodeRegistration,
	ServiceAccountKey,
} from "../resources";
import { plainResourceError } from "../resources/plain-error";
import { checkCluster } from "./check-cluster";
import { ControlPlaneNode } from "./control-plane-node";
import { etcdOf, skippedBy } from "./decisions";
import { externalOf, type Sign } from "./signing";
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
	/** The way to its API, for resources of your own such as an `Addon`. */
	readonly api: ApiAccess;
	/** What it was asked to be, as other resources take it for `cluster`. */
	readonly spec: ClusterInputs;
	/** Where its API is: `https://host:port`. */
	readonly server: pulumi.Output<string>;
	/** Names of its nodes. */
	readonly nodeNames: string[];
	/** `sha256:…`, for `kubeadm join --discovery-token-ca-cert-hash`. */
	readonly caCertHash: pulumi.Output<string>;
	/** Its tokens, as `bootstrapTokens` has them; of several with one id the last, as with kubeadm. */
	readonly bootstrapTokens: BootstrapToken[];
	/** The cluster's CAs. */
	readonly authorities: ByAuthority<CertificateAuthority>;
	readonly #name: string;
	/** Resources that exist when the API serves and has the cluster's own objects. */
	readonly #serving: pulumi.Resource[];
	#admin: Kubeconfig | undefined;

	constructor(name: string, args: ClusterArgs, options?: pulumi.ComponentResourceOptions) {
		const warnings = checkCluster(name, args, options);
		super("kubeadm:index:Cluster", name, {}, options);
		for (const warning of warnings) pulumi.log.warn(warning, this);
		const { controlPlanes, workers = [], authorities: given = {}, serviceAccountKey: givenKey, ...rest } = args;
		const { bootstrapTokens = [], sign, ignoreWarnings: _names, ...asked } = rest;
		const external = externalOf(given);
		const cluster = external.includes("ca") ? { ...asked, externalCA: true } : asked;
		const parent = { parent: this };
		const first = controlPlanes[0]!;

		const hosts = new Map(
			[...controlPlanes, ...workers].map((node) => [
				node.name,
				new Host(`${name}-${node.name}`, hostArgs(node), parent),
			]),
		);
		const endpoints = new Map(controlPlanes.map((node) => [node.name, endpointOf(node, hosts.get(node.name)!)]));
		const members = controlPlanes.map(({ name: node }) => ({
			name: node,
			address: endpoints.get(node)!.advertiseAddress,
		}));
		const isSkipped = skippedBy(first, this);
		refuseMissing(this, cluster, { given, isSkipped });
		const withoutEtcd = isSkipped("etcd/local") ? { withoutEtcd: true } : {};
		const identity = new ClusterIdentity(name, { cluster, members, ...withoutEtcd }, parent);
		const behind = { ...parent, dependsOn: [identity] };
		this.authorities = Object.fromEntries(
			caNamesOf(etcdOf(cluster, this)).map((ca) => [
				ca,
				new CertificateAuthority(`${name}-${ca}`, { name: ca, cluster, ...given[ca] }, behind),
			]),
		) as ByAuthority<CertificateAuthority>;
		const serviceAccountKey = new ServiceAccountKey(`${name}-sa`, { cluster, privateKey: givenKey }, behind);
		const nodes = new Map(
			[...controlPlanes, ...workers].map((node) => [
				node.name,
				nodeInputs(node, {
					host: hosts.get(node.name)!,
					own: endpoints.get(node.name),
					first: endpoints.get(first.name)!,
				}),
			]),
		);

		const gates: pulumi.Resource[] = [];
		for (const { name: node } of controlPlanes) {
			const made = new ControlPlaneNode(
				`${name}-${node}`,
				{
					host: hosts.get(node)!,
					cluster,
					node: nodes.get(node)!,
					identity,
					authorities: this.authorities,
					serviceAccountKey,
					sign,
					external,
					superAdmin: node === first.name,
				},
				{ ...parent, dependsOn: gates.slice(-1) },
			);
			gates.push(made.gate);
		}

		const reach: ApiAccess = {
			controlPlanes: controlPlanes.map(({ name: node }) => hosts.get(node)!),
			dependsOn: gates,
		};
		const objects = { cluster, node: nodes.get(first.name)! };
		const access = new ClusterAccess(
			`${name}-access`,
			{ api: reach, ...objects, certificate: this.authorities.ca.certificate },
			parent,
		);
		const api: ApiAccess = { ...reach, dependsOn: [access] };
		const upload = new ConfigurationUpload(`${name}-configuration`, { api, ...objects }, parent);
		const kubeProxy = new KubeProxy(`${name}-kube-proxy`, { api, ...objects }, parent);
		new CoreDns(`${name}-coredns`, { api, ...objects }, { ...parent, dependsOn: [kubeProxy] });
		const registrations = controlPlanes.map(
			({ name: node, drainTimeoutSeconds }) =>
				new NodeRegistration(
					`${name}-${node}-node`,
					{ api, cluster, node: nodes.get(node)!, role: "control-plane", drainTimeoutSeconds },
					parent,
				),
		);
		// A program's own pods come when the control planes have their taint.
		this.api = { ...reach, dependsOn: [access, ...registrations] };
		const tokens = isSkipped("bootstrap-token") ? [] : bootstrapTokens;
		this.bootstrapTokens = tokens.flatMap((token, index) =>
			isReplaced(token, tokens.slice(index + 1))
				? []
				: [new BootstrapToken(`${name}-bootstrap-token-${index}`, { api, ...token }, parent)],
		);
		for (const { name: node, drainTimeoutSeconds } of workers) {
			new WorkerNode(
				`${name}-${node}`,
				{
					host: hosts.get(node)!,
					cluster,
					node: nodes.get(node)!,
					authority: this.authorities.ca,
					api: { ...reach, dependsOn: [access, upload, ...this.bootstrapTokens] },
					drainTimeoutSeconds,
				},
				parent,
			);
		}

		this.#serving = [...gates, access, ...registrations];
		this.spec = cluster;
		this.server = serverOf(cluster, endpoints.get(first.name)!);
		this.#name = name;
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

/** A CA that is in place on the host only cannot sign here, and one that is made here is another one. */
function refuseMissing(
	component: Cluster,
	cluster: ClusterInputs,
	{ given, isSkipped }: { given: object; isSkipped: (phase: string) => boolean },
): void {
	const etcd = etcdOf(cluster, component);
	const signs = (ca: CaName) =>
		ca === "ca" || certificateNamesOf(etcd).some((leaf) => certificates[leaf].ca === ca && !isSkipped(`certs/${leaf}`));
	const missing = caNamesOf(etcd).filter((ca) => isSkipped(`certs/${ca}`) && signs(ca) && !(ca in given));
	const problems = missing.map(
		(ca) =>
			`authorities.${ca}: expected the CA that is in place, since the phase certs/${ca} is skipped, got none; give its certificate, and its key where this program shall sign with it`,
	);
	if (problems.length > 0) throw plainResourceError(problems.join("\n"), component);
}

function hostArgs({ connection, facts, trustOnFirstUse }: NodeArgs): HostArgs {
	return { connection, facts, trustOnFirstUse };
}

/** An API server's endpoint, as far as it is known. */
type Endpoint = ReturnType<typeof endpointOf>;

/** What concerns the node and not the way to it. */
function nodeInputs(args: NodeArgs, { host, own, first }: { host: Host; own?: Endpoint; first: Endpoint }): NodeInputs {
	const {
		connection: _connection,
		facts: _facts,
		trustOnFirstUse: _trust,
		drainTimeoutSeconds: _limit,
		...node
	} = args;
	const facts = factsOf(args, host);
	// A control plane knows its cluster.
	const { discovery, ...rest } = node;
	return { apiServer: first, ...(own ? rest : node), ...(own ? { localAPIEndpoint: own } : {}), facts };
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

/** Where a node's API server listens: as said, else at the address of the machine's default route, as kubeadm does. */
function endpointOf(
	{ localAPIEndpoint, facts }: NodeArgs,
	host: Host,
): { advertiseAddress: pulumi.Output<string>; bindPort: pulumi.Output<number> } {
	const said = pulumi.output(localAPIEndpoint as Partial<APIEndpoint> | undefined);
	const ofHost = (name: keyof HostAddresses) => facts?.[name] ?? host.facts.apply((all) => all?.[name]);
	return {
		// Not known before the machine is asked, unless it is said, or the program says the machine's.
		advertiseAddress: said.apply((given) => {
			const asked = choices(given?.advertiseAddress ?? "").map((name) => [name, ofHost(name)]);
			return pulumi.output(Object.fromEntries(asked)).apply((told) => endpoint(given, told).advertiseAddress);
		}) as pulumi.Output<string>,
		bindPort: said.apply((given) => endpoint(given).bindPort),
	};
}

function serverOf(
	{ controlPlaneEndpoint }: ClusterInputs,
	{ advertiseAddress, bindPort }: Endpoint,
): pulumi.Output<string> {
	return pulumi
		.all([controlPlaneEndpoint, advertiseAddress, bindPort])
		.apply(([given, address, port]) =>
			controlPlaneUrl({ controlPlaneEndpoint: given }, { apiServer: { advertiseAddress: address, bindPort: port } }),
		);
}
