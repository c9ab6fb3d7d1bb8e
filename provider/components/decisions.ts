import * as pulumi from "@pulumi/pulumi";
import type { EtcdOf } from "../config/cluster";
import { expected } from "../config/expected";
import { skips } from "../config/phases";
import type { ClusterInputs, NodeInputs } from "../resources";
import { plainResourceError } from "../resources/resource-error";

/**
 * Returns `etcd.external` of a cluster as a plain value: absent for a cluster with an etcd of its own. Only the fields
 * of `etcd.external` may be Outputs.
 *
 * @throws ResourceError where `etcd` or `etcd.external` itself is an Output
 */
export function etcdOf({ etcd }: ClusterInputs, component: pulumi.Resource): EtcdOf {
	const etcdArgument = knownInProgram("etcd", etcd, component);
	return { etcd: { external: knownInProgram("etcd.external", etcdArgument?.external, component) } };
}

/**
 * Whether a cluster's control plane runs as users of its own: the feature gate `RootlessControlPlane`. False where the
 * gate is not given.
 *
 * @throws ResourceError where the feature gates or this gate are an Output
 */
export function isRootless({ featureGates }: ClusterInputs, component: pulumi.Resource): boolean {
	const gates = knownInProgram("featureGates", featureGates, component);
	return knownInProgram("featureGates.RootlessControlPlane", gates?.RootlessControlPlane, component) === true;
}

/**
 * Whether a cluster's files have tighter modes and owners: `restrictedFiles`. False where the field is not given.
 *
 * @throws ResourceError where the field is an Output
 */
export function hasRestrictedFiles({ restrictedFiles }: ClusterInputs, component: pulumi.Resource): boolean {
	return knownInProgram("restrictedFiles", restrictedFiles, component) === true;
}

/**
 * Returns the phases of kubeadm that a node skips. Empty where `skipPhases` is not given.
 *
 * @throws ResourceError where the list or one of its elements is an Output
 */
export function skippedPhases({ skipPhases }: Pick<NodeInputs, "skipPhases">, component: pulumi.Resource): string[] {
	const skipped = knownInProgram("skipPhases", skipPhases, component) ?? [];
	return skipped.map((name, index) => knownInProgram(`skipPhases[${index}]`, name, component));
}

/**
 * Returns a function that tells whether any of the nodes skips a phase. The phase is named as `kubeadm init` names it,
 * such as "addon/coredns".
 *
 * @throws ResourceError where the `skipPhases` of a node or one of its elements is an Output
 */
export function skippedByAny(
	nodes: readonly Pick<NodeInputs, "skipPhases">[],
	component: pulumi.Resource,
): (phase: string) => boolean {
	const all = nodes.map((node) => ({ skipPhases: skippedPhases(node, component) }));
	return (phase) => all.some((node) => skips(node, phase));
}

/**
 * Refuses an Output for a value that decides which resources exist. The program decides this while it runs, when
 * Outputs are not known.
 */
function knownInProgram<T>(path: string, value: pulumi.Input<T>, component: pulumi.Resource): T {
	if (!pulumi.Output.isInstance(value) && !(value instanceof Promise)) return value as T;
	throw plainResourceError(
		expected({
			at: path,
			expected: "a value that the program gives itself",
			got: "an Output: the value decides which resources exist",
			next: "Outputs can be given for the fields inside",
		}),
		component,
	);
}
