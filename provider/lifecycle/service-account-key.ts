import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import type { ClusterSpec, EncryptionAlgorithm } from "../config/cluster";
import { inputProblem } from "../config/expected";
import { encryptionAlgorithmOf } from "../config/features";
import { SpecError } from "../config/problems";
import { isUnknown } from "../facts/unknown";
import { newId } from "../hosts/placement/place";
import { fingerprintOf, rememberedKey, rememberKey } from "../pki/key-memory";
import { keyPem, newKey, publicKeyPem } from "../pki/keys";
import { type Lifecycle, nothingToDelete } from "./lifecycle";
import { renderCluster } from "./rendering";

/** Arguments of a `ServiceAccountKey`. */
export interface ServiceAccountKeyArgs {
	/** The cluster that the key belongs to. The cluster's `encryptionAlgorithm` applies to a generated key. */
	cluster: ClusterSpec;
	/**
	 * Private key of your own, PEM. The controller manager signs with this key, so a public key is not enough.
	 * @default a key is generated
	 */
	privateKey?: string;
}

/** Inputs of a `ServiceAccountKey`, as the state keeps them. */
export interface ServiceAccountKeyInputs {
	/** Algorithm of a generated key. An existing key keeps the algorithm that it was made with. */
	algorithm: EncryptionAlgorithm;
	/** Fingerprint of the key that the program gives. Absent for a generated key. */
	givenKey?: string;
}

/** Outputs of a `ServiceAccountKey`. */
export interface ServiceAccountKeyOutputs {
	/** Private key, PEM. Secret. */
	privateKey: string;
	/** Public key, PEM. */
	publicKey: string;
}

/**
 * Lifecycle of the key pair that signs service account tokens. All control planes share one pair. `check` throws
 * SpecError for a given text that is no private key.
 */
export const serviceAccountKey: Lifecycle<ServiceAccountKeyArgs, ServiceAccountKeyInputs, ServiceAccountKeyOutputs> = {
	check({ cluster, privateKey }, old) {
		const algorithm =
			old?.algorithm ??
			renderCluster(cluster, (resolved) => ({ algorithm: encryptionAlgorithmOf(resolved) })).algorithm;
		const givenKey = privateKey ? rememberKey(privateKey) : undefined;
		if (old?.givenKey) refuseOtherKey(givenKey, old.givenKey);
		return givenKey ? { algorithm, givenKey } : { algorithm };
	},
	/** The inputs of a generated key do not name it: another source of the same key is compared with the outputs. */
	diff({ publicKey }, { givenKey }) {
		if (!givenKey || !publicKey) return {};
		refuseOtherKey(givenKey, fingerprintOf(createPublicKey(publicKey)));
		return { changes: false };
	},
	async create({ algorithm, givenKey: given }) {
		return { id: newId("sa"), outputs: outputsOf(given ? rememberedKey(given) : await newKey(algorithm)) };
	},
	async update(_id, state, { algorithm, givenKey: given }) {
		if (given) return outputsOf(rememberedKey(given));
		return outputsOf(state.privateKey ? createPrivateKey(state.privateKey) : await newKey(algorithm));
	},
	delete: nothingToDelete,
};

function refuseOtherKey(given: string | undefined, ofRunning: string): void {
	if (given === ofRunning || isUnknown(given) || isUnknown(ofRunning)) return;
	throw new SpecError("ServiceAccountKey", [
		inputProblem({
			path: "privateKey",
			expected: "the key of the running cluster",
			got: given === undefined ? "none" : "another one",
			next: "all service account tokens would break",
		}),
	]);
}

function outputsOf(key: KeyObject): ServiceAccountKeyOutputs {
	return { privateKey: keyPem(key), publicKey: publicKeyPem(key) };
}
