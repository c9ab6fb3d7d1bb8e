import type { Shape } from "../shape";
import { apiEndpoint, nodeRegistration, patches, timeouts } from "./parts";

/** InitConfiguration v1beta4. Source: cmd/kubeadm/app/apis/kubeadm/v1beta4/types.go. */
export const initConfigurationShape = {
	apiVersion: "string?",
	kind: "string?",
	bootstrapTokens: [
		"list?",
		{
			token: "*string",
			description: "string?",
			ttl: "*duration?",
			expires: "*time?",
			usages: "[string]?",
			groups: "[string]?",
		},
	],
	dryRun: "bool?",
	nodeRegistration,
	localAPIEndpoint: apiEndpoint,
	certificateKey: "string?",
	skipPhases: "[string]?",
	patches,
	timeouts,
} as const satisfies Shape;
