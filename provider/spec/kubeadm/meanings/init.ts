import { below, does, type Meanings } from "./meaning";
import { certificateKey, endpointMeanings, nodeMeanings, timeoutMeanings } from "./node";

export const initMeanings: Meanings = {
	...below("bootstrapTokens[]", {
		token: does("the token, `id.secret`", "a random one"),
		description: does("said of it in its Secret", '""'),
		ttl: does("how long it lasts; `0s` for ever", "24h0m0s"),
		expires: does(
			"when it ends. kubeadm gives each token a ttl and takes not both, so that a file can't say it; a `BootstrapToken` can",
			"ttl from now",
		),
		usages: does("what it may be used for", "signing, authentication"),
		groups: does("groups of who comes with it", "system:bootstrappers:kubeadm:default-node-token"),
	}),
	...nodeMeanings,
	...below("localAPIEndpoint", endpointMeanings),
	certificateKey,
	...below("timeouts", timeoutMeanings),
};
