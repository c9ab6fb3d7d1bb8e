import type { Shape } from "../shape";
import { patches, timeouts } from "./parts";

/** UpgradeConfiguration v1beta4. Source: cmd/kubeadm/app/apis/kubeadm/v1beta4/types.go. */
export const upgradeConfigurationShape = {
	/** `kubeadm.k8s.io/v1beta4`. May be left out. */
	apiVersion: "string?",
	/** `UpgradeConfiguration`. May be left out. */
	kind: "string?",
	/** Settings of `kubeadm upgrade apply`, for the first control plane. */
	apply: {
		/** The version to upgrade to. @default none */
		kubernetesVersion: "string?",
		/** Whether an upgrade to a pre-release version is allowed. @default false */
		allowExperimentalUpgrades: "*bool?",
		/** Whether an upgrade to a release candidate is allowed. @default false */
		allowRCUpgrades: "*bool?",
		/** Whether the upgrade renews certificates. @default true */
		certificateRenewal: "*bool?",
		/** Whether kubeadm only prints what it would do. @default false */
		dryRun: "*bool?",
		/** Whether etcd is upgraded too. @default true */
		etcdUpgrade: "*bool?",
		/** Whether kubeadm upgrades despite warnings and skips its confirmation prompts. @default false */
		forceUpgrade: "*bool?",
		/** Names of checks whose errors become warnings; `all` for all. @default none */
		ignorePreflightErrors: "[string]?",
		/** Patches of the files that kubeadm writes. */
		patches: patches as typeof patches,
		/** Whether the configuration is printed. @default false */
		printConfig: "*bool?",
		/** Phases that are left out. @default none */
		skipPhases: "[string]?",
		/**
		 * Whether images are pulled before they are needed: `Always`, `IfNotPresent` or `Never`.
		 * @default "IfNotPresent"
		 */
		imagePullPolicy: "string?",
		/** Whether images are pulled one after the other. @default true */
		imagePullSerial: "*bool?",
	},
	/** Settings of `kubeadm upgrade diff`. */
	diff: {
		/** Version whose manifests are compared. @default none */
		kubernetesVersion: "string?",
		/** Lines that are shown around a difference. @default 0 */
		contextLines: "int64?",
	},
	/** Settings of `kubeadm upgrade node`, for all other nodes. */
	node: {
		/** Whether the upgrade renews certificates. @default true */
		certificateRenewal: "*bool?",
		/** Whether kubeadm only prints what it would do. @default false */
		dryRun: "*bool?",
		/** Whether etcd is upgraded too. @default true */
		etcdUpgrade: "*bool?",
		/** Names of checks whose errors become warnings; `all` for all. @default none */
		ignorePreflightErrors: "[string]?",
		/** Phases that are left out. @default none */
		skipPhases: "[string]?",
		/** Patches of the files that kubeadm writes. */
		patches: patches as typeof patches,
		/**
		 * Whether images are pulled before they are needed: `Always`, `IfNotPresent` or `Never`.
		 * @default "IfNotPresent"
		 */
		imagePullPolicy: "string?",
		/** Whether images are pulled one after the other. @default true */
		imagePullSerial: "*bool?",
	},
	/** Settings of `kubeadm upgrade plan`. */
	plan: {
		/** Version to plan for. @default none */
		kubernetesVersion: "string?",
		/** Whether an upgrade to a pre-release version is allowed. @default false */
		allowExperimentalUpgrades: "*bool?",
		/** Whether an upgrade to a release candidate is allowed. @default false */
		allowRCUpgrades: "*bool?",
		/** Whether kubeadm only prints what it would do. @default false */
		dryRun: "*bool?",
		/** Whether etcd is upgraded too. @default true */
		etcdUpgrade: "*bool?",
		/** Names of checks whose errors become warnings; `all` for all. @default none */
		ignorePreflightErrors: "[string]?",
		/** Whether the configuration is printed. @default false */
		printConfig: "*bool?",
	},
	/** Time limits of kubeadm's waits. */
	timeouts: timeouts as typeof timeouts,
} as const satisfies Shape;
