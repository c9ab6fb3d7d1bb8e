import { below, type MeaninglessFields, meaningless } from "./meaningless";

const kubernetesVersion = meaningless("an upgrade is another kubernetesVersion of the cluster in the program");
const unstable = meaningless("any version of a release that this package knows may be asked for");
const dryRun = meaningless("`pulumi preview` shows what would be done");
const etcdUpgrade = meaningless(
	"etcd follows the kubernetesVersion, unless etcd.local.imageTag of the cluster says otherwise",
);
const ignorePreflightErrors = meaningless("the node's nodeRegistration.ignorePreflightErrors says it");
const printConfig = meaningless("`pulumi preview --diff` shows what changes");

const ofNode: MeaninglessFields = {
	certificateRenewal: meaningless("a certificate is renewed when it is due, as a change that preview shows"),
	dryRun,
	etcdUpgrade,
	ignorePreflightErrors,
	"patches.directory": meaningless("the `patches` of the node are in the program, and hold for upgrades too"),
	skipPhases: meaningless("an upgrade changes what differs, and nothing else"),
	imagePullPolicy: meaningless("the node's nodeRegistration.imagePullPolicy says it"),
	imagePullSerial: meaningless("the node's nodeRegistration.imagePullSerial says it"),
};

const ofPlan: MeaninglessFields = {
	kubernetesVersion,
	allowExperimentalUpgrades: unstable,
	allowRCUpgrades: unstable,
	dryRun,
	etcdUpgrade,
	ignorePreflightErrors,
	printConfig,
};

/** Fields of UpgradeConfiguration: none has a meaning, since a cluster is upgraded by a change of the program. */
export const inUpgrade: MeaninglessFields = {
	...below("apply", {
		...ofPlan,
		...ofNode,
		forceUpgrade: meaningless("`pulumi up --yes` asks nothing; a version that breaks a cluster is refused"),
	}),
	...below("diff", {
		kubernetesVersion,
		contextLines: meaningless("`pulumi preview --diff` shows the fields that change"),
	}),
	...below("node", ofNode),
	...below("plan", ofPlan),
	"timeouts.*": meaningless("a node's own timeouts are the limits of its upgrade too"),
};
