import type { Cluster } from "../../config/cluster";
import type { Node } from "../../config/node";
import type { EtcdMembers, Pod } from "../../render/static-pods/pod";

export type { Pod };

/** What a component is rendered from. */
export interface RenderContext {
	cluster: Cluster;
	node: Node;
	/** etcd's members at the cluster's creation, by node name. */
	initialMembers: EtcdMembers;
}

/** How long to wait, and whom to tell what was seen meanwhile. */
export interface Patience {
	/** Seconds. */
	timeoutSeconds: number;
	onStatus?: (line: string) => void;
}

/**
 * One of a cluster's seven components, with the four moments that all of them have.
 * @typeParam Rendered what it looks like: a pod, a configuration, objects
 * @typeParam Target where it lives: a host, or the API
 */
export interface Component<Rendered, Target> {
	readonly name: string;
	/** Pure: what it should look like. */
	render(context: RenderContext): Rendered;
	/** Places it. Says what was placed, by path or object name, with its SHA-256. */
	save(target: Target, rendered: Rendered): Promise<Record<string, string>>;
	/** Waits until it is healthy; the error names the layer that is not. */
	run(target: Target, rendered: Rendered, patience: Patience): Promise<void>;
	/** Removes it, and what it made. Gone already is success. */
	clean(target: Target, rendered: Rendered): Promise<void>;
}
