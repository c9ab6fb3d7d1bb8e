import type { Shape } from "../shape";

const keySelector = { name: "string?", key: "string", optional: "*bool?" } as const satisfies Shape;

/** A variable of a container. Source: `EnvVar`, k8s.io/api/core/v1/types.go. */
export const environmentVariable = {
	name: "string",
	value: "string?",
	valueFrom: [
		"struct?",
		{
			fieldRef: ["struct?", { apiVersion: "string?", fieldPath: "string" }],
			resourceFieldRef: ["struct?", { containerName: "string?", resource: "string", divisor: "quantity" }],
			configMapKeyRef: ["struct?", keySelector],
			secretKeyRef: ["struct?", keySelector],
			fileKeyRef: ["struct?", { volumeName: "string", path: "string", key: "string", optional: "*bool?" }],
		},
	],
} as const satisfies Shape;

const argument = { name: "string", value: "string" } as const satisfies Shape;

const controlPlaneComponent = {
	extraArgs: ["list?", argument],
	extraVolumes: [
		"list?",
		{ name: "string", hostPath: "string", mountPath: "string", readOnly: "bool?", pathType: "string?" },
	],
	extraEnvs: ["list?", environmentVariable],
} as const satisfies Shape;

/** ClusterConfiguration v1beta4. Source: cmd/kubeadm/app/apis/kubeadm/v1beta4/types.go. */
export const clusterConfigurationShape = {
	apiVersion: "string?",
	kind: "string?",
	etcd: {
		local: [
			"struct?",
			{
				imageRepository: "string?",
				imageTag: "string?",
				dataDir: "string",
				extraArgs: ["list?", argument],
				extraEnvs: ["list?", environmentVariable],
				serverCertSANs: "[string]?",
				peerCertSANs: "[string]?",
			},
		],
		external: [
			"struct?",
			{
				endpoints: "[string]",
				httpEndpoints: "[string]? from 1.35",
				caFile: "string",
				certFile: "string",
				keyFile: "string",
			},
		],
	},
	networking: { serviceSubnet: "string?", podSubnet: "string?", dnsDomain: "string?" },
	kubernetesVersion: "string?",
	controlPlaneEndpoint: "string?",
	apiServer: { ...controlPlaneComponent, certSANs: "[string]?" },
	controllerManager: controlPlaneComponent,
	scheduler: controlPlaneComponent,
	dns: { imageRepository: "string?", imageTag: "string?", disabled: "bool?" },
	proxy: { disabled: "bool?" },
	certificatesDir: "string?",
	imageRepository: "string?",
	featureGates: "{bool}?",
	clusterName: "string?",
	encryptionAlgorithm: "string?",
	certificateValidityPeriod: "*duration?",
	caCertificateValidityPeriod: "*duration?",
} as const satisfies Shape;
