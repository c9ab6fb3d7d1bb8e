import * as pulumi from "@pulumi/pulumi";
import type { ByAuthority } from "../render/pki/certificates";
import {
	type ApiAccess,
	BootstrapToken,
	type CertificateAuthority,
	type ClusterInputs,
	Kubeconfig,
} from "../resources";
import { checkCluster, checkClusterOutputs } from "./check-cluster";
import { giveAccess, makeObjects, makeTokens, register } from "./cluster-api";
import type { ClusterArgs } from "./cluster-args";
import { makeContext, refuseMissing } from "./cluster-context";
import { makeHardening } from "./cluster-hardening";
import { makeControlPlanes, makeCredentials, makeHosts, makeIdentity, prepareHosts } from "./cluster-nodes";
import { makeWorkers } from "./cluster-workers";
import { withPlainEtcd } from "./etcd-access";
import { awaitFounders } from "./founded-together";
import { ofFounder } from "./founder";
import { makeKubeletVersions } from "./kubelet-versions";
import { nodeInputs, serverOf } from "./node-inputs";

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
	/** URL of each control plane's own API server, by the name of its node: `https://host:port`. */
	readonly endpoints: Readonly<Record<string, pulumi.Output<string>>>;
	/** Certificate of the cluster's CA, PEM. */
	readonly caCertificate: pulumi.Output<string>;
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
	#joinToken: BootstrapToken | undefined;

	constructor(name: string, typed: ClusterArgs, options?: pulumi.ComponentResourceOptions) {
		const { args, etcdCluster } = withPlainEtcd(typed);
		const warnings = checkCluster(name, args, options);
		// In an `up` this would let each machine wait for the values of all others.
		const dependsOn = pulumi.runtime.isDryRun() ? checkClusterOutputs(name, args, options) : [];
		super("kubeadm:index:Cluster", name, {}, pulumi.mergeOptions(options, { dependsOn }));
		for (const warning of warnings) pulumi.log.warn(warning, this);
		const cluster = makeContext(this, name, args);
		for (const line of cluster.hardened.overridden) pulumi.log.info(line, this);
		refuseMissing(cluster);
		const hosts = makeHosts(cluster);
		const prepared = prepareHosts(cluster, hosts);
		const { identity, endpoints } = makeIdentity(cluster, hosts);
		const credentials = makeCredentials(cluster, identity, args);
		const nodes = nodeInputs(cluster, { hosts, endpoints, identity });
		const made = {
			hosts,
			prepared,
			identity,
			nodes,
			endpoints,
			...credentials,
			...(etcdCluster ? { etcdCluster } : {}),
		};
		const controlPlanes = makeControlPlanes(cluster, made);
		const access = giveAccess(cluster, { ...made, ...controlPlanes });
		const { upload, addons } = makeObjects(cluster, access);
		this.bootstrapTokens = makeTokens(cluster, access);
		const registrations = register(cluster, { nodes, access, gates: controlPlanes.gates });
		this.api = { ...access.api, dependsOn: [access.access, ...registrations] };
		const founders = awaitFounders(cluster, { ...made, access });
		this.#serving = [...controlPlanes.gates, access.access, ...registrations, ...founders];
		const kubeletVersions = makeKubeletVersions(cluster, {
			...made,
			access,
			after: [...controlPlanes.gates, ...registrations, ...founders, upload, ...addons],
		});
		const workers = makeWorkers(cluster, {
			...made,
			access,
			kubeletAfter: kubeletVersions,
			after: [upload, ...this.bootstrapTokens, ...controlPlanes.virtualIPs],
		});
		makeHardening(cluster, { ...made, access, registrations: [...registrations, ...workers] });

		this.#name = name;
		this.spec = cluster.spec;
		this.authorities = credentials.authorities;
		this.server = serverOf(cluster.spec, ofFounder(identity.founder, endpoints));
		this.nodeNames = [...nodes.keys()];
		this.endpoints = Object.fromEntries(
			[...endpoints].map(([node, endpoint]) => [node, serverOf({ kubernetesVersion: "" }, endpoint)]),
		);
		this.caCertificate = pulumi.output(this.authorities.ca.certificate);
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

	/**
	 * The command with which kubeadm joins a worker that this program does not know, as `kubeadm token create
	 * --print-join-command` prints it; secret. Its bootstrap token holds for a day, and an `up` after that makes a new one. The
	 * token is made when the program first reads this property.
	 */
	get joinCommand(): pulumi.Output<string> {
		this.#joinToken ??= new BootstrapToken(
			`${this.#name}-join-token`,
			{ api: this.api, ttl: "24h0m0s", description: "for the join command of the Pulumi program" },
			{ parent: this, dependsOn: this.#serving },
		);
		const address = this.server.apply((server) => server.replace("https://", ""));
		const { token } = this.#joinToken;
		return pulumi.secret(
			pulumi.interpolate`kubeadm join ${address} --token ${token} --discovery-token-ca-cert-hash ${this.caCertHash}`,
		);
	}
}
