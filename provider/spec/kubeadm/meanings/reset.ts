import { type Meanings, meaningless } from "./meaning";

/** All without a meaning: a node is reset by taking it out of the program. Source of defaults: SetDefaults_ResetConfiguration. */
export const resetMeanings: Meanings = {
	cleanupTmpDir: meaningless("nothing is kept in /etc/kubernetes/tmp", "false"),
	certificatesDir: meaningless(
		"files are removed where they were placed; the cluster's certificatesDir says where that is",
		"/etc/kubernetes/pki",
	),
	criSocket: meaningless("the node's nodeRegistration.criSocket says it", "what is found on the host"),
	dryRun: meaningless("`pulumi preview` shows what would be removed", "false"),
	force: meaningless("`pulumi up --yes` asks nothing", "false"),
	ignorePreflightErrors: meaningless("nothing is checked before a removal", "none"),
	skipPhases: meaningless("what was placed is removed, but for what the program says `retainOnDelete` of", "none"),
	unmountFlags: meaningless("the kubelet's mounts are taken out of sight at once, and end when unused", "none"),
	"timeouts.*": meaningless("a node's own timeouts are the limits of its removal too"),
};
