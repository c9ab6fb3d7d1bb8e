import * as pulumi from "@pulumi/pulumi";
import type { NodeRole } from "../config/node";
import type { FileMode } from "../hosts/host";
import type { StaticPodName } from "../render/static-pods/static-pods";
import { type ApiAccess, apiInputs, apiOptions } from "./api";
import type { Authority } from "./certificates";
import type { ClusterIdentity } from "./cluster";
import { type HostInput, hostReference } from "./host";
import { type ClusterInputs, type DeepInput, type Inputs, type NodeInputs, secretDiscovery } from "./inputs";
import { KubeadmResource } from "./shell";

export interface HostFileArgs extends Inputs<Partial<FileMode>> {
	host: HostInput;
	/** Absolute. */
	path: pulumi.Input<string>;
	content: pulumi.Input<string>;
}

/** A text file on a host. @default mode 0644, owner and group root */
export class HostFile extends KubeadmResource {
	constructor(name: string, args: HostFileArgs, options?: pulumi.CustomResourceOptions) {
		super("HostFile", name, { ...args, host: hostReference(args.host) }, { outputs: ["digests"] }, options);
	}
}

export interface PreflightArgs {
	host: HostInput;
	cluster: ClusterInputs;
	node: NodeInputs;
	/** Whether the node joins a cluster, or is the one that `kubeadm init` would make. @default true */
	joins?: pulumi.Input<boolean>;
}

/** kubeadm's preflight checks of a control plane's host, and the pull of its images. All that is placed there depends on it. */
export class Preflight extends KubeadmResource {
	constructor(name: string, args: PreflightArgs, options?: pulumi.CustomResourceOptions) {
		const rendered = Object.fromEntries(
			["configuration", "listeners", "externalEtcd", "proxiedAddresses", "images"].map((input) => [
				input,
				[args.cluster, args.node],
			]),
		);
		super("Preflight", name, { ...args, host: hostReference(args.host) }, { rendered }, options);
	}
}

export interface ComponentUsersArgs {
	host: HostInput;
}

/** The users of a rootless control plane on a host: found there, or made with free ids. */
export class ComponentUsers extends KubeadmResource {
	/** Ids by name. */
	declare readonly users: pulumi.Output<Record<string, number>>;
	/** Ids by name. */
	declare readonly groups: pulumi.Output<Record<string, number>>;

	constructor(name: string, { host }: ComponentUsersArgs, options?: pulumi.CustomResourceOptions) {
		super("ComponentUsers", name, { host: hostReference(host) }, { outputs: ["users", "groups"] }, options);
	}
}

export interface StaticPodManifestArgs {
	host: HostInput;
	component: pulumi.Input<StaticPodName>;
	cluster: ClusterInputs;
	node: NodeInputs;
	/** What the cluster was founded with. */
	identity: ClusterIdentity;
}

/** The manifest of a control plane component on a host: byte for byte kubeadm's. */
export class StaticPodManifest extends KubeadmResource {
	constructor(name: string, { identity, ...args }: StaticPodManifestArgs, options?: pulumi.CustomResourceOptions) {
		super(
			"StaticPodManifest",
			name,
			{ ...args, host: hostReference(args.host), initialMembers: identity.initialMembers },
			{ outputs: ["digests"], secrets: ["placedManifest"], rendered: { manifest: [args.cluster, args.node] } },
			options,
		);
	}
}

export interface KubeletArgs {
	host: HostInput;
	cluster: ClusterInputs;
	node: NodeInputs;
	role: pulumi.Input<NodeRole>;
	/** The cluster's CA. A control plane's kubelet needs its key, a worker's the certificate only, and none where it discovers its cluster. */
	authority?: Pick<Authority, "certificate"> & Partial<Authority>;
	/** PEM: its first certificate on a control plane, signed elsewhere for the key that a `CertificateSigningRequest` placed. @default as for `Certificate` */
	certificate?: pulumi.Input<string>;
	/** Where a worker's kubelet bootstraps, unless its node has `discovery`. */
	api?: ApiAccess;
}

/** The kubelet of a node: its configuration, flags, credentials and service. */
export class Kubelet extends KubeadmResource {
	constructor(name: string, { api, authority, ...args }: KubeletArgs, options?: pulumi.CustomResourceOptions) {
		const { discovery, ...node } = args.node;
		const inputs = {
			...args,
			node,
			...(authority ? { authority: pair(authority) } : {}),
			host: hostReference(args.host),
			...(api ? apiInputs(api) : {}),
			// Beside the node, and not in it: the engine knows of an input that it is secret by its name.
			...(discovery ? { discovery: secretDiscovery(discovery) } : {}),
		};
		super(
			"Kubelet",
			name,
			inputs,
			{
				outputs: ["digests", "status", "hostBefore", "discoveredCluster"],
				rendered: Object.fromEntries(
					["configuration", "instanceConfiguration", "flags"].map((input) => [input, [args.cluster, node]]),
				),
			},
			api ? apiOptions(api, options) : options,
		);
	}
}

function pair({ certificate, privateKey }: NonNullable<KubeletArgs["authority"]>): object {
	return privateKey === undefined ? { certificate } : { certificate, privateKey: pulumi.secret(privateKey) };
}

export interface GateArgs {
	host: HostInput;
	cluster: ClusterInputs;
	node: NodeInputs;
	identity: ClusterIdentity;
	/** Digests of what the components read. */
	credentials: DeepInput<Record<string, Record<string, string>>>;
}

/** Passes when the control plane on a host is well. */
export class Gate extends KubeadmResource {
	constructor(name: string, { identity, ...args }: GateArgs, options?: pulumi.CustomResourceOptions) {
		super(
			"Gate",
			name,
			{ ...args, host: hostReference(args.host), initialMembers: identity.initialMembers },
			{ rendered: { pods: [args.cluster, args.node] } },
			options,
		);
	}
}

export interface NodeRegistrationArgs {
	api: ApiAccess;
	cluster: ClusterInputs;
	node: NodeInputs;
	role: pulumi.Input<NodeRole>;
	/** Limit in seconds of the drain before the node is removed. @default 120 */
	drainTimeoutSeconds?: pulumi.Input<number>;
}

/** A node in the API, with its labels, annotations and taints. */
export class NodeRegistration extends KubeadmResource {
	/** UID of the Node object. */
	declare readonly uid: pulumi.Output<string>;

	constructor(name: string, { api, ...args }: NodeRegistrationArgs, options?: pulumi.CustomResourceOptions) {
		super("NodeRegistration", name, { ...args, ...apiInputs(api) }, { outputs: ["uid"] }, apiOptions(api, options));
	}
}
