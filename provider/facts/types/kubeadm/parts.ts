import type { Shape } from "../shape";

/** A flag of a component. Source of this file: cmd/kubeadm/app/apis/kubeadm/v1beta4/types.go. */
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

export const patches = [
	"struct?",
	{
		/** Path of a folder of patches on the host. @default none */
		directory: "string?",
	},
] as const;

export const timeouts = [
	"struct?",
	{
		/** Time limit until a component of the control plane is healthy. Duration. @default "4m0s" */
		controlPlaneComponentHealthCheck: "*duration?",
		/** Time limit until the kubelet is healthy. Duration. @default "4m0s" */
		kubeletHealthCheck: "*duration?",
		/** Time limit of a request to the API, with its retries. Duration. @default "1m0s" */
		kubernetesAPICall: "*duration?",
		/** Time limit of a request to etcd, with its retries. Duration. @default "2m0s" */
		etcdAPICall: "*duration?",
		/** Time limit until the kubelet has its certificate. Duration. @default "5m0s" */
		tlsBootstrap: "*duration?",
		/** Time limit until a joining node has discovered its cluster. Duration. @default "5m0s" */
		discovery: "*duration?",
		/** Time limit until a component runs from its new manifest. Duration. @default "5m0s" */
		upgradeManifests: "*duration?",
	},
] as const;
