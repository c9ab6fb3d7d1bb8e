import { newId } from "../hosts/placement/place";
import type { HostReference } from "../hosts/reach";
import { status } from "../hosts/status";
import { type Api, api } from "../kubernetes/api";
import { isAbsent } from "../kubernetes/requests";
import type { Lifecycle } from "./lifecycle";

/** Arguments of a `StoredSecrets`. */
export interface StoredSecretsArgs {
	/** Control planes through which the API is reached, tried in this order. */
	controlPlanes: HostReference[];
	/** Names what the API server writes Secrets with: the path of its EncryptionConfiguration. Another text writes all Secrets again. */
	writtenWith: string;
}

/**
 * Lifecycle of the Secrets that etcd has from before a change of encryption. `create` and `update` let the API server
 * write each Secret again, which changes no Secret, so that the first provider of its EncryptionConfiguration has
 * written all of them.
 *
 * Source: https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/#ensure-all-secrets-are-encrypted
 */
export const storedSecrets: Lifecycle<StoredSecretsArgs, StoredSecretsArgs, object> = {
	check: ({ controlPlanes, writtenWith }) => ({ controlPlanes, writtenWith }),
	async create(inputs) {
		await writeAgain(inputs);
		return { id: newId("secrets"), outputs: {} };
	},
	async update(_id, _state, inputs) {
		await writeAgain(inputs);
		return {};
	},
	async delete() {},
};

async function writeAgain(inputs: StoredSecretsArgs): Promise<void> {
	const server = await api(inputs);
	const secrets = await server.list("v1", "Secret");
	status(`${secrets.length} Secrets are written again with ${inputs.writtenWith}`);
	for (const { metadata } of secrets) await touch(server, metadata as { name: string; namespace: string });
}

/** The API server writes an object also where nothing changes, if it was written with another provider than the first. */
async function touch(server: Api, { name, namespace }: { name: string; namespace: string }): Promise<void> {
	try {
		await server.patch({ apiVersion: "v1", kind: "Secret", metadata: { name, namespace } });
	} catch (error) {
		// A Secret that was deleted meanwhile.
		if (!isAbsent(error)) throw error;
	}
}
