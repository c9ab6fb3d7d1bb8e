import { randomBytes } from "node:crypto";
import { newId } from "../hosts/placement/place";
import type { Lifecycle } from "./lifecycle";

/** Arguments of an `EncryptionKey`, which are its inputs too. */
export interface EncryptionKeyArgs {
	/** Provider of the EncryptionConfiguration that encrypts with the key. */
	provider: "secretbox";
}

/** Outputs of an `EncryptionKey`. */
export interface EncryptionKeyOutputs {
	/** 32 random bytes, base64, as secretbox takes them. Secret. */
	secretboxKey: string;
}

/** Lifecycle of the key that encrypts Secrets in etcd. The key is made once and stays for the life of the resource. */
export const encryptionKey: Lifecycle<EncryptionKeyArgs, EncryptionKeyArgs, EncryptionKeyOutputs> = {
	check: ({ provider }) => ({ provider }),
	async create() {
		return { id: newId("encryption"), outputs: newKey() };
	},
	async update(_id, { secretboxKey }) {
		return secretboxKey ? { secretboxKey } : newKey();
	},
	async delete() {},
};

function newKey(): EncryptionKeyOutputs {
	return { secretboxKey: randomBytes(32).toString("base64") };
}
