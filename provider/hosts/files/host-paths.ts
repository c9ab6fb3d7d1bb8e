import { ExpectationError } from "../../config/expected";

/** Checks paths before they are sent to a host. @throws ExpectationError for a path that is not absolute, has `..`, control characters or backslashes, or is given twice */
export function checkPaths(paths: readonly string[]): void {
	const earlierPaths = new Set<string>();
	for (const path of paths) {
		if (!/^\/(?!.*\/$)[^\p{Cc}\\]+$/u.test(path) || /(^|\/)\.{1,2}(\/|$)|\/\/|\s$/.test(path)) {
			throw new ExpectationError({
				expected: "an absolute path without `..`, control characters and backslashes",
				value: path,
			});
		}
		if (earlierPaths.has(path)) throw new ExpectationError({ at: path, expected: "each path once", got: "it twice" });
		earlierPaths.add(path);
	}
}
