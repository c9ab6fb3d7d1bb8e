import * as pulumi from "@pulumi/pulumi";
import type { KubernetesPackages } from "../config/preparation";
import {
	type ApiAccess,
	type Authority,
	type ClusterInputs,
	type Host,
	Kubelet,
	KubeletVersion,
	LocalProxy,
	type NodeInputs,
	NodeRegistration,
} from "../resources";
import { checkArguments } from "../resources/check-arguments";
import { typedAt, typedPathsIn } from "../resources/typed-paths";
import type { BalancerArgs } from "./endpoint";
import { turnOf } from "./turn";

/** Arguments of a `WorkerNode`. */
export interface WorkerNodeArgs {
	/** The machine of the node. */
	host: Host;
	/** The cluster that the node belongs to. */
	cluster: ClusterInputs;
	/** The node. With `discovery` the node joins as with `kubeadm join`, and needs no `api`. */
	node: NodeInputs;
	/**
	 * The cluster's CA, of which the certificate is enough. A CA that is given beside `node.discovery` must be the
	 * cluster's.
	 */
	authority?: Pick<Authority, "certificate">;
	/**
	 * API of the cluster that the node joins: made with this package, or by kubeadm. Without `api` the program does not
	 * manage the Node object: the node gets no labels or annotations, is not drained, and stays in the cluster when this
	 * resource is deleted, as after `kubeadm reset`.
	 */
	api?: ApiAccess;
	/** The proxy in front of the API servers, which is placed before the kubelet joins through it. @default none */
	balancer?: Omit<BalancerArgs, "virtualIP" | "after" | "flagsAtNextStart">;
	/** Resources that prepare the machine. Nothing is placed on the machine before they are made. @default none */
	prepared?: readonly pulumi.Resource[];
	/**
	 * Kubernetes' packages on the machine: `kubernetesPackages` of a `HostPreparation`. A changed version of these brings the
	 * kubelet along, in the worker's turn. Needs `api`. @default the kubelet stays at the release that is installed
	 */
	kubeletPackages?: pulumi.Input<KubernetesPackages>;
	/** Resources that are made or changed before the kubelet's packages change. @default none */
	kubeletAfter?: readonly pulumi.Resource[];
	/** Time limit of the drain before the node is removed, or its kubelet's packages change, in seconds. @default 120 */
	drainTimeoutSeconds?: pulumi.Input<number>;
	/**
	 * Whether the node is removed, or its kubelet's packages change, even where its drain does not end within the limit, for
	 * example because a disruption budget blocks it. `pulumi destroy` always does so. @default false: the removal or the
	 * change stops, and says which pods block it
	 */
	forceDrain?: pulumi.Input<boolean>;
	/**
	 * Workers that change before this one: a change of this worker's kubelet waits until theirs is done and their nodes are well.
	 * A worker that is made in this `up` waits for none, and none waits for it. @default none
	 */
	after?: WorkerNode[];
}

/** A worker node: its kubelet, which joins by TLS bootstrap, and with `api` the registration of its Node object. */
export class WorkerNode extends pulumi.ComponentResource {
	/** The node's kubelet. Once it is made, the node is registered or about to be. */
	readonly kubelet: Kubelet;
	/** Fulfilled when a change of this worker is done. */
	readonly #nodeName: NodeInputs["name"];
	readonly #changed: Promise<unknown>;
	/** The node's object in the cluster's API. Absent without `api`. */
	readonly registration?: NodeRegistration;
	/** The version of the node's kubelet. Absent without `kubeletPackages` and `api`. */
	readonly kubeletVersion?: KubeletVersion;

	constructor(name: string, args: WorkerNodeArgs, options?: pulumi.ComponentResourceOptions) {
		checkArguments("WorkerNode", name, args, options);
		super("kubeadm:index:WorkerNode", name, {}, options);
		const { host, cluster, authority, api, drainTimeoutSeconds, forceDrain, after = [], prepared = [] } = args;
		const turn = turnOf(
			host,
			after.map((worker) => worker.#changed),
		);
		const rollsAfter = after.map((worker) => worker.#nodeName).filter((node) => typeof node === "string");
		this.#nodeName = args.node.name;
		const { discovery: _ofTheKubelet, ...node } = args.node;
		const { localProxy, apiServers } = args.balancer ?? {};
		const nodeName = args.node.name as pulumi.Input<string>;
		const proxy =
			localProxy && apiServers
				? [
						new LocalProxy(
							`${name}-local-proxy`,
							{ host, nodeName, apiServers, localProxy },
							{ parent: this, dependsOn: [...prepared] },
						),
					]
				: [];
		const begins: Promise<pulumi.Resource[]> = turn.begins.then(() => [...proxy, ...prepared]);
		this.kubelet = new Kubelet(
			`${name}-kubelet`,
			{
				host,
				cluster,
				node: args.node,
				role: "worker",
				...(authority ? { authority: { certificate: authority.certificate } } : {}),
				...(api ? { api } : {}),
				...(rollsAfter.length > 0 ? { rollsAfter } : {}),
			},
			{ parent: this, dependsOn: begins },
		);
		if (api)
			this.registration = new NodeRegistration(
				`${name}-node`,
				typedAt(typedPathsIn(args), { api, cluster, node, role: "worker" as const, drainTimeoutSeconds, forceDrain }),
				{ parent: this, dependsOn: [this.kubelet] },
			);
		const { kubeletPackages: packages, kubeletAfter = [] } = args;
		if (api && this.registration && packages) {
			const { kubernetesVersion } = cluster;
			const order = rollsAfter.length > 0 ? { rollsAfter } : {};
			this.kubeletVersion = new KubeletVersion(
				`${name}-kubelet-version`,
				typedAt(typedPathsIn(args), {
					...{ host, api, nodeName, role: "worker", kubernetesVersion, packages },
					...{ drainTimeoutSeconds, forceDrain },
					...order,
				}),
				{ parent: this, dependsOn: [this.registration, ...kubeletAfter, ...prepared] },
			);
		}
		this.#changed = turn.ends(this.kubeletVersion ?? this.kubelet);
		this.registerOutputs({});
	}
}
