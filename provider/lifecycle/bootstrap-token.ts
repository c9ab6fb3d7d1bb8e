import { identities } from "../facts/identities";
import { isUnknown } from "../facts/unknown";
import { bootstrapTokenSecret } from "../render/objects/bootstrap-token";
import { durationSeconds, parseDuration } from "../spec/duration";
import { SpecError } from "../spec/problems";
import { api, apiUnlessGone, look } from "./kubernetes/api";
import { newToken } from "./kubernetes/bootstrap-token";
import type { Lifecycle } from "./lifecycle";
import type { HostReference } from "./reach";

type Usage = "signing" | "authentication";

export interface BootstrapTokenArgs {
	controlPlanes: HostReference[];
	ttl?: string;
	usages?: Usage[];
	groups?: string[];
	description?: string;
}

export interface BootstrapTokenInputs {
	controlPlanes: HostReference[];
	ttl: string;
	usages: Usage[];
	groups: string[];
	description?: string;
}

export interface BootstrapTokenOutputs {
	/** `id.secret`. Secret. */
	token: string;
	/** ISO 8601; empty for a token that never ends. */
	expiration: string;
}

/** A bootstrap token: a Secret in kube-system. It is made anew when it ended or is gone. Source: kubeadm cmd/token.go. */
export const bootstrapToken: Lifecycle<BootstrapTokenArgs, BootstrapTokenInputs, BootstrapTokenOutputs> = {
	outputs: ["token", "expiration"],

	check({
		controlPlanes,
		ttl = "24h0m0s",
		usages = ["signing", "authentication"],
		groups = [identities.nodeBootstrapTokens],
		description,
	}) {
		if (!isUnknown(ttl) && parseDuration(ttl) === undefined)
			throw new SpecError("BootstrapToken", [
				{ path: "ttl", message: `expected a duration such as 24h, got "${ttl}"` },
			]);
		return { controlPlanes, ttl, usages, groups, ...(description ? { description } : {}) };
	},

	diff: (state, { ttl }) =>
		state.ttl === ttl && state.expiration && new Date(state.expiration) <= new Date() ? { changes: true } : {},

	async create(inputs) {
		const { id, secret } = newToken();
		return { id, outputs: await apply(inputs, id, secret) };
	},

	async read(id, state) {
		const secret = secretOf(state, id, "0000000000000000", "");
		const found = await look(state, (server) => server.read(secret));
		return found ? state : undefined;
	},

	async update(id, state, inputs) {
		return apply(inputs, id, state.token?.split(".")[1] ?? newToken().secret);
	},

	async delete(id, state) {
		await (await apiUnlessGone(state))?.delete(secretOf(state, id, "0000000000000000", ""));
	},
};

async function apply(inputs: BootstrapTokenInputs, id: string, secret: string): Promise<BootstrapTokenOutputs> {
	const seconds = durationSeconds(inputs.ttl);
	const expiration = seconds === 0 ? "" : new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+/, "");
	await (await api(inputs)).apply(secretOf(inputs, id, secret, expiration));
	return { token: `${id}.${secret}`, expiration };
}

function secretOf(
	{ usages, groups, description }: BootstrapTokenInputs,
	id: string,
	secret: string,
	expiration: string,
) {
	return bootstrapTokenSecret({ id, secret, usages, groups, description, ...(expiration ? { expiration } : {}) });
}
