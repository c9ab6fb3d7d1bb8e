import { inputProblem } from "../config/expected";
import { type NodeSpec, nodeNameOf, nodeUnknowns } from "../config/node";
import { nodeSpecShape } from "../config/node-rules";
import { preparationProblems } from "../config/preparation";
import { type Problem, under } from "../config/problems";
import { withoutStructuralUnknowns } from "../config/structure";
import type { Shape } from "../facts/types/shape";
import { isUnknown } from "../facts/unknown";
import { goValue } from "../go/yaml/go-value";

/** Name of the Node object of a node that is being checked; undefined where it is not known, or no text. */
export function checkedName(node: any): string | undefined {
	return isText(node?.name) ? nodeNameOf(node.name) : undefined;
}

/** Whether an argument is a list. */
export function isList(argument: unknown): argument is any[] {
	return Array.isArray(argument);
}

/** Nodes whose names are equal in lower case, as the API has them. */
export function repeatedNames(nodes: readonly CheckedNode[]): Problem[] {
	return repetitions(nodes, checkedName).map(({ path, node, other }) =>
		inputProblem({
			path: `${path}.name`,
			expected: "each node's name once",
			got: `${JSON.stringify(node.name)} again, as in ${other}`,
		}),
	);
}

/** Nodes with the same address and port behind the same bastion: one machine cannot be two nodes. */
export function repeatedMachines(nodes: readonly CheckedNode[]): Problem[] {
	const addressOf = (connection: any): string | undefined =>
		isText(connection?.host) && !isUnknown(connection.port)
			? `${connection.host.toLowerCase()}:${connection.port ?? 22}`
			: undefined;
	const machineOf = ({ connection }: any): string | undefined => {
		const [address, bastion] = [addressOf(connection), addressOf(connection?.proxy)];
		if (isUnknown(connection?.proxy) || (connection?.proxy && !bastion)) return undefined;
		return address && JSON.stringify([address, bastion]);
	};
	return repetitions(nodes, machineOf).map(({ path, node, other }) =>
		inputProblem({
			path: `${path}.connection.host`,
			expected: "each node on a machine of its own",
			got: `${addressOf(node.connection)} again, as in ${other}`,
		}),
	);
}

/** A node of a program, and its path there. */
export interface CheckedNode {
	path: string;
	node: any;
}

/** The nodes that have a key of an earlier node, with the earlier node's path. A node without a key repeats none. */
function repetitions(nodes: readonly CheckedNode[], keyOf: (node: any) => string | undefined) {
	const first = new Map<string, string>();
	return nodes.flatMap(({ path, node }) => {
		const key = node === undefined || node === null ? undefined : keyOf(node);
		if (key === undefined) return [];
		const other = first.get(key);
		if (other === undefined) first.set(key, path);
		return other === undefined ? [] : [{ path, node, other }];
	});
}

function isText(value: unknown): value is string {
	return typeof value === "string" && !isUnknown(value);
}

/** The fields of a value that a shape has. */
export function pick(shape: Shape, value: unknown): Record<string, unknown> {
	if (typeof value !== "object" || value === null) return {};
	return Object.fromEntries(Object.entries(value).filter(([name]) => name in shape));
}

/**
 * A node without the objects and lists that are not known yet. A discovery is left out until all of it is known, as a
 * missing part of it may still come.
 */
export function knownNode(spec: NodeSpec): NodeSpec {
	const known = goValue(nodeSpecShape, withoutStructuralUnknowns(nodeSpecShape, spec));
	if (nodeUnknowns(spec).some((path) => path.startsWith("discovery"))) delete known.discovery;
	return known;
}

/** Problems with the values of a preparation, by the path that it has in the program. */
export function preparationProblemsOf(prepare: unknown, at: string): Problem[] {
	if (typeof prepare !== "object" || prepare === null) return [];
	return under(at, preparationProblems(prepare));
}
