import type { Problem } from "../config/problems";
import { isUnknown } from "../facts/unknown";

/**
 * The paths that a person typed for arguments, by the path of an object among the arguments, then by the path inside
 * the object.
 */
export type TypedPathsByObject = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Returns problems with the paths that a person typed: `node.nodeRegistration.taints[0].effect` of a resource becomes
 * `controlPlanes[1].nodeRegistration.taints[0].effect` of its cluster. A path that nobody typed elsewhere stays.
 * Problems with one path and one message are listed once.
 * @param paths a `TypedPathsByObject`; none, where absent or not known yet
 */
export function typedProblems(problems: readonly Problem[], paths: unknown): Problem[] {
	const typed = flat(paths);
	const named = problems.map(({ path, message }) => ({ path: typedPath(path, typed), message }));
	return named.filter(
		({ path, message }, index) =>
			named.findIndex((other) => other.path === path && other.message === message) === index,
	);
}

type Renamed = readonly [argument: string, typed: string];

/** Each path of an argument with its typed path, the longest first. What is not known yet is left out. */
function flat(paths: unknown): Renamed[] {
	const all = Object.entries((isUnknown(paths) ? {} : (paths ?? {})) as TypedPathsByObject);
	return all
		.filter(([, inside]) => !isUnknown(inside))
		.flatMap(([object, inside]) =>
			Object.entries(inside).map(([path, typed]): Renamed => [[object, path].filter(Boolean).join("."), typed]),
		)
		.sort(([a], [b]) => b.length - a.length);
}

function typedPath(path: string, all: readonly Renamed[]): string {
	const renamed = all.find(([argument]) => isWithin(path, argument));
	if (!renamed) return path;
	const [argument, typed] = renamed;
	const rest = path.slice(argument.length).replace(/^\./, "");
	return [typed, rest].filter(Boolean).join(rest.startsWith("[") ? "" : ".");
}

function isWithin(path: string, argument: string): boolean {
	return (
		argument === "" || path === argument || (path.startsWith(argument) && /^[.[]/.test(path.slice(argument.length)))
	);
}
