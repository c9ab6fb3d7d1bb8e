import { ExpectationError } from "../../config/expected";

/** Checks paths that are sent one a line. @throws unless each is absolute, has no line break or NUL, and is given once */
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
