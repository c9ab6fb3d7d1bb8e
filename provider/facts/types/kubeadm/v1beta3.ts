import type { Shape } from "../shape";
import { clusterConfigurationShape } from "./cluster-configuration";
import { initConfigurationShape } from "./init-configuration";
import { joinConfigurationShape } from "./join-configuration";

const { imagePullSerial: _serial, ...nodeRegistration } = {
	...initConfigurationShape.nodeRegistration,
	kubeletExtraArgs: "{string}?",
} as const;
const { extraEnvs: _envs, ...component } = {
	...clusterConfigurationShape.scheduler,
	extraArgs: "{string}?",
} as const;
const { extraEnvs: _etcdEnvs, ...localEtcd } = {
	...clusterConfigurationShape.etcd.local[1],
	extraArgs: "{string}?",
} as const;
const { httpEndpoints: _http, ...externalEtcd } = clusterConfigurationShape.etcd.external[1];
const { disabled: _dns, ...dns } = clusterConfigurationShape.dns;

const { dryRun: _initDryRun, timeouts: _initTimeouts, ...init } = initConfigurationShape;
const { dryRun: _joinDryRun, timeouts: _joinTimeouts, ...join } = joinConfigurationShape;
const {
	proxy: _proxy,
	encryptionAlgorithm: _algorithm,
	certificateValidityPeriod: _validity,
	caCertificateValidityPeriod: _caValidity,
	...cluster
} = clusterConfigurationShape;

/** The kinds of v1beta3, which kubeadm 1.34 to 1.36 still reads. Source: cmd/kubeadm/app/apis/kubeadm/v1beta3/types.go. */
export const v1beta3Shapes = {
	InitConfiguration: { ...init, nodeRegistration },
	ClusterConfiguration: {
		...cluster,
		etcd: { local: ["struct?", localEtcd], external: ["struct?", externalEtcd] },
		apiServer: {
			...component,
			certSANs: clusterConfigurationShape.apiServer.certSANs,
			timeoutForControlPlane: "*duration?",
		},
		controllerManager: component,
		scheduler: component,
		dns,
	},
	JoinConfiguration: {
		...join,
		nodeRegistration,
		discovery: { ...joinConfigurationShape.discovery, timeout: "*duration?" },
	},
} as const satisfies Record<string, Shape>;
