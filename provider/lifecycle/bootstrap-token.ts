import {
	type BootstrapTokenSpec,
	type BootstrapTokenUsage,
	bootstrapTokenProblems,
	bootstrapTokenUsages,
	splitToken,
} from "../config/bootstrap-token";
import { SpecError } from "../config/problems";
import { identities } from "../facts/identities";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { durationMilliseconds } from "../go/duration";
import { normalizeTime } from "../go/time";
import { forgetObjects, objectsOwnedBy, recordObjectOwner } from "../hosts/placement/object-owners";
import { newId } from "../hosts/placement/place";
import type { HostReference } from "../hosts/reach";
import { status } from "../hosts/status";
import { api, apiUnlessGone, readFromApi } from "../kubernetes/api";
import { identityOf } from "../kubernetes/objects";
import { newBootstrapToken } from "../pki/bootstrap-token";
import type { KubernetesObject } from "../render/kubernetes-object";
import { bootstrapTokenSecret } from "../render/objects/bootstrap-token";
import type { Lifecycle } from "./lifecycle";

export interface BootstrapTokenArgs extends BootstrapTokenSpec {
	controlPlanes: HostReference[];
}

export interface BootstrapTokenInputs {
	controlPlanes: HostReference[];
	/** Token that the program gives. Secret. */
	givenToken?: string;
	/** Life of the token from its creation, as a duration; absent where `expires` is given. */
	ttl?: string;
	/** ISO 8601, to the second, in UTC. */
	expires?: string;
	usages: BootstrapTokenUsage[];
	groups: string[];
	description?: string;
}

export interface BootstrapTokenOutputs {
	/** `id.secret`. Secret. */
	token: string;
	/** ISO 8601; empty for a token that never expires. */
	expiration: string;
}

type State = BootstrapTokenInputs & Partial<BootstrapTokenOutputs>;

/**
 * A bootstrap token: a Secret in kube-system, which the cluster removes when the token expires. A generated token with a
 * TTL is then replaced by the next `up`. A token that the program gives, or whose `expires` it gives, stays expired: that is
 * no difference.
 *
 * Source: kubeadm cmd/token.go, apis/bootstraptoken/v1/{defaults,utils}.go; pkg/controller/bootstrap/tokencleaner.go.
 */
export const bootstrapToken: Lifecycle<BootstrapTokenArgs, BootstrapTokenInputs, BootstrapTokenOutputs> = {
	check({ controlPlanes, token, ttl, expires, usages, groups, description }) {
		const problems = bootstrapTokenProblems(withoutUndefined({ token, ttl, expires, usages, groups, description }));
		if (problems.length > 0) throw new SpecError("BootstrapToken", problems);
		return {
			controlPlanes,
			...(token ? { givenToken: token } : {}),
			...(expires ? { expires: utc(expires) } : { ttl: ttl ?? "24h0m0s" }),
			usages: orDefault(usages, [...bootstrapTokenUsages]),
			groups: orDefault(groups, [identities.nodeBootstrapTokens]),
			...(description ? { description } : {}),
		};
	},

	diff(state, inputs) {
		if (idOf(state.givenToken) !== idOf(inputs.givenToken)) return { replaces: ["givenToken"] };
		return state.ttl === inputs.ttl && !staysExpired(inputs) && isExpired(state) ? { changes: true } : {};
	},

	async create(inputs) {
		const token = inputs.givenToken ?? joined(newBootstrapToken());
		const id = newId(idOf(token)!);
		return { id, outputs: await apply(id, inputs, { token }) };
	},

	async read(id, state) {
		const found = await readFromApi(state, (server) => server.read(secretNamed(id)));
		if (!found) return staysExpired(state) && isExpired(state) ? state : undefined;
		return { ...state, ...fieldsOf(found, state) };
	},

	async update(id, state, inputs) {
		const token = inputs.givenToken ?? state.token ?? joined(newBootstrapToken());
		return apply(id, inputs, { ...state, token });
	},

	async delete(id, state) {
		const secret = secretNamed(id);
		const own = await objectsOwnedBy(state.controlPlanes, [identityOf(secret)], id);
		if (own.length > 0) await (await apiUnlessGone(state))?.delete(secret);
		await forgetObjects(state.controlPlanes, own);
	},
};

