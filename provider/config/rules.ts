import { hasUnknowns } from "../facts/unknown";
import { parseAddress } from "../go/address";
import { goUrlScheme } from "../go/url";
import { type Expectation, inputProblem } from "./expected";
import { didYouMean, joinPath, type Problem, show } from "./problems";

/**
 * A rule for the values at a path, beyond their form. `*` in the path stands for each element of a list, or each value of
 * a map. A rule returns the expectation, or a list of problems, or undefined for an acceptable value. Values that
 * are absent or not known yet are not checked.
 */
export type Rule<Whole> = readonly [path: string, expectation: (value: any, whole: Whole) => Verdict];

type Verdict = string | undefined | readonly RuleFinding[];

/** A problem that a rule finds. */
export interface RuleFinding extends Expectation {
	/** Path of the problem. @default the path of the value */
	path?: string | undefined;
}

/** Applies each rule to each value that its path leads to. */
export function ruleProblems<Whole>(rules: readonly Rule<Whole>[], whole: Whole): Problem[] {
	return rules.flatMap(([pattern, expectation]) =>
		matches(whole, pattern.split("."), []).flatMap(({ path, value }) => {
			if (value === undefined || hasUnknowns(value)) return [];
			const verdict = expectation(value, whole) ?? [];
			const findings: readonly RuleFinding[] = typeof verdict === "string" ? [{ expected: verdict }] : verdict;
			return findings.map((finding) => inputProblem({ value, ...finding, path: finding.path ?? joinPath(path) }));
		}),
	);
}

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain = new RegExp(`^${label}(\\.${label})*$`);
const wildcard = new RegExp(`^\\*\\.${label}(\\.${label})*$`);

/** Rule for a DNS subdomain by RFC 1123, as Kubernetes checks it: at most 253 characters. */
export function isSubdomain(name: string): boolean {
	return name.length <= 253 && subdomain.test(name);
}

function isWildcardSubdomain(name: string): boolean {
	return name.length <= 253 && wildcard.test(name);
}

export const nonEmpty = (value: string) => (value === "" ? "a text that is not empty" : undefined);

export const absolutePath = (value: string) => (value.startsWith("/") ? undefined : "an absolute path");

export const oneOf =
	(values: readonly string[]) =>
	(value: string): RuleFinding[] => {
		const expected = `one of ${values.map((name) => show(name)).join(", ")}`;
		return values.includes(value) ? [] : [{ expected, next: didYouMean(value, values) }];
	};

export const ipAddress = (value: string) => (parseAddress(value) ? undefined : "an IP address");

/** Rule for a socket. kubeadm puts `unix://` before a text that does not begin with `unix`. Source: ValidateSocketPath. */
export const criSocket = (value: string) =>
	goUrlScheme(value.startsWith("unix") ? value : `unix://${value}`) === "unix" ? undefined : "unix:///path/to.sock";

export const portNumber = (value: number) => (value >= 1 && value <= 65535 ? undefined : "a port from 1 to 65535");

/** Rule for a name or address in a certificate. kubeadm lowers the case before it checks. */
export const subjectAlternativeName = (value: string) =>
	isSubdomain(value) || isWildcardSubdomain(value) || parseAddress(value)
		? undefined
		: "an IP address, a DNS name or a DNS name that begins with *.";

const hostLabel = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const host = `(?:${hostLabel}(?:\\.${hostLabel})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const pathPart = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const repository = new RegExp(`^(?:${host}/)?${pathPart}(?:/${pathPart})*$`);

/** Source: ReferenceRegexp of github.com/distribution/reference. */
export const imageRepository = (value: string) =>
	repository.test(`${value}/name`) ? undefined : "an image repository such as registry.k8s.io";

interface Match {
	path: PropertyKey[];
	value: unknown;
}

function matches(value: unknown, pattern: readonly string[], path: PropertyKey[]): Match[] {
	const [part, ...rest] = pattern;
	if (part === undefined) return [{ path, value }];
	if (typeof value !== "object" || value === null) return [];
	if (part !== "*") return matches(Reflect.get(value, part), rest, [...path, part]);
	const entries: [PropertyKey, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
	return entries.flatMap(([key, item]) => matches(item, rest, [...path, key]));
}
