import * as pulumi from "@pulumi/pulumi";
import type { FileMode } from "../hosts/host";
import type { StaticPodName } from "../render/static-pods/static-pods";
import type { NodeRole } from "../spec/node";
import { type ApiAccess, apiInputs, apiOptions } from "./api";
import type { Authority } from "./certificates";
import type { ClusterIdentity } from "./cluster";
import { type HostInput, hostReference } from "./host";
import type { ClusterInputs, DeepInput, Inputs, NodeInputs } from "./inputs";
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
			{ outputs: ["digests"], rendered: { manifest: [args.cluster, args.node] } },
			options,
		);
	}
}

export interface KubeletArgs {
	host: HostInput;
	cluster: ClusterInputs;
	node: NodeInputs;
	role: pulumi.Input<NodeRole>;
	/** The cluster's CA. A control plane's kubelet needs its key, a worker's the certificate only. */
	authority: Pick<Authority, "certificate"> & Partial<Authority>;
	/** Where a worker's kubelet bootstraps. */
	api?: ApiAccess;
}

/** The kubelet of a node: its configuration, flags, credentials and service. */
export class Kubelet extends KubeadmResource {
	constructor(name: string, { api, authority, ...args }: KubeletArgs, options?: pulumi.CustomResourceOptions) {
		const { certificate, privateKey } = authority;
		const pair = privateKey === undefined ? { certificate } : { certificate, privateKey: pulumi.secret(privateKey) };
		const inputs = { ...args, authority: pair, host: hostReference(args.host), ...(api ? apiInputs(api) : {}) };
		super(
			"Kubelet",
			name,
			inputs,
			{
				outputs: ["digests", "status", "before"],
				rendered: Object.fromEntries(
					["configuration", "instanceConfiguration", "flags"].map((input) => [input, [args.cluster, args.node]]),
				),
			},
			api ? apiOptions(api, options) : options,
		);
	}
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
