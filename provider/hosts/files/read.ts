import { createHash } from "node:crypto";
import { expected } from "../../config/expected";
import type { FileOnHost } from "../host";
import { HostError } from "../host-error";
import { run } from "../run";
import { quote, sshTo } from "../shell";
import type { PooledConnection } from "../ssh/pooled-connection";
import { checkPaths } from "./host-paths";

/**
 * Reads regular files in one exchange. Reads once more where the connection is lost, and up to three times more where a
 * file changes meanwhile.
 * @returns the files by path; a path that does not exist is absent from the map
 * @throws ExpectationError for an unusable path; HostError where a path is no regular file or cannot be read
 */
export async function readFiles(
	connection: PooledConnection,
	paths: readonly string[],
): Promise<Map<string, FileOnHost>> {
	if (paths.length === 0) return new Map();
	checkPaths(paths);
	for (let tries = 1; ; tries++) {
		try {
			return await readOnce(connection, paths);
		} catch (error) {
			const again =
				error instanceof HostError && error.reason === "lost" ? tries < 2 : error instanceof Changed && tries < 4;
			if (again) continue;
			throw error instanceof Changed
				? notRead(
						connection,
						error.path,
						"its size and digest changed during each of 4 reads; files that the kernel makes up in /proc and /sys can't be read this way",
					)
				: error;
		}
	}
}

class Changed extends Error {
	readonly path: string;
	constructor(path: string) {
		super(path);
		this.path = path;
	}
}

/** Splits the output into files. The digests show a file that changed between `stat` and `cat`. */
const SCRIPT = `stat -L -c '%f %U %G %u %g %s %n' -- "$@"
echo
for p; do
	shift
	[ ! -f "$p" ] || set -- "$@" "$p"
done
[ $# -gt 0 ] || exit 0
sha256sum -- "$@" && echo && exec cat -- "$@"`;

async function readOnce(connection: PooledConnection, paths: readonly string[]): Promise<Map<string, FileOnHost>> {
	const { stdout, stderr } = await run(connection, {
		intent: paths.length === 1 ? `read ${paths[0]}` : `read ${paths.length} files`,
		script: `set -- ${paths.map(quote).join(" ")}\n${SCRIPT}`,
	});
	const trouble = stderr
		.split("\n")
		.find((line) => line.startsWith("stat: ") && !/: (No such file or directory|Not a directory)$/.test(line));
	if (trouble) throw notRead(connection, paths.join(", "), trouble);
	const [stats, rest] = paragraph(stdout);
	const [sums, contents] = paragraph(rest);
	const filesByPath = new Map<string, FileOnHost>();
	let offset = 0;
	for (const [index, line] of stats.entries()) {
		const [mode = "", ownerName = "", groupName = "", uid = "", gid = "", size = "", ...name] = line.split(" ");
		const path = name.join(" ");
		const bits = Number.parseInt(mode, 16);
		if ((bits & 0o170000) !== 0o100000)
			throw notRead(connection, path, expected({ expected: "a regular file", got: "another kind" }));
		const content = contents.subarray(offset, offset + Number(size));
		offset += Number(size);
		const digest = createHash("sha256").update(content).digest("hex");
		if (!sums[index]?.startsWith(digest)) throw new Changed(path);
		const owner = ownerName === "UNKNOWN" ? uid : ownerName;
		const group = groupName === "UNKNOWN" ? gid : groupName;
		filesByPath.set(path, { path, content, digest, mode: (bits & 0o7777).toString(8).padStart(4, "0"), owner, group });
	}
	if (offset !== contents.length) throw new Changed(paths.at(-1) as string);
	return filesByPath;
}

/** Splits bytes at the first empty line: the lines before it, and the rest. */
function paragraph(text: Buffer): [string[], Buffer] {
	if (text[0] === 10) return [[], text.subarray(1)];
	const end = text.indexOf("\n\n");
	if (end < 0) return [[], Buffer.alloc(0)];
	return [text.subarray(0, end).toString().split("\n"), text.subarray(end + 2)];
}

function notRead(connection: PooledConnection, path: string, what: string): HostError {
	return new HostError({
		host: connection.name,
		layer: "file",
		reason: "not read",
		what: `${path}: ${what}`,
		next: `${sshTo(connection.args)} ${quote(`ls -la ${path}`)}`,
	});
}
