import { clusterProblems } from "../config/cluster";
import { clusterSpecShape } from "../config/cluster-rules";
import { etcdClusterFields } from "../config/etcd-cluster";
import { inputProblem } from "../config/expected";
import { type NodeSpec, nodeProblems } from "../config/node";
import { nodeSpecShape } from "../config/node-rules";
import { didYouMean, type Problem, under } from "../config/problems";
import { configurationWarnings } from "../config/warnings";
import { evenMembers } from "../config/warnings/even-control-planes";
import { UNKNOWN } from "../facts/unknown";
import { goValue } from "../go/yaml/go-value";
import { isPlainObject, withoutOutputs } from "../resources/argument-checks";
import { argumentProblems, refuse } from "../resources/check-arguments";
import { requireOwnPackage } from "../resources/package-lookup";
import {
	type CheckedNode,
	isList,
	knownNode,
	pick,
	preparationProblemsOf,
	repeatedMachines,
	repeatedNames,
} from "./check-nodes";

/**
 * Checks the arguments of an etcd cluster while the program runs. Returns the warnings, one line each; empty where there
 * are none. Outputs count as not known yet.
 *
 * @throws PlainError with all problems, by the paths that the person typed
 */
export function checkEtcdCluster(name: unknown, args: unknown, options?: unknown): string[] {
	requireOwnPackage();
	const problems = argumentProblems("EtcdCluster", name, args, options);
	const { known } = withoutOutputs(args);
	const isNew = ({ path }: Problem) => problems.every((problem) => problem.path !== path);
	const found = isPlainObject(known) ? specProblems(known).filter(isNew) : [];
	refuse("EtcdCluster", name, [...problems, ...found]);
	return warningsOf(known);
}

/** Warnings that a `Cluster` has too, as far as they are about etcd and kubelets. */
const shared: readonly string[] = ["FlagWithDashes", "UnknownFlag"];

function warningsOf(args: Record<string, any>): string[] {
	const ignored = (args.ignoreWarnings ?? []).map((name: string) => name.toLowerCase());
	const count = args.members.filter(({ gone }: { gone?: boolean }) => !gone).length;
	const even = count % 2 === 0 ? [{ name: EVEN, path: "members", message: evenMembers(count) }] : [];
	const nodes = checkedMembers(args).map(({ path, spec }) => ({ path, node: spec }));
	const others = configurationWarnings({ cluster: clusterOf(args), nodes }).filter(({ name }) => shared.includes(name));
	return [...even, ...renamed(others, "etcd.local", "etcd")]
		.filter(({ name }) => !ignored.includes("all") && !ignored.includes(name.toLowerCase()))
		.map(({ name, path, message }) => `${path}: ${message} (to ignore it: ignoreWarnings: ["${name}"])`);
}

const EVEN = "EvenMembers";

/** Problems of the names of warnings to ignore: names that no warning of an etcd cluster has. */
function ignoredNameProblems(names: unknown): Problem[] {
	const known = ["all", EVEN, ...shared];
	if (!isList(names)) return [];
	return names.flatMap((name, index) =>
		typeof name !== "string" || known.some((each) => each.toLowerCase() === name.toLowerCase())
			? []
			: [
					inputProblem({
						path: `ignoreWarnings[${index}]`,
						expected: `one of ${known.join(", ")}`,
						value: name,
						next: didYouMean(name, known),
					}),
				],
	);
}

/** Problems with the values of the arguments, once their form is right. */
function specProblems(args: Record<string, any>): Problem[] {
	const cluster: any = goValue(clusterSpecShape, clusterOf(args));
	const version = typeof cluster.kubernetesVersion === "string" ? cluster.kubernetesVersion : UNKNOWN;
	const members = checkedMembers(args);
	return [
		...renamed(clusterProblems(cluster), "etcd.local", "etcd"),
		...memberCountProblems(args.members),
		...members.flatMap(({ path, spec }) => {
			return under(path, renamed(nodeProblems(spec, version), "localAPIEndpoint.advertiseAddress", "address"));
		}),
		...preparationProblemsOf(args.prepare, "prepare"),
		...members.flatMap(({ path, node }) => preparationProblemsOf(node?.prepare, `${path}.prepare`)),
		...repeatedNames(members),
		...repeatedMachines(members),
		...ignoredNameProblems(args.ignoreWarnings),
	];
}

/** The cluster that etcd's resources are rendered from. */
function clusterOf(args: Record<string, any>): Record<string, any> {
	const fields = etcdClusterFields.map((field) => [field, args[field]]);
	return { ...Object.fromEntries(fields), ...(args.etcd === undefined ? {} : { etcd: { local: args.etcd } }) };
}

/** The members, each with its path in the program, and as the node that its resources are rendered for. */
function checkedMembers({ members }: Record<string, any>): (CheckedNode & { spec: NodeSpec })[] {
	if (!isList(members)) return [];
	return members.map((member, index) => {
		const { address, ...node } = member ?? {};
		const endpoint = address ? { localAPIEndpoint: { advertiseAddress: address } } : {};
		const spec = knownNode({ ...pick(nodeSpecShape, node), ...endpoint });
		return { path: `members[${index}]`, node: member, spec };
	});
}

function memberCountProblems(members: unknown): Problem[] {
	if (!isList(members) || members.some((member) => member?.gone !== true)) return [];
	if (members.length === 0) return [inputProblem({ path: "members", expected: "one machine", got: "none" })];
	return [
		inputProblem({
			path: "members",
			expected: "one machine that is not gone",
			got: "none",
			next: "where all members are gone for good: PULUMI_KUBEADM_GONE_HOSTS=ADDRESS pulumi destroy",
		}),
	];
}

/** Problems with the path that the program has in place of kubeadm's. */
function renamed<T extends Problem>(problems: readonly T[], from: string, to: string): T[] {
	const typed = (path: string) => (path.startsWith(from) ? to + path.slice(from.length) : path);
	return problems.map((problem) => ({ ...problem, path: typed(problem.path) }));
}
