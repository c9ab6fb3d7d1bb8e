import type { Kind } from "../kinds";
import { inInit } from "./init";
import { inJoin } from "./join";
import type { Meaningless, MeaninglessFields } from "./meaningless";
import { inReset } from "./reset";
import { inUpgrade } from "./upgrade";

/** The fields of a configuration file that have no meaning here. What all others are for, their types say. */
export const meaninglessFields: Readonly<Record<Kind, MeaninglessFields>> = {
	InitConfiguration: inInit,
	ClusterConfiguration: {},
	JoinConfiguration: inJoin,
	ResetConfiguration: inReset,
	UpgradeConfiguration: inUpgrade,
	KubeletConfiguration: {},
	KubeProxyConfiguration: {},
};

/** Why a field has no meaning: its own row, else the nearest `*` above it. */
export function meaninglessField(kind: Kind, path: string): Meaningless | undefined {
	const rows = meaninglessFields[kind];
	const parents = path.split(".").map((_, index, names) => names.slice(0, names.length - 1 - index));
	return [path, ...parents.map((names) => [...names, "*"].join("."))].map((row) => rows[row]).find(Boolean);
}
