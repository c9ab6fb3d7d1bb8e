import * as pulumi from "@pulumi/pulumi";
import type { ApiAccess } from "../resources/api";
import type { Authority } from "../resources/certificates";
import type { Host } from "../resources/host";
import type { ClusterInputs, NodeInputs } from "../resources/inputs";
import { Kubelet, NodeRegistration } from "../resources/node";

export interface WorkerNodeArgs {
	host: Host;
	cluster: ClusterInputs;
	node: NodeInputs;
	/** The cluster's CA: its certificate is enough. */
	authority: Pick<Authority, "certificate">;
	/** The cluster that it joins: one made with this package, or by kubeadm. */
	api: ApiAccess;
	/** Limit in seconds of the drain before the node is removed. @default 120 */
	drainTimeoutSeconds?: pulumi.Input<number>;
}

/** A worker node: its kubelet, which joins by TLS bootstrap, and its registration. */
export class WorkerNode extends pulumi.ComponentResource {
	readonly registration: NodeRegistration;

	constructor(name: string, args: WorkerNodeArgs, options?: pulumi.ComponentResourceOptions) {
		super("kubeadm:index:WorkerNode", name, {}, options);
		const { host, cluster, node, authority, api, drainTimeoutSeconds } = args;
		const kubelet = new Kubelet(
			`${name}-kubelet`,
			{ host, cluster, node, role: "worker", authority: { certificate: authority.certificate }, api },
			{ parent: this },
		);
		this.registration = new NodeRegistration(
			`${name}-node`,
			{ api, cluster, node, role: "worker", drainTimeoutSeconds },
			{ parent: this, dependsOn: [kubelet] },
		);
		this.registerOutputs({});
	}
}
