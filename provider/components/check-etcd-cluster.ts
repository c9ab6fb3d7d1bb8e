import { clusterProblems } from "../config/cluster";
import { clusterSpecShape } from "../config/cluster-rules";
import { etcdClusterFields } from "../config/etcd-cluster";
import { inputProblem } from "../config/expected";
import { nodeProblems } from "../config/node";
import { nodeSpecShape } from "../config/node-rules";
import type { Problem } from "../config/problems";
import { evenMembers } from "../config/warnings/even-control-planes";
import { UNKNOWN } from "../facts/unknown";
import { goValue } from "../go/yaml/go-value";
import { isPlainObject, withoutOutputs } from "../resources/argument-checks";
import { argumentProblems, refuse } from "../resources/check-arguments";
import { requireOwnPackage } from "../resources/package-lookup";
import { isList, knownNode, pick, repeatedMachines, repeatedNames } from "./check-nodes";

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
	const count = known.members.filter(({ gone }: { gone?: boolean }) => !gone).length;
	return count % 2 === 0 ? [`members: ${evenMembers(count)}`] : [];
}

/** Problems with the values of the arguments, once their form is right. */
function specProblems(args: Record<string, any>): Problem[] {
	const shared = Object.fromEntries(etcdClusterFields.map((field) => [field, args[field]]));
	const cluster: any = goValue(clusterSpecShape, {
		...shared,
		...(args.etcd === undefined ? {} : { etcd: { local: args.etcd } }),
	});
	const version = typeof cluster.kubernetesVersion === "string" ? cluster.kubernetesVersion : UNKNOWN;
	const members = isList(args.members)
		? args.members.map((node, index) => ({ path: `members[${index}]`, node: node ?? {} }))
		: [];
	return [
		...renamed(clusterProblems(cluster), "etcd.local", "etcd"),
		...memberCountProblems(args.members),
		...members.flatMap(({ path, node: { address, ...node } }) => {
			const spec = {
				...pick(nodeSpecShape, node),
				...(address ? { localAPIEndpoint: { advertiseAddress: address } } : {}),
			};
			const problems = renamed(nodeProblems(knownNode(spec), version), "localAPIEndpoint.advertiseAddress", "address");
			return problems.map((problem) => ({ ...problem, path: `${path}.${problem.path}` }));
		}),
		...repeatedNames(members),
		...repeatedMachines(members),
	];
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
function renamed(problems: readonly Problem[], from: string, to: string): Problem[] {
	return problems.map(({ path, message }) => ({
		path: path.startsWith(from) ? to + path.slice(from.length) : path,
		message,
	}));
}
