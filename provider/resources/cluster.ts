import * as pulumi from "@pulumi/pulumi";
import type { BootstrapTokenSpec } from "../config/bootstrap-token";
import { type ApiAccess, apiInputs, apiOptions } from "./api";
import type { ClusterInputs, DeepInput, Inputs, NodeInputs } from "./inputs";
import { KubeadmResource } from "./shell";

export interface ClusterIdentityArgs {
	cluster: ClusterInputs;
	/** The control planes that the cluster is founded with. */
	members: DeepInput<{ name: string; address: string }[]>;
	/** Whether kubeadm's phase that makes etcd is skipped. @default false */
	withoutEtcd?: boolean;
}

/** What makes a cluster this cluster, and what it was founded with. Everything else of the cluster stands behind it. */
export class ClusterIdentity extends KubeadmResource {
	/** The etcd members that were started together. */
	declare readonly initialMembers: pulumi.Output<{ name: string; address: string }[]>;

	constructor(name: string, args: ClusterIdentityArgs, options?: pulumi.CustomResourceOptions) {
		super("ClusterIdentity", name, args, { outputs: ["initialMembers"] }, options);
	}
}

export interface ClusterObjectsArgs {
	api: ApiAccess;
	cluster: ClusterInputs;
	/** The first control plane: what has no endpoint of its own is reached there. */
	node: NodeInputs;
}

/** What is kept of API objects that are rendered from these arguments. */
function objectsOf(...from: unknown[]) {
	return { outputs: ["applied"], rendered: { objects: from } };
}

/** Who may do what from the start: kubeadm's roles and bindings, and the cluster-info that joining nodes read. */
export class ClusterAccess extends KubeadmResource {
	constructor(
		name: string,
		{ api, ...args }: ClusterObjectsArgs & { /** PEM of the cluster's CA. */ certificate: pulumi.Input<string> },
		options?: pulumi.CustomResourceOptions,
	) {
		super(
			"ClusterAccess",
			name,
			{ ...args, ...apiInputs(api) },
			objectsOf(args.cluster, args.node),
			apiOptions(api, options),
		);
	}
}

/** The ConfigMaps kubeadm-config and kubelet-config, from which kubeadm's own commands know the cluster. */
export class ConfigurationUpload extends KubeadmResource {
	constructor(name: string, { api, ...args }: ClusterObjectsArgs, options?: pulumi.CustomResourceOptions) {
		super(
			"ConfigurationUpload",
			name,
			{ ...args, ...apiInputs(api) },
			objectsOf(args.cluster, args.node),
			apiOptions(api, options),
		);
	}
}

/** CoreDNS, its objects in sight. */
export class CoreDns extends KubeadmResource {
	constructor(name: string, { api, ...args }: ClusterObjectsArgs, options?: pulumi.CustomResourceOptions) {
		super(
			"CoreDns",
			name,
			{ ...args, ...apiInputs(api) },
			objectsOf(args.cluster, args.node),
			apiOptions(api, options),
		);
	}
}

/** kube-proxy, its objects in sight. */
export class KubeProxy extends KubeadmResource {
	constructor(name: string, { api, ...args }: ClusterObjectsArgs, options?: pulumi.CustomResourceOptions) {
		super(
			"KubeProxy",
			name,
			{ ...args, ...apiInputs(api) },
			objectsOf(args.cluster, args.node),
			apiOptions(api, options),
		);
	}
}

export interface AddonArgs {
	api: ApiAccess;
	/** Kubernetes objects: one or several documents. */
	yaml: pulumi.Input<string>;
}

/** Objects of your own, such as a pod network: applied server-side, pruned when they leave the YAML, removed with the resource. */
export class Addon extends KubeadmResource {
	constructor(name: string, { api, ...args }: AddonArgs, options?: pulumi.CustomResourceOptions) {
		super("Addon", name, { ...args, ...apiInputs(api) }, objectsOf(args.yaml), apiOptions(api, options));
	}
}

export interface BootstrapTokenArgs extends Inputs<BootstrapTokenSpec> {
	api: ApiAccess;
}

/**
 * A token with which `kubeadm join` adds a node. One that is made here is made anew when it has ended; one that is given,
 * or that has `expires`, ends for good.
 */
export class BootstrapToken extends KubeadmResource {
	/** `id.secret`, secret. */
	declare readonly token: pulumi.Output<string>;
	/** ISO 8601; empty for a token that never ends. */
	declare readonly expiration: pulumi.Output<string>;

	constructor(name: string, { api, token, ...args }: BootstrapTokenArgs, options?: pulumi.CustomResourceOptions) {
		const given = token === undefined ? {} : { token: pulumi.secret(token) };
		super(
			"BootstrapToken",
			name,
			{ ...args, ...given, ...apiInputs(api) },
			{
				outputs: ["token", "expiration"],
				secrets: ["token"],
				...(token === undefined ? {} : { rendered: { givenToken: [given.token] } }),
			},
			apiOptions(api, options),
		);
	}
}

export interface ClusterReadyArgs {
	api: ApiAccess;
	/** Names of the nodes that must be Ready. */
	nodes: pulumi.Input<pulumi.Input<string>[]>;
	/** What must be rolled out, as `Deployment kube-system/coredns`. @default [] */
	workloads?: pulumi.Input<pulumi.Input<string>[]>;
	/** @default 300 */
	timeoutSeconds?: pulumi.Input<number>;
}

/** Waits until the nodes are Ready and the workloads are rolled out: stand it behind the pod network. */
export class ClusterReady extends KubeadmResource {
	constructor(name: string, { api, ...args }: ClusterReadyArgs, options?: pulumi.CustomResourceOptions) {
		super("ClusterReady", name, { ...args, ...apiInputs(api) }, {}, apiOptions(api, options));
	}
}
