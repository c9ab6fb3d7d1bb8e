import type * as pulumi from "@pulumi/pulumi";
import { type BootstrapTokenSpec, bootstrapTokenProblems } from "../config/bootstrap-token";
import { clusterProblems } from "../config/cluster";
import { clusterSpecShape } from "../config/cluster-rules";
import { endpointChoiceProblems } from "../config/endpoint-choice";
import { inputProblem } from "../config/expected";
import { hardeningProblems } from "../config/hardening";
import { nodeProblems } from "../config/node";
import { nodeSpecShape } from "../config/node-rules";
import { type Problem, under } from "../config/problems";
import { rolloutProblems } from "../config/rollout";
import { configurationWarnings, ignoredWarningProblems } from "../config/warnings";
import { UNKNOWN } from "../facts/unknown";
import { goValue } from "../go/yaml/go-value";
import { withoutOutputs } from "../resources/argument-checks";
import { argumentProblems, refuse } from "../resources/check-arguments";
import { hasOutputs, withKnownOutputs } from "../resources/known-outputs";
import { requireOwnPackage } from "../resources/package-lookup";
import {
	type CheckedNode,
	checkedName,
	isList,
	knownNode,
	pick,
	preparationProblemsOf,
	repeatedMachines,
	repeatedNames,
} from "./check-nodes";

/**
 * Checks the arguments of a cluster while the program runs. Returns the warnings that are not ignored, one line each;
 * empty where there are none. Outputs count as not known yet.
 *
 * @throws PlainError with all problems of the cluster and its nodes, by the paths that the person typed
 */
export function checkCluster(name: unknown, args: unknown, options?: unknown): string[] {
	refuseCluster(name, args, options);
	const { known } = withoutOutputs(args);
	const nodes = nodesOf(known).map(({ path, node }) => ({ path, node: knownNode(pick(nodeSpecShape, node)) }));
	const cluster = pick(clusterSpecShape, known);
	return configurationWarnings({ cluster, nodes, ignore: known.ignoreWarnings }).map(
		({ name: warning, path, message }) => `${path}: ${message} (to ignore it: ignoreWarnings: ["${warning}"])`,
	);
}

/**
 * Checks the arguments of a cluster once more, with the values of the Outputs among them that are known within ten
 * seconds. A preview makes the cluster's resources only afterwards, so that a single error lists all problems. Each
 * resource still checks its own arguments, as an `up` knows more values than the preview before it.
 *
 * @returns an empty list: the promise is a dependency of the cluster
 * @throws PlainError with all problems
 */
export async function checkClusterOutputs(name: unknown, args: unknown, options?: unknown): Promise<pulumi.Resource[]> {
	if (!hasOutputs(args)) return [];
	const known = await withKnownOutputs(args, { limitSeconds: 10 });
	try {
		refuse("Cluster", name, clusterArgumentProblems(name, known, options));
	} catch (error) {
		throw withFixedMessage(error as Error);
	}
	return [];
}

/**
 * Pulumi rejects each value that waits for the cluster with this error, and puts the value's name before the message each
 * time. Source: serializeFilteredProperties, @pulumi/pulumi runtime/rpc.ts.
 */
function withFixedMessage(error: Error): Error {
	const { message } = error;
	return Object.defineProperty(error, "message", { get: () => message, set: () => {} });
}

/**
 * Refuses wrong arguments of a cluster while the program runs. The error lists everything that is wrong with the
 * cluster and its nodes, by the paths that the program has. Outputs are accepted: `checkClusterOutputs` and the
 * resources that take them check them once they are known.
 *
 * @throws PlainError
 */
function refuseCluster(name: unknown, args: unknown, options?: unknown): void {
	requireOwnPackage();
	refuse("Cluster", name, clusterArgumentProblems(name, args, options));
}

function clusterArgumentProblems(name: unknown, args: unknown, options: unknown): Problem[] {
	const problems = argumentProblems("Cluster", name, args, options);
	const { known } = withoutOutputs(args);
	if (typeof known !== "object" || known === null) return problems;
	const isNew = ({ path }: Problem) => problems.every((problem) => problem.path !== path);
	return [...problems, ...specProblems(known).filter(isNew)];
}

/** Problems with the values of the arguments, once their form is right. */
function specProblems(args: Record<string, any>): Problem[] {
	const cluster: Record<string, any> = goValue(clusterSpecShape, pick(clusterSpecShape, args));
	const version = typeof cluster.kubernetesVersion === "string" ? cluster.kubernetesVersion : UNKNOWN;
	const nodes = nodesOf(args);
	return [
		...clusterProblems(cluster as never),
		...controlPlaneProblems(args.controlPlanes),
		...nodes.flatMap(({ path, node }) => under(path, nodeProblems(knownNode(pick(nodeSpecShape, node)), version))),
		...repeatedNames(nodes),
		...repeatedMachines(nodes),
		...tokensOf(args).flatMap((token, index) => bootstrapTokenProblems(token, `bootstrapTokens[${index}]`)),
		...(args.profile === undefined || args.profile === "hardened"
			? []
			: [inputProblem({ path: "profile", expected: '"hardened"', value: args.profile })]),
		...hardeningProblems(args),
		...endpointChoiceProblems(args),
		...preparationProblemsOf(args.prepare, "prepare"),
		...nodes.flatMap(({ path, node }) => preparationProblemsOf(node?.prepare, `${path}.prepare`)),
		...rolloutProblems(
			args.rollout,
			nodes.filter(({ path }) => path.startsWith("workers")).map(({ node }) => checkedName(node)),
		),
		...(isList(args.ignoreWarnings) && args.ignoreWarnings.every((each) => typeof each === "string")
			? ignoredWarningProblems(args.ignoreWarnings, "ignoreWarnings")
			: []),
	];
}

/** Every node, with its path in the program. */
function nodesOf(args: Record<string, any>): CheckedNode[] {
	return ["controlPlanes", "workers"].flatMap((list) =>
		isList(args[list]) ? args[list].map((node, index) => ({ path: `${list}[${index}]`, node })) : [],
	);
}

function tokensOf({ bootstrapTokens }: Record<string, any>): BootstrapTokenSpec[] {
	return isList(bootstrapTokens) ? bootstrapTokens.filter((token) => typeof token === "object" && token !== null) : [];
}

function controlPlaneProblems(controlPlanes: unknown): Problem[] {
	if (!isList(controlPlanes) || controlPlanes.some((node) => node?.gone !== true)) return [];
	if (controlPlanes.length === 0)
		return [inputProblem({ path: "controlPlanes", expected: "one machine", got: "none" })];
	return [
		inputProblem({
			path: "controlPlanes",
			expected: "one machine that is not gone",
			got: "none",
			next: "where the whole control plane is gone for good: PULUMI_KUBEADM_GONE_HOSTS=ADDRESS pulumi destroy",
		}),
	];
}
