import type * as pulumi from "@pulumi/pulumi";
import type { BootstrapTokenSpec } from "../config/bootstrap-token";
import { expected } from "../config/expected";
import { nodeNameOf } from "../config/node";
import type { RolloutSpec } from "../config/rollout";
import { phases } from "../render/node-plan";
import { type CaName, caNamesOf, certificateNamesOf, certificates } from "../render/pki/certificates";
import type { ClusterInputs, Inputs } from "../resources";
import { plainResourceError } from "../resources/resource-error";
import { typedAt } from "../resources/typed-paths";
import type { ClusterArgs, NodeArgs } from "./cluster-args";
import { etcdOf, skippedByAny } from "./decisions";
import { type BalancerChoice, chooseEndpoint } from "./endpoint";
import { type Hardened, harden } from "./hardening";
import { type PreparationInputs, preparationOf } from "./host-preparation";
import { externalOf, type Sign } from "./signing";

/** Values that all steps of a cluster need. */
export interface Context {
	component: pulumi.Resource;
	parent: { parent: pulumi.Resource };
	name: string;
	/** The cluster's arguments, without those of its nodes and credentials. */
	spec: ClusterInputs;
	controlPlanes: NodeArgs[];
	workers: NodeArgs[];
	/** How a change goes through the workers. */
	rollout: RolloutSpec | undefined;
	/** How the machine of a node is prepared. Undefined where the program does not ask for it. */
	preparationOf: (node: NodeArgs) => PreparationInputs | undefined;
	/** The nodes whose machines are gone for good, which no step makes. */
	goneNodes: NodeArgs[];
	tokens: Inputs<BootstrapTokenSpec>[];
	given: NonNullable<ClusterArgs["authorities"]>;
	/** Names of the CAs that sign elsewhere. */
	external: CaName[];
	sign: Sign | undefined;
	/** What the hardened profile adds beside the cluster's arguments. */
	hardened: Omit<Hardened, "args">;
	/** What stands in front of the API servers. Empty where the program has a load balancer, or none. */
	balancer: BalancerChoice;
	/** Whether a control plane skips a phase of kubeadm. */
	isSkipped: (phase: string) => boolean;
}

/** Collects what all steps of a cluster read, from the arguments of `Cluster`. */
export function makeContext(component: pulumi.Resource, name: string, typed: ClusterArgs): Context {
	const { args: chosen, balancer } = chooseEndpoint(typed);
	const { args, ...hardened } = harden(chosen);
	const { controlPlanes, workers = [], authorities: given = {}, serviceAccountKey: _key, ...rest } = args;
	const { bootstrapTokens = [], sign, rollout, prepare, ignoreWarnings: _names, ...asked } = rest;
	const external = externalOf(given);
	const [typedControlPlanes, typedWorkers] = [
		typedNodes("controlPlanes", controlPlanes),
		typedNodes("workers", workers),
	];
	return {
		component,
		parent: { parent: component },
		name,
		spec: typedAt({ "": "" }, external.includes("ca") ? { ...asked, externalCA: true } : asked),
		controlPlanes: typedControlPlanes.filter(({ gone }) => !gone),
		workers: typedWorkers.filter(({ gone }) => !gone),
		rollout,
		preparationOf: (node) => preparationOf(prepare, node.prepare),
		goneNodes: [...typedControlPlanes, ...typedWorkers].filter(({ gone }) => gone),
		tokens: bootstrapTokens,
		given,
		external,
		sign,
		hardened,
		balancer,
		isSkipped: skippedByAny(controlPlanes, component),
	};
}

/**
 * The nodes of a list, which carry the paths at which the person typed them. A node has the name of its Node object, so
 * that another spelling of the name is the same node.
 */
function typedNodes(list: "controlPlanes" | "workers", nodes: readonly NodeArgs[]): NodeArgs[] {
	return nodes.map((node, index) => typedAt({ "": `${list}[${index}]` }, { ...node, name: nodeNameOf(node.name) }));
}

/**
 * Refuses a skipped CA phase without a given CA. A CA that lies on the host only cannot sign here, and a generated CA
 * would be another one.
 */
export function refuseMissing({ component, spec, given, isSkipped }: Context): void {
	const etcd = etcdOf(spec, component);
	const signs = (ca: CaName) =>
		ca === "ca" ||
		certificateNamesOf(etcd).some((leaf) => certificates[leaf].ca === ca && !isSkipped(phases.certificate(leaf)));
	const missing = caNamesOf(etcd).filter((ca) => isSkipped(phases.authority(ca)) && signs(ca) && !(ca in given));
	const problems = missing.map((ca) =>
		expected({
			at: `authorities.${ca}`,
			expected: `the CA that is in place, since the phase ${phases.authority(ca)} is skipped`,
			got: "none",
			next: "give its certificate, and its key where this program shall sign with it",
		}),
	);
	if (problems.length > 0) throw plainResourceError(problems.join("\n"), component);
}
