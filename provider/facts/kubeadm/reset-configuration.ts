import type { Shape } from "../shape";
import { timeouts } from "./parts";

/** ResetConfiguration v1beta4. Source: cmd/kubeadm/app/apis/kubeadm/v1beta4/types.go. */
export const resetConfigurationShape = {
	apiVersion: "string?",
	kind: "string?",
	cleanupTmpDir: "bool?",
	certificatesDir: "string?",
	criSocket: "string?",
	dryRun: "bool?",
	force: "bool?",
	ignorePreflightErrors: "[string]?",
	skipPhases: "[string]?",
	unmountFlags: "[string]?",
	timeouts,
} as const satisfies Shape;
