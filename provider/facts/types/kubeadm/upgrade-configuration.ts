import type { Shape } from "../shape";
import { patches, timeouts } from "./parts";

/** UpgradeConfiguration v1beta4. Source: cmd/kubeadm/app/apis/kubeadm/v1beta4/types.go. */
export const upgradeConfigurationShape = {
	/** `kubeadm.k8s.io/v1beta4`; need not be said. */
	apiVersion: "string?",
	/** `UpgradeConfiguration`; need not be said. */
	kind: "string?",
	/** What `kubeadm upgrade apply` does on the first control plane. */
	apply: {
		/** The version to upgrade to. @default none */
		kubernetesVersion: "string?",
		/** Whether versions before a release may be upgraded to. @default false */
		allowExperimentalUpgrades: "*bool?",
		/** Whether release candidates may be upgraded to. @default false */
		allowRCUpgrades: "*bool?",
		/** Whether certificates are renewed on the way. @default true */
		certificateRenewal: "*bool?",
		/** Whether kubeadm only says what it would do. @default false */
		dryRun: "*bool?",
		/** Whether etcd is upgraded too. @default true */
		etcdUpgrade: "*bool?",
		/** Whether it goes on against advice, and asks nothing. @default false */
		forceUpgrade: "*bool?",
		/** Checks whose errors are warnings; `all` for all. @default none */
		ignorePreflightErrors: "[string]?",
		/** Changes to what is written. */
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
	/** What `kubeadm upgrade diff` shows. */
	diff: {
		/** The version whose manifests are compared. @default none */
		kubernetesVersion: "string?",
		/** Lines that are shown around a difference. @default 0 */
		contextLines: "int64?",
	},
	/** What `kubeadm upgrade node` does on all other nodes. */
	node: {
		/** Whether certificates are renewed on the way. @default true */
		certificateRenewal: "*bool?",
		/** Whether kubeadm only says what it would do. @default false */
		dryRun: "*bool?",
		/** Whether etcd is upgraded too. @default true */
		etcdUpgrade: "*bool?",
		/** Checks whose errors are warnings; `all` for all. @default none */
		ignorePreflightErrors: "[string]?",
		/** Phases that are left out. @default none */
		skipPhases: "[string]?",
		/** Changes to what is written. */
		patches: patches as typeof patches,
		/**
		 * Whether images are pulled before they are needed: `Always`, `IfNotPresent` or `Never`.
		 * @default "IfNotPresent"
		 */
		imagePullPolicy: "string?",
		/** Whether images are pulled one after the other. @default true */
		imagePullSerial: "*bool?",
	},
	/** What `kubeadm upgrade plan` shows. */
	plan: {
		/** The version that is planned for. @default none */
		kubernetesVersion: "string?",
		/** Whether versions before a release may be upgraded to. @default false */
		allowExperimentalUpgrades: "*bool?",
		/** Whether release candidates may be upgraded to. @default false */
		allowRCUpgrades: "*bool?",
		/** Whether kubeadm only says what it would do. @default false */
		dryRun: "*bool?",
		/** Whether etcd is upgraded too. @default true */
		etcdUpgrade: "*bool?",
		/** Checks whose errors are warnings; `all` for all. @default none */
		ignorePreflightErrors: "[string]?",
		/** Whether the configuration is printed. @default false */
		printConfig: "*bool?",
	},
	/** Limits of waits. */
	timeouts: timeouts as typeof timeouts,
} as const satisfies Shape;