/** Applies the Secret of a token, unless the token has expired: the cluster would remove the Secret at once. */
async function apply(
	id: string,
	inputs: BootstrapTokenInputs,
	state: Partial<State> & { token: string },
): Promise<BootstrapTokenOutputs> {
	const expiration = expirationOf(inputs, state);
	const secret = secretOf({ ...inputs, token: state.token }, expiration);
	if (isExpired({ expiration }))
		status(`bootstrap token ${idOf(state.token)}: expired on ${expiration} and not created; give another \`expires\``);
	else await (await api(inputs)).apply(secret);
	await recordObjectOwner(inputs.controlPlanes, [identityOf(secret)], id);
	return { token: state.token, expiration };
}

/** When a token expires: at `expires`, or at the end of its TTL, counted from its creation. */
function expirationOf({ expires, ttl = "" }: BootstrapTokenInputs, state: Partial<State>): string {
	if (expires) return expires;
	const same = state.ttl === ttl && state.expiration !== undefined;
	if (same && (state.givenToken || !isExpired(state))) return state.expiration!;
	const lasts = durationMilliseconds(ttl);
	return lasts > 0 ? utc(new Date(Date.now() + lasts).toISOString()) : "";
}

/** Whether a token stays expired, because the program gives the token or its end. */
function staysExpired({ givenToken, expires }: Pick<BootstrapTokenInputs, "givenToken" | "expires">): boolean {
	return Boolean(givenToken ?? expires);
}

function isExpired({ expiration }: { expiration?: string }): boolean {
	return Boolean(expiration) && new Date(expiration!) <= new Date();
}

/** Kind and name of the Secret of the token in a resource's ID. */
function secretNamed(id: string) {
	const name = `bootstrap-token-${id.split("#")[0]}`;
	return { apiVersion: "v1", kind: "Secret", metadata: { name, namespace: "kube-system" } };
}

function secretOf(
	{ usages, groups, description, token }: BootstrapTokenInputs & { token: string },
	expiration: string,
) {
	const { id, secret } = splitToken(token)!;
	return bootstrapTokenSecret({ id, secret, usages, groups, description, ...(expiration ? { expiration } : {}) });
}

/** The fields of the state that a Secret holds. */
function fieldsOf(found: KubernetesObject, { givenToken, usages }: BootstrapTokenInputs) {
	const { data = {} } = found as { data?: Record<string, string> };
	const text = (key: string) => Buffer.from(data[key] ?? "", "base64").toString();
	const token = `${text("token-id")}.${text("token-secret")}`;
	return {
		token,
		...(givenToken ? { givenToken: token } : {}),
		usages: [...new Set([...usages, ...bootstrapTokenUsages])].filter(
			(usage) => text(`usage-bootstrap-${usage}`) === "true",
		),
		groups: text("auth-extra-groups").split(",").filter(Boolean),
		description: text("description") || undefined,
		expiration: text("expiration"),
	};
}

/** The ID of a token, which is not secret. */
function idOf(token: string | undefined): string | undefined {
	return isUnknown(token) ? UNKNOWN : token?.split(".")[0];
}

function joined({ id, secret }: { id: string; secret: string }): string {
	return `${id}.${secret}`;
}

/** A time in Go's notation: in UTC, to the second. */
function utc(time: string): string {
	return isUnknown(time) ? time : normalizeTime(time);
}

function orDefault<T>(list: T[] | undefined, usual: T[]): T[] {
	return list === undefined || list.length === 0 ? usual : list;
}

function withoutUndefined(spec: { [Field in keyof BootstrapTokenSpec]: BootstrapTokenSpec[Field] | undefined }) {
	return Object.fromEntries(Object.entries(spec).filter(([, item]) => item !== undefined)) as BootstrapTokenSpec;
}
