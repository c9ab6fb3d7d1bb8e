import type { Kind } from "../kinds";
import { inInit } from "./init";
import { inJoin } from "./join";
import type { MeaninglessFields } from "./meaningless";
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
