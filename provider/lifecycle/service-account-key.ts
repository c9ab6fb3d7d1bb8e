import { createPrivateKey, type KeyObject } from "node:crypto";
import type { ClusterSpec, EncryptionAlgorithm } from "../config/cluster";
import { encryptionAlgorithmOf } from "../config/features";
import { SpecError } from "../config/problems";
import { isUnknown } from "../facts/unknown";
import { newId } from "../hosts/placement/place";
import { rememberedKey, rememberKey } from "../pki/key-memory";
import { keyPem, newKey, publicKeyPem } from "../pki/keys";
import type { Lifecycle } from "./lifecycle";
import { renderCluster } from "./rendering";

export interface ServiceAccountKeyArgs {
	/** The cluster whose key it is: its algorithm. */
	cluster: ClusterSpec;
	/** A private key of your own, PEM; the controller manager signs with it, so its public half is not enough. @default a key is generated */
	privateKey?: string;
}

export interface ServiceAccountKeyInputs {
	algorithm: EncryptionAlgorithm;
	/** Fingerprint of the given key; absent for a key that is made here. */
	givenKey?: string;
}

export interface ServiceAccountKeyOutputs {
	/** PEM. Secret. */
	privateKey: string;
	/** PEM. */
	publicKey: string;
}

/** The key pair that signs service account tokens: the same on all control planes. */
export const serviceAccountKey: Lifecycle<ServiceAccountKeyArgs, ServiceAccountKeyInputs, ServiceAccountKeyOutputs> = {
	check({ cluster, privateKey }, old) {
		const algorithm =
			old?.algorithm ??
			renderCluster(cluster, (resolved) => ({ algorithm: encryptionAlgorithmOf(resolved) })).algorithm;
		const given = privateKey ? rememberKey(privateKey) : undefined;
		if (old && old.givenKey !== given && !isUnknown(given)) {
			throw new SpecError("ServiceAccountKey", [
				{
					path: "privateKey",
					message: "expected the key of the running cluster, got another one; all service account tokens would break",
				},
			]);
		}
		return given ? { algorithm, givenKey: given } : { algorithm };
	},
	async create({ algorithm, givenKey: given }) {
		return { id: newId("sa"), outputs: outputsOf(given ? rememberedKey(given) : await newKey(algorithm)) };
	},
	async update(_id, state, { algorithm, givenKey: given }) {
		if (given) return outputsOf(rememberedKey(given));
		return outputsOf(state.privateKey ? createPrivateKey(state.privateKey) : await newKey(algorithm));
	},
	async delete() {},
};

function outputsOf(key: KeyObject): ServiceAccountKeyOutputs {
	return { privateKey: keyPem(key), publicKey: publicKeyPem(key) };
}
