import { createHash, randomBytes } from "node:crypto";
import { ExpectationError } from "../../config/expected";
import type { FileToWrite } from "../host";
import { HostError, type HostErrorReason, type HostLayer } from "../host-error";
import { type RawOutput, run } from "../run";
import { quote, sshTo } from "../shell";
import type { PooledConnection } from "../ssh/pooled-connection";
import { checkPaths } from "./host-paths";
import { WRITE_SCRIPT } from "./write-script";

/**
 * Writes files in one exchange. Stages and verifies all files before it renames the first into place. Does not touch a file
 * that already has the wanted content, mode and owner.
 * @returns paths of the written files, and the directories that were made, parents first; empty where nothing changed
 * @throws ExpectationError for an unusable path, mode, owner or group
 * @throws HostError where the host refuses a file; the message says which files are already in place
 */
export async function writeFiles(
	connection: PooledConnection,
	files: readonly FileToWrite[],
	{ folderRecords = "" }: { folderRecords?: string } = {},
): Promise<{ written: string[]; madeDirectories: string[] }> {
	if (files.length === 0) return { written: [], madeDirectories: [] };
	checkPaths(files.map(({ path }) => path));
	const output = await run(connection, {
		intent: files.length === 1 ? `write ${files[0]?.path}` : `write ${files.length} files`,
		script: WRITE_SCRIPT,
		stdin: stream(files, folderRecords),
		expectedExitCodes: [0, REFUSED],
	});
	if (output.exitCode === REFUSED) throw refusal(connection, files, output);
	const lines = output.stdout.toString().split("\n");
	return {
		written: after(lines, "written ").map((index) => fileAt(files, index).path),
		madeDirectories: after(lines, "made "),
	};
}

/** Exit code with which the script reports `failed KIND NUMBER TEXT`. */
const REFUSED = 90;

/** Input of the script: its header lines, then the contents end to end. */
function stream(files: readonly FileToWrite[], folderRecords: string): Buffer {
	const contents = files.map(({ content }) => Buffer.from(content as string));
	const access = [...new Set(files.map(accessLine))];
	const head = [
		`${files.length} ${access.length} ${randomBytes(8).toString("hex")} ${folderRecords}`,
		...access,
		...files.map((file, index) => {
			const content = contents[index] as Buffer;
			const digest = createHash("sha256").update(content).digest("hex");
			return `${content.length} ${digest} ${access.indexOf(accessLine(file)) + 1} ${octal(file.directoryMode ?? "0755", file.path)} ${file.path}`;
		}),
	];
	return Buffer.concat([Buffer.from(`${head.join("\n")}\n`), ...contents]);
}

function accessLine({ mode, owner, group, path }: FileToWrite): string {
	for (const name of [owner, group]) {
		if (!/^[\w][\w.-]*\$?$/.test(name))
			throw new ExpectationError({ at: path, expected: "the name of an owner and a group", value: name });
	}
	return `${octal(mode, path)} ${owner} ${group}`;
}

function octal(mode: string, path: string): string {
	if (!/^[0-7]{3,4}$/.test(mode)) throw new ExpectationError({ at: path, expected: `a mode like "0644"`, value: mode });
	return Number.parseInt(mode, 8).toString(8);
}

function after(lines: string[], word: string): string[] {
	return lines.filter((line) => line.startsWith(word)).map((line) => line.slice(word.length));
}

function fileAt(files: readonly FileToWrite[], number: string): FileToWrite {
	const file = files[Number(number) - 1];
	if (!file) throw new ExpectationError({ expected: `the number of one of ${files.length} files`, got: `"${number}"` });
	return file;
}

function refusal(
	connection: PooledConnection,
	files: readonly FileToWrite[],
	{ stdout, stderr }: RawOutput,
): HostError {
	const [, kind = "", number = "", text = ""] = /^failed (\w+) (\d+) ([\s\S]*)$/m.exec(stderr) ?? [];
	const installed = after(stdout.toString().split("\n"), "written ").map((index) => fileAt(files, index).path);
	const path = kind === "file" ? fileAt(files, number).path : (/\.pulumi-kubeadm-\d+-\w+-(\d+)/.exec(text) ?? [])[1];
	const subject =
		kind === "file" ? path : path ? fileAt(files, path as string).path : files.map((file) => file.path).join(", ");
	const [layer, reason, next] = classify(text, subject ?? "");
	const rest = installed.length > 0 ? `already in place: ${installed.join(", ")}` : "nothing was installed";
	return new HostError({
		host: connection.name,
		layer,
		reason,
		what: `${subject}: ${text.trim() || stderr.trim()}; ${rest}`,
		next: `${sshTo(connection.args)} ${quote(next)}`,
	});
}

function classify(text: string, path: string): [HostLayer, HostErrorReason, string] {
	const directory = path.replace(/,.*/, "").replace(/\/[^/]*$/, "") || "/";
	if (/No space left on device|Disk quota exceeded/.test(text))
		return ["disk", "disk full", `df -h ${directory}; df -i ${directory}`];
	if (/Read-only file system|Input\/output error/.test(text))
		return ["disk", "not written", `findmnt -T ${directory}; dmesg | tail`];
	if (/invalid (user|group)|unknown user/.test(text)) return ["file", "owner unknown", "getent passwd; getent group"];
	if (/is a directory/.test(text)) return ["file", "not a file", `ls -la ${path}`];
	return ["file", "not written", `ls -la ${directory}`];
}
