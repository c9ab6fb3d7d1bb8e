import { type MeaninglessFields, meaningless } from "./meaningless";

/** Fields of ResetConfiguration: none has a meaning, since a node is reset when the program no longer declares it. */
export const inReset: MeaninglessFields = {
	cleanupTmpDir: meaningless("nothing is kept in /etc/kubernetes/tmp"),
	certificatesDir: meaningless(
		"files are removed where they were placed; the cluster's certificatesDir says where that is",
	),
	criSocket: meaningless("the node's nodeRegistration.criSocket says it"),
	dryRun: meaningless("`pulumi preview` shows what would be removed"),
	force: meaningless("`pulumi up --yes` asks nothing"),
	ignorePreflightErrors: meaningless("nothing is checked before a removal"),
	skipPhases: meaningless("what was placed is removed, but for what the program says `retainOnDelete` of"),
	unmountFlags: meaningless("the kubelet's mounts are taken out of sight at once, and end when unused"),
	"timeouts.*": meaningless("a node's own timeouts are the limits of its removal too"),
};
