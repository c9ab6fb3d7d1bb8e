import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/gate";
import { checkArguments } from "./check-arguments";
import type { ClusterIdentity } from "./cluster-identity";
import type { ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of a `Gate`. */
export interface GateArgs extends ProgramArgs<Omit<lifecycle.GateArgs, "initialMembers">> {
	/** The identity of the cluster: the etcd members that it was founded with. */
	identity: ClusterIdentity;
}

/**
 * A gate, which passes when every component of the control plane on a host is healthy. Make changes on the next host
 * depend on this resource.
 */
export class Gate extends KubeadmResource {
	/** Name of the node, as far as it is known while the program runs. @internal */
	readonly nodeName: unknown;

	constructor(name: string, args: GateArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("Gate", name, args, options);
		super("Gate", name, args, options);
		this.nodeName = args.node.name;
	}
}
