import type { Shape } from "../shape";
import { patches, timeouts } from "./parts";

/** UpgradeConfiguration v1beta4. Source: cmd/kubeadm/app/apis/kubeadm/v1beta4/types.go. */
export const upgradeConfigurationShape = {
	apiVersion: "string?",
	kind: "string?",
	apply: {
		kubernetesVersion: "string?",
		allowExperimentalUpgrades: "*bool?",
		allowRCUpgrades: "*bool?",
		certificateRenewal: "*bool?",
		dryRun: "*bool?",
		etcdUpgrade: "*bool?",
		forceUpgrade: "*bool?",
		ignorePreflightErrors: "[string]?",
		patches,
		printConfig: "*bool?",
		skipPhases: "[string]?",
		imagePullPolicy: "string?",
		imagePullSerial: "*bool?",
	},
	diff: { kubernetesVersion: "string?", contextLines: "int64?" },
	node: {
		certificateRenewal: "*bool?",
		dryRun: "*bool?",
		etcdUpgrade: "*bool?",
		ignorePreflightErrors: "[string]?",
		skipPhases: "[string]?",
		patches,
		imagePullPolicy: "string?",
		imagePullSerial: "*bool?",
	},
	plan: {
		kubernetesVersion: "string?",
		allowExperimentalUpgrades: "*bool?",
		allowRCUpgrades: "*bool?",
		dryRun: "*bool?",
		etcdUpgrade: "*bool?",
		ignorePreflightErrors: "[string]?",
		printConfig: "*bool?",
	},
	timeouts,
} as const satisfies Shape;
