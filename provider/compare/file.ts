import type { NodePlan } from "../render/node-plan";
import type { Difference } from "./difference";
import type { HostTree } from "./host-tree";
import type { Look, TreeFile } from "./tree-file";

/** What a tree is compared by. */
export interface Against {
	plan: NodePlan;
	tree: HostTree;
	/** The CAs as they have to be; absent: whatever says what kubeadm's would. */
	given: Look;
	/** Whether the configuration has the cluster's: else nobody knows its algorithm and periods. */
	saysCluster: boolean;
	now: Date;
}

/** A difference within a file. */
export type Found = Omit<Difference, "file">;

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
	compare: (found: TreeFile) => Found[] = () => [],
): Difference[] {
	const found = tree.look(path);
	if (!found) return [{ file: path, at: "", expected: "a file", found: tree.kindAt(path) }];
	const isOther = isKept ? allowsMore(found.mode, mode) : found.mode !== mode;
	const modes = isOther ? [{ at: "mode", expected: mode, found: found.mode }] : [];
	return [...modes, ...compare(found)].map((difference) => ({ file: path, ...difference }));
}

/** Whether a mode lets somebody do what another one does not. */
export function allowsMore(mode: string, than: string): boolean {
	return (Number.parseInt(mode, 8) & 0o777 & ~Number.parseInt(than, 8)) !== 0;
}
