import type { Shape } from "../shape";
import { apiEndpoint, nodeRegistration, patches, timeouts } from "./parts";

/** Discovery of the cluster by a joining node. Source: `Discovery`, cmd/kubeadm/app/apis/kubeadm/v1beta4/types.go. */
export const discoveryShape = {
	bootstrapToken: [
		"struct?",
		{
			token: "string",
			apiServerEndpoint: "string?",
			caCertHashes: "[string]?",
			unsafeSkipCAVerification: "bool?",
		},
	],
	file: ["struct?", { kubeConfigPath: "string" }],
	tlsBootstrapToken: "string?",
} as const satisfies Shape;

/** JoinConfiguration v1beta4. Source: cmd/kubeadm/app/apis/kubeadm/v1beta4/types.go. */
export const joinConfigurationShape = {
	apiVersion: "string?",
	kind: "string?",
	dryRun: "bool?",
	nodeRegistration,
	caCertPath: "string?",
	discovery: discoveryShape,
	controlPlane: ["struct?", { localAPIEndpoint: apiEndpoint, certificateKey: "string?" }],
	skipPhases: "[string]?",
	patches,
	timeouts,
} as const satisfies Shape;
