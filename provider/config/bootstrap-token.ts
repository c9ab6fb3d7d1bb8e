import type { Shape } from "../facts/types/shape";
import { hasUnknowns, isUnknown } from "../facts/unknown";
import { parseTime } from "../go/time";
import { expected, inputProblem } from "./expected";
import { type Problem, show } from "./problems";
import { oneOf, ruleProblems } from "./rules";
import { structureProblems } from "./structure";

/** Uses of a bootstrap token: to sign cluster-info, and to authenticate. */
export const bootstrapTokenUsages = ["signing", "authentication"] as const;

export type BootstrapTokenUsage = (typeof bootstrapTokenUsages)[number];

/** A token with which nodes join. Source: `BootstrapToken`, cmd/kubeadm/app/apis/bootstraptoken/v1/types.go. */
export interface BootstrapTokenSpec {
	/** `id.secret`: six and sixteen lower case letters or digits. Secret. @default a generated token */
	token?: string;
	/** Description of the token, kept in its Secret. @default "" */
	description?: string;
	/** Lifetime of the token, as a duration; `0s` means no end. Not beside `expires`. @default "24h0m0s" */
	ttl?: string;
	/** End of the token, as `2030-01-01T00:00:00Z`. Not beside `ttl`. @default ttl from now */
	expires?: string;
	/** Uses of the token. @default ["signing", "authentication"] */
	usages?: BootstrapTokenUsage[];
	/** Groups of a client that authenticates with the token. @default ["system:bootstrappers:kubeadm:default-node-token"] */
	groups?: string[];
}

/** The form of a `BootstrapTokenSpec`. */
export const bootstrapTokenShape = {
	token: "string?",
	description: "string?",
	ttl: "duration",
	expires: "string?",
	usages: "[string]?",
	groups: "[string]?",
} as const satisfies Shape;

/**
 * Problems of a bootstrap token; no message shows its secret. An empty list counts as absent, as for kubeadm.
 *
 * Source: `ValidateBootstrapTokens`, cmd/kubeadm/app/apis/kubeadm/validation/validation.go.
 * @param path path of the token in the user's input: `bootstrapTokens[0]`
 */
export function bootstrapTokenProblems(spec: BootstrapTokenSpec, path = ""): Problem[] {
	const at = (field: string) => (path ? `${path}.${field}` : field);
	const { token, ...open } = spec;
	const problems: Problem[] = [
		...tokenProblems(token, at("token")),
		...structureProblems(bootstrapTokenShape, open).map((problem) => ({ ...problem, path: at(problem.path) })),
	];
	if (problems.length > 0) return problems;
	const rest = ruleProblems(rules, open).map((problem) => ({ ...problem, path: at(problem.path) }));
	if (spec.ttl !== undefined && spec.expires !== undefined)
		rest.push(inputProblem({ path: at("expires"), expected: "one of ttl and expires", got: "both" }));
	return rest;
}

/** Problems of the text `id.secret`, which no message shows; none for a token that is absent or not known yet. */
export function tokenProblems(token: unknown, path: string): Problem[] {
	if (token === undefined || isUnknown(token) || splitToken(token)) return [];
	const message = expected({
		expected: "six, a dot and sixteen lower case letters or digits",
		got: "something else",
		next: "`kubeadm token generate` prints one",
	});
	return [{ path, message }];
}

/** Id and secret of a token; `undefined` for any other value. Source: `BootstrapTokenPattern`, k8s.io/cluster-bootstrap/token/api. */
export function splitToken(token: unknown): { id: string; secret: string } | undefined {
	const [, id, secret] = (typeof token === "string" && /^([a-z0-9]{6})\.([a-z0-9]{16})$/.exec(token)) || [];
	return id && secret ? { id, secret } : undefined;
}

const rules = [
	["usages.*", oneOf(bootstrapTokenUsages)],
	["usages", authenticates],
	[
		"groups.*",
		(group: string) =>
			/^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/.test(group)
				? undefined
				: "a group such as system:bootstrappers:worker",
	],
	["expires", (text: string) => (parseTime(text) ? undefined : "a time such as 2030-01-01T00:00:00Z")],
] as const;

/** Rule for groups: a token has default groups, and groups need the usage `authentication`. Source: `ValidateTokenGroups`. */
function authenticates(usages: string[]): string | undefined {
	if (usages.length === 0 || hasUnknowns(usages) || usages.includes("authentication")) return undefined;
	return `${show("authentication")} among them, as its groups are for who logs in with it`;
}
