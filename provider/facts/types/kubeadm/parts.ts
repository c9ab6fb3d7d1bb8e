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

export const patches = [
	"struct?",
	{
		/** Folder of patches, on the host. @default none */
		directory: "string?",
	},
] as const;

export const timeouts = [
	"struct?",
	{
		/** Until a component of the control plane is healthy. Duration. @default "4m0s" */
		controlPlaneComponentHealthCheck: "*duration?",
		/** Until the kubelet is healthy. Duration. @default "4m0s" */
		kubeletHealthCheck: "*duration?",
		/** How long a request to the API is tried. Duration. @default "1m0s" */
		kubernetesAPICall: "*duration?",
		/** How long a request to etcd is tried. Duration. @default "2m0s" */
		etcdAPICall: "*duration?",
		/** Until the kubelet has its certificate. Duration. @default "5m0s" */
		tlsBootstrap: "*duration?",
		/** Until a node that joins knows its cluster. Duration. @default "5m0s" */
		discovery: "*duration?",
		/** Until a component runs from its new manifest. Duration. @default "5m0s" */
		upgradeManifests: "*duration?",
	},
] as const;
