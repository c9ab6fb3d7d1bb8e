import type { NodePlan } from "../render/node-plan";
import type { Difference } from "./difference";
import type { HostTree } from "./host-tree";
import type { ReadFile, TreeFile } from "./tree-file";

/** Arguments of a comparison with a tree. */
export interface Against {
	plan: NodePlan;
	tree: HostTree;
	/** Reads the given files of CAs, which the tree's files have to equal. A CA that is not given is compared with kubeadm's request. */
	given: ReadFile;
	/** Whether the configuration has a ClusterConfiguration; without it, algorithm and validity of certificates are not known. */
	saysCluster: boolean;
	now: Date;
}

/** A difference within a file. */
export type DifferenceInFile = Omit<Difference, "file">;

/** An expected file. */
export interface Wanted {
	path: string;
	mode: string;
	/** Whether the file may be older than the node. kubeadm keeps the mode of such a file, so the mode may be narrower. @default false */
	isKept?: boolean;
}

/** Compares a file's existence, its mode and, by `compare`, its content. */
export function fileDifferences(
	{ path, mode, isKept = false }: Wanted,
	tree: HostTree,
	compare: (found: TreeFile) => DifferenceInFile[] = () => [],
): Difference[] {
	const file = tree.readFile(path);
	if (!file) return [{ file: path, at: "", expected: "a file", found: tree.kindAt(path) }];
	const isOther = isKept ? allowsMore(file.mode, mode) : file.mode !== mode;
	const modes = isOther ? [{ at: "mode", expected: mode, found: file.mode }] : [];
	return [...modes, ...compare(file)].map((difference) => ({ file: path, ...difference }));
}

/** Whether a mode grants a permission that another mode does not grant. */
export function allowsMore(mode: string, than: string): boolean {
	return (Number.parseInt(mode, 8) & 0o777 & ~Number.parseInt(than, 8)) !== 0;
}
