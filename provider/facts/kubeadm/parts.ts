import type { Shape } from "../shape";

/** A flag. Source: `Arg`, cmd/kubeadm/app/apis/kubeadm/v1beta4/types.go, as of all that follows. */
const argument = { name: "string", value: "string" } as const satisfies Shape;

export const apiEndpoint = { advertiseAddress: "string?", bindPort: "int?" } as const satisfies Shape;

export const nodeRegistration = {
	name: "string?",
	criSocket: "string?",
	taints: ["list", { key: "string", value: "string?", effect: "string", timeAdded: "*time?" }],
	kubeletExtraArgs: ["list?", argument],
	ignorePreflightErrors: "[string]?",
	imagePullPolicy: "string?",
	imagePullSerial: "*bool?",
} as const satisfies Shape;

export const patches = ["struct?", { directory: "string?" }] as const;

export const timeouts = [
	"struct?",
	{
		controlPlaneComponentHealthCheck: "*duration?",
		kubeletHealthCheck: "*duration?",
		kubernetesAPICall: "*duration?",
		etcdAPICall: "*duration?",
		tlsBootstrap: "*duration?",
		discovery: "*duration?",
		upgradeManifests: "*duration?",
	},
] as const;
