import { below, type Meanings, meaningless } from "./meaning";

const kubernetesVersion = meaningless("an upgrade is another kubernetesVersion of the cluster in the program", "none");
const unstable = meaningless("any version of a release that this package knows may be asked for", "false");
const dryRun = meaningless("`pulumi preview` shows what would be done", "false");
const etcdUpgrade = meaningless(
	"etcd follows the kubernetesVersion, unless etcd.local.imageTag of the cluster says otherwise",
	"true",
);
const ignorePreflightErrors = meaningless("the node's nodeRegistration.ignorePreflightErrors says it", "none");
const printConfig = meaningless("`pulumi preview --diff` shows what changes", "false");

const ofNode: Meanings = {
	certificateRenewal: meaningless("a certificate is renewed when it is due, as a change that preview shows", "true"),
	dryRun,
	etcdUpgrade,
	ignorePreflightErrors,
	"patches.directory": meaningless("the `patches` of the node are in the program, and hold for upgrades too", "none"),
	skipPhases: meaningless("an upgrade changes what differs, and nothing else", "none"),
	imagePullPolicy: meaningless("the node's nodeRegistration.imagePullPolicy says it", "IfNotPresent"),
	imagePullSerial: meaningless("the node's nodeRegistration.imagePullSerial says it", "true"),
};

const ofPlan: Meanings = {
	kubernetesVersion,
	allowExperimentalUpgrades: unstable,
	allowRCUpgrades: unstable,
	dryRun,
	etcdUpgrade,
	ignorePreflightErrors,
	printConfig,
};

/** All without a meaning: a cluster is upgraded by a change of the program. Source of defaults: SetDefaults_UpgradeConfiguration. */
export const upgradeMeanings: Meanings = {
	...below("apply", {
		...ofPlan,
		...ofNode,
		forceUpgrade: meaningless("`pulumi up --yes` asks nothing; a version that breaks a cluster is refused", "false"),
	}),
	...below("diff", {
		kubernetesVersion,
		contextLines: meaningless("`pulumi preview --diff` shows the fields that change", "0"),
	}),
	...below("node", ofNode),
	...below("plan", ofPlan),
	"timeouts.*": meaningless("a node's own timeouts are the limits of its upgrade too"),
};
