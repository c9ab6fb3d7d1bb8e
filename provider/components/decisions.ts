import * as pulumi from "@pulumi/pulumi";
import type { EtcdOf } from "../config/cluster";
import { skips } from "../config/phases";
import type { ClusterInputs, NodeInputs } from "../resources";
import { plainResourceError } from "../resources/plain-error";

/**
 * Whether a cluster has an etcd of its own. Only the fields of `etcd.external` may come from another resource.
 *
 * @throws ResourceError where another resource says it
 */
export function etcdOf({ etcd }: ClusterInputs, component: pulumi.Resource): EtcdOf {
	const said = saidByProgram("etcd", etcd, component);
	return { etcd: { external: saidByProgram("etcd.external", said?.external, component) } };
}

/**
 * Whether a cluster's control plane runs as users of its own.
 *
 * @throws ResourceError where another resource says it
 */
export function isRootless({ featureGates }: ClusterInputs, component: pulumi.Resource): boolean {
	const gates = saidByProgram("featureGates", featureGates, component);
	return saidByProgram("featureGates.RootlessControlPlane", gates?.RootlessControlPlane, component) === true;
}

/**
 * Tells which phases of kubeadm a node goes without, as `kubeadm init` names them.
 *
 * @throws ResourceError where another resource says it
 */
export function skippedBy(
	{ skipPhases }: Pick<NodeInputs, "skipPhases">,
	component: pulumi.Resource,
): (phase: string) => boolean {
	const said = saidByProgram("skipPhases", skipPhases, component) ?? [];
	const names = said.map((name, index) => saidByProgram(`skipPhases[${index}]`, name, component));
	return (phase) => skips({ skipPhases: names }, phase);
}

/** Which resources there are is decided while the program runs, when it knows no Output's value. */
function saidByProgram<T>(path: string, value: pulumi.Input<T>, component: pulumi.Resource): T {
	if (!pulumi.Output.isInstance(value) && !(value instanceof Promise)) return value as T;
	throw plainResourceError(
		`${path}: expected a value that the program says itself, got an Output: which resources a cluster has hangs on it; Outputs can be given for what is inside`,
		component,
	);
}
