import { run } from "../run";
import { quote } from "../shell";
import type { PooledConnection } from "../ssh/pooled-connection";
import { checkPaths } from "./host-paths";
import { SWEEP } from "./staging";

/**
 * Removes files, then those directories that are empty, deepest first, in one exchange. An absent file or directory is a
 * success, also one that another removal or write of the same moment takes away or fills.
 * @throws ExpectationError for an unusable path; HostError where the host refuses a removal
 */
export async function removeFiles(
	connection: PooledConnection,
	paths: readonly string[],
	directories: readonly string[],
): Promise<void> {
	if (paths.length + directories.length === 0) return;
	checkPaths([...paths, ...directories]);
	const deepestFirst = directories.toSorted((a, b) => b.split("/").length - a.split("/").length);
	const some =
		paths.length + directories.length === 1
			? [...paths, ...directories][0]
			: `${paths.length} files and ${directories.length} directories`;
	await run(connection, {
		intent: `remove ${some}`,
		script: `${SWEEP}
empty() { [ -d "$1" ] && [ ! -L "$1" ] && [ -z "$(ls -A -- "$1")" ]; }
set -- ${paths.map(quote).join(" ")}
[ $# -eq 0 ] || rm -f -- "$@" || exit
set -- ${deepestFirst.map(quote).join(" ")}
for d; do
	if [ ! -d "$d" ] || [ -L "$d" ]; then continue; fi
	sweep "$d"
	if empty "$d"; then rmdir -- "$d" || ! empty "$d" || exit; fi
done`,
	});
}
