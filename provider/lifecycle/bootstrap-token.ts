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
import { api, deleteFromApi, readFromApi } from "../kubernetes/api";
import { identityOf } from "../kubernetes/objects";
import { newBootstrapToken } from "../pki/bootstrap-token";
import type { KubernetesObject } from "../render/kubernetes-object";
import { bootstrapTokenSecret } from "../render/objects/bootstrap-token";
import type { Lifecycle } from "./lifecycle";

/** Arguments of a `BootstrapToken`. */
export interface BootstrapTokenArgs extends BootstrapTokenSpec {
	/** Control planes through which the API is reached, tried in this order. */
	controlPlanes: HostReference[];
}

/** Inputs of a `BootstrapToken`, as the state keeps them. */
export interface BootstrapTokenInputs {
	/** Control planes through which the API is reached, tried in this order. */
	controlPlanes: HostReference[];
	/** Token that the program gives, `id.secret`. Secret. Absent for a generated token. */
	givenToken?: string;
	/**
	 * Lifetime, counted from the token's creation, as a Go duration such as "24h0m0s". "0s": no end. Absent where
	 * `expires` is given. @default "24h0m0s"
	 */
	ttl?: string;
	/** Time of expiry, ISO 8601, UTC, to the second. Absent where `ttl` applies. */
	expires?: string;
	/** Usages of the token. @default "signing" and "authentication" */
	usages: BootstrapTokenUsage[];
	/**
	 * Groups of a client that authenticates with the token. @default "system:bootstrappers:kubeadm:default-node-token"
	 */
	groups: string[];
	/** Text that tells people what the token is for. Absent where none is given. */
	description?: string;
}

/** Outputs of a `BootstrapToken`. */
export interface BootstrapTokenOutputs {
	/** Text of the token, `id.secret`. Secret. */
	token: string;
	/** Time of expiry, ISO 8601. Empty for a token that never expires. */
	expiration: string;
}

type State = BootstrapTokenInputs & Partial<BootstrapTokenOutputs>;

/**
 * Lifecycle of a bootstrap token: a Secret in kube-system, which the cluster removes when the token expires. The next
 * `up` makes an expired token anew only where the token is generated and has a TTL. A token that the program gives, or
 * that has `expires`, stays expired, and a refresh shows no difference.
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
		const ends = state.ttl === inputs.ttl && !staysExpired(inputs) && isExpired(state);
		return ends ? { changes: true, reason: `the token expired on ${state.expiration}` } : {};
	},

	async create(inputs) {
		const token = inputs.givenToken ?? joined(newBootstrapToken());
		const id = newId(idOf(token)!);
		return { id, outputs: await apply(id, inputs, { token }) };
	},

	async read(id, state) {
		const secretInApi = await readFromApi(state, (server) => server.read(secretNamed(id)));
		if (!secretInApi) return staysExpired(state) && isExpired(state) ? state : undefined;
		return { ...state, ...fieldsOf(secretInApi, state) };
	},

	async update(id, state, inputs) {
		const token = inputs.givenToken ?? state.token ?? joined(newBootstrapToken());
		return apply(id, inputs, { ...state, token });
	},

	async delete(id, state) {
		const secret = secretNamed(id);
		const { made: ownObjects } = await objectsOwnedBy(state.controlPlanes, [identityOf(secret)], id);
		if (ownObjects.length > 0) await deleteFromApi(state, (server) => server.delete(secret));
		await forgetObjects(state.controlPlanes, ownObjects);
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

/**
 * Time at which a token expires: `expires`, or the end of the TTL, counted from the token's creation. Empty for a token
 * that never expires.
 */
function expirationOf({ expires, ttl = "" }: BootstrapTokenInputs, state: Partial<State>): string {
	if (expires) return expires;
	const same = state.ttl === ttl && state.expiration !== undefined;
	if (same && (state.givenToken || !isExpired(state))) return state.expiration!;
	const lasts = durationMilliseconds(ttl);
	return lasts > 0 ? utc(new Date(Date.now() + lasts).toISOString()) : "";
}

/** Whether a token stays expired after its end: true where the program gives its text or `expires`. */
function staysExpired({ givenToken, expires }: Pick<BootstrapTokenInputs, "givenToken" | "expires">): boolean {
	return Boolean(givenToken ?? expires);
}

function isExpired({ expiration }: { expiration?: string }): boolean {
	return Boolean(expiration) && new Date(expiration!) <= new Date();
}

/** Kind and name of the Secret that belongs to a resource's id. */
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

/** Fields of the state, as a Secret holds them. */
function fieldsOf(secretInApi: KubernetesObject, { givenToken, usages }: BootstrapTokenInputs) {
	const { data = {} } = secretInApi as { data?: Record<string, string> };
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

/** ID part of a token, which is not secret. */
function idOf(token: string | undefined): string | undefined {
	return isUnknown(token) ? UNKNOWN : token?.split(".")[0];
}

function joined({ id, secret }: { id: string; secret: string }): string {
	return `${id}.${secret}`;
}

/** Normalizes a time to Go's notation: in UTC, to the second. */
function utc(time: string): string {
	return isUnknown(time) ? time : normalizeTime(time);
}

function orDefault<T>(list: T[] | undefined, usual: T[]): T[] {
	return list === undefined || list.length === 0 ? usual : list;
}

function withoutUndefined(spec: { [Field in keyof BootstrapTokenSpec]: BootstrapTokenSpec[Field] | undefined }) {
	return Object.fromEntries(Object.entries(spec).filter(([, item]) => item !== undefined)) as BootstrapTokenSpec;
}
