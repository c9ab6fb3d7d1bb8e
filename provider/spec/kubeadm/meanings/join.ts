import { below, does, type Meanings } from "./meaning";
import { certificateKey, endpointMeanings, nodeMeanings, timeoutMeanings } from "./node";

export const joinMeanings: Meanings = {
	...nodeMeanings,
	caCertPath: does("where the CA is placed on a worker", "/etc/kubernetes/pki/ca.crt"),
	...below("discovery", {
		"bootstrapToken.token": does("the token by which cluster-info is read and verified", "none"),
		"bootstrapToken.apiServerEndpoint": does("`host:port` of an API server that has cluster-info", "none"),
		"bootstrapToken.caCertHashes": does("the CA's public key is one of these", "none"),
		"bootstrapToken.unsafeSkipCAVerification": does("any CA is taken", "false"),
		"file.kubeConfigPath": does(
			"a kubeconfig that says the cluster's CA and address: on the host, or at an https address",
			"none",
		),
		tlsBootstrapToken: does("the token with which the kubelet asks for its certificate", "that of bootstrapToken"),
	}),
	...below("controlPlane.localAPIEndpoint", endpointMeanings),
	"controlPlane.certificateKey": certificateKey,
	...below("timeouts", timeoutMeanings),
};
