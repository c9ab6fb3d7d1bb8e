import { hasUnknowns } from "../../facts/unknown";
import type { ClusterSpec } from "../cluster";
import { inputProblem } from "../expected";
import type { NodeSpec } from "../node";
import { didYouMean, type Problem } from "../problems";
import { advertiseAddressFamily } from "./address-family";
import { flagsWithDashes } from "./dashes";
import { evenControlPlanes } from "./even-control-planes";
import { filesNotMounted } from "./mounted-files";
import { kubeletLabels } from "./node-labels";
import { missingPodSubnet } from "./pod-subnet";
import { unknownFlags } from "./unknown-flags";
import type { Configured, Warn } from "./warn";

/** A part of a configuration that kubeadm accepts although the cluster will probably not work with it. */
export interface ConfigurationWarning {
	/** Name by which the warning can be ignored: `UnknownFlag`. */
	name: WarningName;
	/** Path of the field: `controlPlanes[0].nodeRegistration.kubeletExtraArgs[1]`. */
	path: string;
	/** The mistake, and what to write instead. */
	message: string;
}

/** Arguments of `configurationWarnings`. Fields that are not known yet give no warning. */
export interface WarningsInput {
	/** Absent where a file has nodes only, of a cluster that is described elsewhere. */
	cluster?: Partial<ClusterSpec>;
	/** Path of the cluster's fields. @default "" (the cluster's fields stand at the top) */
	clusterPath?: string;
	/** Each node with its path: `controlPlanes[0]`. */
	nodes: readonly { path: string; node: NodeSpec }[];
	/** Names of warnings that are not wanted; `all` for all of them. Upper and lower case are the same. @default [] */
	ignore?: readonly string[];
}

/** The warnings by name. */
const warnings = {
	NoPodSubnet: missingPodSubnet,
	AdvertiseAddressFamily: advertiseAddressFamily,
	FlagWithDashes: flagsWithDashes,
	UnknownFlag: unknownFlags,
	FileNotMounted: filesNotMounted,
	KubeletNodeLabels: kubeletLabels,
	EvenControlPlanes: evenControlPlanes,
} as const satisfies Record<string, Warn>;

export type WarningName = keyof typeof warnings;

/** Names of all warnings. */
export const warningNames = Object.keys(warnings) as readonly WarningName[];

/** Warns of mistakes that kubeadm does not check and that show only when a component does not start or a node is not reached. */
export function configurationWarnings({
	cluster,
	clusterPath = "",
	nodes,
	ignore = [],
}: WarningsInput): ConfigurationWarning[] {
	const ignored = new Set(ignore.map((name) => name.toLowerCase()));
	if (ignored.has("all")) return [];
	const configured: Configured = {
		cluster,
		nodes: nodes.map(({ path, node }) => ({ node, at: (field) => `${path}.${field}` })),
		at: (field) => (clusterPath ? `${clusterPath}.${field}` : field),
	};
	return warningNames
		.filter((name) => !ignored.has(name.toLowerCase()))
		.flatMap((name) => warnings[name](configured).map((warning) => ({ name, ...warning })))
		.filter(({ message }) => !hasUnknowns(message));
}

/** Problems of the names of warnings to ignore: names that no warning has. @param path of the list of names */
export function ignoredWarningProblems(ignore: readonly string[], path: string): Problem[] {
	const known = ["all", ...warningNames];
	return ignore.flatMap((name, index) => {
		if (known.some((each) => each.toLowerCase() === name.toLowerCase())) return [];
		const expected = `one of ${known.join(", ")}`;
		return [inputProblem({ path: `${path}[${index}]`, expected, value: name, next: didYouMean(name, known) })];
	});
}
