import * as pulumi from "@pulumi/pulumi";
import {
	type ApiAccess,
	type Authority,
	type ClusterInputs,
	type Host,
	Kubelet,
	type NodeInputs,
	NodeRegistration,
} from "../resources";
import { checkArguments } from "../resources/check-arguments";

export interface WorkerNodeArgs {
	host: Host;
	cluster: ClusterInputs;
	/** With `discovery` it joins as kubeadm does, and needs no `api`. */
	node: NodeInputs;
	/** The cluster's CA: its certificate is enough. One that is given beside `node.discovery` must be the cluster's. */
	authority?: Pick<Authority, "certificate">;
	/**
	 * The cluster that it joins: one made with this package, or by kubeadm. Without it the node's object is nobody's: it
	 * gets no labels or annotations, is not drained, and stays in the cluster when this is removed, as after `kubeadm reset`.
	 */
	api?: ApiAccess;
	/** Limit in seconds of the drain before the node is removed. @default 120 */
	drainTimeoutSeconds?: pulumi.Input<number>;
}

/** A worker node: its kubelet, which joins by TLS bootstrap, and its registration where there is an `api`. */
export class WorkerNode extends pulumi.ComponentResource {
	/** Its kubelet: when this is made, the node is registered, or about to be. */
	readonly kubelet: Kubelet;
	/** Its object in the cluster's API; absent without an `api`. */
	readonly registration?: NodeRegistration;

	constructor(name: string, args: WorkerNodeArgs, options?: pulumi.ComponentResourceOptions) {
		checkArguments("WorkerNode", name, args, options);
		super("kubeadm:index:WorkerNode", name, {}, options);
		const { host, cluster, authority, api, drainTimeoutSeconds } = args;
		const { discovery: _ofTheKubelet, ...node } = args.node;
		this.kubelet = new Kubelet(
			`${name}-kubelet`,
			{
				host,
				cluster,
				node: args.node,
				role: "worker",
				...(authority ? { authority: { certificate: authority.certificate } } : {}),
				...(api ? { api } : {}),
			},
			{ parent: this },
		);
		if (api)
			this.registration = new NodeRegistration(
				`${name}-node`,
				{ api, cluster, node, role: "worker", drainTimeoutSeconds },
				{ parent: this, dependsOn: [this.kubelet] },
			);
		this.registerOutputs({});
	}
}
