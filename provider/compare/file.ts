import type { NodePlan } from "../render/node-plan";
import type { Difference } from "./difference";
import type { HostTree } from "./host-tree";
import type { ReadFile, TreeFile } from "./tree-file";

/** Arguments of a comparison with a tree. */
export interface Against {
	plan: NodePlan;
	tree: HostTree;
	/** Given files of CAs, which the tree's have to equal; a CA that is not given is compared with kubeadm's request. */
	given: ReadFile;
	/** Whether the configuration has a ClusterConfiguration; without it, algorithm and validity of certificates are not known. */
	saysCluster: boolean;
	now: Date;
}

/** A difference within a file. */
export type DifferenceInFile = Omit<Difference, "file">;

/** A file that has to be there. */
export interface Wanted {
	path: string;
	mode: string;
	/** Whether it may have been there before kubeadm, which then leaves its mode: it may be narrower. @default false */
	isKept?: boolean;
}

/** Whether a file is there, with its mode and what else is asked of it. */
export function fileDifferences(
	{ path, mode, isKept = false }: Wanted,
	tree: HostTree,
	compare: (found: TreeFile) => DifferenceInFile[] = () => [],
): Difference[] {
	const found = tree.readFile(path);
	if (!found) return [{ file: path, at: "", expected: "a file", found: tree.kindAt(path) }];
	const isOther = isKept ? allowsMore(found.mode, mode) : found.mode !== mode;
	const modes = isOther ? [{ at: "mode", expected: mode, found: found.mode }] : [];
	return [...modes, ...compare(found)].map((difference) => ({ file: path, ...difference }));
}

/** Whether a mode lets somebody do what another one does not. */
export function allowsMore(mode: string, than: string): boolean {
	return (Number.parseInt(mode, 8) & 0o777 & ~Number.parseInt(than, 8)) !== 0;
}
