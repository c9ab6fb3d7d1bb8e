import type { Shape } from "../shape";
import { timeouts } from "./parts";

/** ResetConfiguration v1beta4. Source: cmd/kubeadm/app/apis/kubeadm/v1beta4/types.go. */
export const resetConfigurationShape = {
	/** `kubeadm.k8s.io/v1beta4`. May be left out. */
	apiVersion: "string?",
	/** `ResetConfiguration`. May be left out. */
	kind: "string?",
	/** Whether kubeadm empties /etc/kubernetes/tmp. @default false */
	cleanupTmpDir: "bool?",
	/** Folder of the certificates that kubeadm removes. @default "/etc/kubernetes/pki" */
	certificatesDir: "string?",
	/** Socket of the container runtime whose pods kubeadm removes. @default the socket that exists on the host */
	criSocket: "string?",
	/** Whether kubeadm only prints what it would do. @default false */
	dryRun: "bool?",
	/** Whether kubeadm skips its confirmation prompts. @default false */
	force: "bool?",
	/** Names of checks whose errors become warnings; `all` for all. @default none */
	ignorePreflightErrors: "[string]?",
	/** Phases of `kubeadm reset` that are left out. @default none */
	skipPhases: "[string]?",
	/**
	 * Flags for unmounting the kubelet's mounts: `MNT_FORCE`, `MNT_DETACH`, `MNT_EXPIRE`,
	 * `UMOUNT_NOFOLLOW`.
	 * @default none
	 */
	unmountFlags: "[string]?",
	/** Time limits of kubeadm's waits. */
	timeouts: timeouts as typeof timeouts,
} as const satisfies Shape;
