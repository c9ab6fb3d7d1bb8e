import { type MeaninglessFields, meaningless } from "./meaningless";

export const dryRun = meaningless("`pulumi preview` shows what would be done", "false");

export const certificateKey = meaningless(
	"the certificates that control planes share go over SSH and not through a Secret of the cluster",
	"none",
);

export const timeouts: MeaninglessFields = {
	etcdAPICall: meaningless(
		"etcd is asked for its health, as every component: controlPlaneComponentHealthCheck is the limit",
	),
	upgradeManifests: meaningless(
		"a changed manifest is waited for as a new one: controlPlaneComponentHealthCheck is the limit",
	),
};
