import type { Kind } from "../kinds";
import { clusterMeanings } from "./cluster";
import { kubeletMeanings, kubeProxyMeanings } from "./components";
import { initMeanings } from "./init";
import { joinMeanings } from "./join";
import type { Meaning, Meanings } from "./meaning";
import { resetMeanings } from "./reset";
import { upgradeMeanings } from "./upgrade";

export type { Meaning } from "./meaning";

/** What each field of a configuration file is for here, but for `apiVersion` and `kind`. */
export const meanings: Readonly<Record<Kind, Meanings>> = {
	InitConfiguration: initMeanings,
	ClusterConfiguration: clusterMeanings,
	JoinConfiguration: joinMeanings,
	ResetConfiguration: resetMeanings,
	UpgradeConfiguration: upgradeMeanings,
	KubeletConfiguration: kubeletMeanings,
	KubeProxyConfiguration: kubeProxyMeanings,
};

/** What a field is for: its own meaning, else that of the nearest `*` above it. */
export function meaningOf(kind: Kind, path: string): Meaning | undefined {
	const rows = meanings[kind];
	const parents = path.split(".").map((_, index, names) => names.slice(0, names.length - 1 - index));
	return [path, ...parents.map((names) => [...names, "*"].join("."))].map((row) => rows[row]).find(Boolean);
}
