import type { Kind } from "../kinds";
import { inInit } from "./init";
import { inJoin } from "./join";
import type { MeaninglessFields } from "./meaningless";
import { inReset } from "./reset";
import { inUpgrade } from "./upgrade";

/** Fields of a configuration file that have no effect here. The docstrings of the types describe all other fields. */
export const meaninglessFields: Readonly<Record<Kind, MeaninglessFields>> = {
	InitConfiguration: inInit,
	ClusterConfiguration: {},
	JoinConfiguration: inJoin,
	ResetConfiguration: inReset,
	UpgradeConfiguration: inUpgrade,
	KubeletConfiguration: {},
	KubeProxyConfiguration: {},
};
