import type { Host } from "../host";
import { quote } from "../shell";

/**
 * Reads, for each group of paths, when the newest file at or under them was written: whole seconds since 1970 by the host's
 * clock; undefined for a group without files.
 */
export async function lastWritten(host: Host, groups: readonly (readonly string[])[]): Promise<(number | undefined)[]> {
	const newest = "sort -rn | head -n 1 | cut -d. -f1";
	const script = groups.map((paths) =>
		paths.length > 0
			? `echo "$(find ${paths.map(quote).join(" ")} -type f -printf '%T@\\n' 2>/dev/null | ${newest})"`
			: "echo",
	);
	const { stdout } = await host.run({ intent: "look when files were written", script: script.join("\n") });
	const lines = stdout.split("\n");
	return groups.map((_, index) => (lines[index] ? Number(lines[index]) : undefined));
}
