import type { Shape } from "../shape";
import { timeouts } from "./parts";

/** ResetConfiguration v1beta4. Source: cmd/kubeadm/app/apis/kubeadm/v1beta4/types.go. */
export const resetConfigurationShape = {
	/** `kubeadm.k8s.io/v1beta4`; need not be said. */
	apiVersion: "string?",
	/** `ResetConfiguration`; need not be said. */
	kind: "string?",
	/** Whether kubeadm empties /etc/kubernetes/tmp. @default false */
	cleanupTmpDir: "bool?",
	/** Folder of the certificates that it removes. @default "/etc/kubernetes/pki" */
	certificatesDir: "string?",
	/** Socket of the container runtime whose pods it removes. @default what is found on the host */
	criSocket: "string?",
	/** Whether it only says what it would do. @default false */
	dryRun: "bool?",
	/** Whether it asks nothing. @default false */
	force: "bool?",
	/** Checks whose errors are warnings; `all` for all. @default none */
	ignorePreflightErrors: "[string]?",
	/** Its phases that are left out. @default none */
	skipPhases: "[string]?",
	/**
	 * Flags with which the kubelet's mounts are taken away: `MNT_FORCE`, `MNT_DETACH`, `MNT_EXPIRE`,
	 * `UMOUNT_NOFOLLOW`.
	 * @default none
	 */
	unmountFlags: "[string]?",
	/** Limits of its waits. */
	timeouts: timeouts as typeof timeouts,
} as const satisfies Shape;
