import type { Lab } from "../../../lab/index.ts";
import { rowsOf } from "../../clusters/support/terminal.ts";

/**
 * Returns what a terminal shows in the form in which it is kept: without waits, which depend on the machine, with a fixed word
 * in place of what differs from run to run, and with the resources in the order of their names in place of the engine's,
 * which is that of their answers.
 * @param options.messages of resources, which a terminal shows among the resources with `--diff`
 * @param options.leftOut those of the messages that are not kept
 * @param options.alike names of nodes whose resources `--diff` prints like those of another node, and that are not kept
 */
export function keptText(
	lines: readonly string[],
	lab: Lab,
	{
		messages,
		leftOut,
		alike = [],
	}: { messages: readonly string[]; leftOut: readonly string[]; alike?: readonly string[] },
): string {
	const fixed = withoutLabWarnings(lines)
		.filter((line) => !leftOut.includes(line.trim()))
		.map((line) => withFixedWords(line, lab));
	const said = messages.map((message) => withFixedWords(message, lab));
	const sorted = sortedDiff(sortedTree(withoutEmptyDiagnostics(fixed)), said, alike);
	return `${sorted.flatMap(rowsOf).join("\n").trimEnd()}\n`;
}

/** Leaves out the warnings about the lab's hosts, each of which the host says that is checked first. */
function withoutLabWarnings(lines: readonly string[]): string[] {
	const isWarning = (line: string | undefined) => /^ *\S+: warning: \[/.test(line ?? "");
	return lines.filter((line, index) => {
		const isNext = /^ *next: /.test(line) && isWarning(lines[index - 1]);
		return !isWarning(line) && !isNext;
	});
}

/** Leaves out the heading of messages that are all left out. */
function withoutEmptyDiagnostics(lines: readonly string[]): string[] {
	const start = lines.indexOf("Diagnostics:");
	const isEmpty = start >= 0 && lines[start + 2] === "";
	return isEmpty ? [...lines.slice(0, start), ...lines.slice(start + 3)] : [...lines];
}

/** Replaces what no other run has: durations, ids, digests, addresses and paths of the lab. */
function withFixedWords(line: string, lab: Lab): string {
	return fixedWords(lab)
		.reduce((text, [pattern, word]) => text.replaceAll(pattern, word), line)
		.trimEnd();
}

function fixedWords(lab: Lab): [RegExp | string, string][] {
	const network = (subnet: string) => subnet.split("/")[0]!.replace(/0$/, "");
	const [hosts, services] = [network(lab.hostSubnet), network(lab.serviceSubnet)];
	return [
		[lab.sshKeyFile, "~/.ssh/id_ed25519"],
		[lab.knownHostsFile, "~/.ssh/known_hosts"],
		[lab.podSubnet, "10.244.0.0/16"],
		[lab.serviceSubnet, "10.96.0.0/12"],
		[services, "10.96.0."],
		[hosts, "192.0.2."],
		[/#[0-9a-f]{8}(?=\])/g, "#01234567"],
		[/sha256:[0-9a-f]{64}/g, "sha256:DIGEST"],
		[/\b[0-9a-f]{64}\b/g, "DIGEST"],
		[/ssh-ed25519 AAAA[A-Za-z0-9+/]+/g, "ssh-ed25519 KEY"],
		[/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME"],
		[/ \((?:\d+m)?\d+(?:\.\d+)?s\)/g, " (Ns)"],
		[/(?<=^Duration: ).*/g, "TIME"],
		[/\bafter \d+ s\b/g, "after N s"],
		// Waits are among the messages.
		[/\b\d+ messages?\b/g, ""],
		// How much of this column is shown follows from the durations.
		[/(?<= \(Ns\)) .*/g, ""],
		[/(?<=^ {5}Type .* Status) .*/g, ""],
		[/(?<=^ {5}pulumi:pulumi:Stack +\S+) +\d.*/g, ""],
	];
}

/** A row of the engine's tree of resources, and the rows under it. */
interface Row {
	depth: number;
	/** What is printed before the tree: the operation. */
	op: string;
	/** Type, name, state. */
	text: string;
	under: Row[];
}

/** Columns before the tree. */
const OP = 5;

/** Sorts the rows of a tree under their parents. */
function sortedTree(lines: readonly string[]): string[] {
	const head = lines.findIndex((line) => /^ {5}Type +Name +(Plan|Status)/.test(line));
	if (head < 0) return [...lines];
	const length = lines.slice(head + 1).findIndex((line) => line.trim() === "");
	const rows = lines.slice(head + 1, head + 1 + length);
	const rest = lines.slice(head + 1 + length);
	const root: Row = { depth: -1, op: "", text: "", under: [] };
	const path = [root];
	for (const line of rows) {
		const tree = /^[│├└─ ]*/u.exec(line.slice(OP))![0];
		const row = { depth: tree.length / 3, op: line.slice(0, OP), text: line.slice(OP + tree.length), under: [] };
		while (path.at(-1)!.depth >= row.depth) path.pop();
		path.at(-1)!.under.push(row);
		path.push(row);
	}
	return [...lines.slice(0, head + 1), ...root.under.flatMap((row) => printed(row, "", "")), ...sortedTree(rest)];
}

function printed({ op, text, under }: Row, before: string, beforeUnder: string): string[] {
	const sorted = [...under].sort((one, other) => byName(nameOf(one), nameOf(other)));
	return [
		`${op}${before}${text}`,
		...sorted.flatMap((row, index) =>
			index === sorted.length - 1
				? printed(row, `${beforeUnder}└─ `, `${beforeUnder}   `)
				: printed(row, `${beforeUnder}├─ `, `${beforeUnder}│  `),
		),
	];
}

/** Name of the resource, then its type. */
function nameOf({ text }: Row): string {
	const [type, name] = text.split(/ +/);
	return `${name} ${type}`;
}

function byName(one: string, other: string): number {
	return one.localeCompare(other, "en", { numeric: true });
}

/** First line of a resource in a preview with `--diff`. */
const blockPattern = /^ *(?:[-+~]|[-+]{2}| {2})? ?\S+:\S+: \([a-z-]+\)/;

/** Sorts what `--diff` prints of each resource by the resource's name. */
function sortedDiff(lines: readonly string[], messages: readonly string[], alike: readonly string[]): string[] {
	const first = lines.findIndex((line) => blockPattern.test(line));
	if (first < 0) return [...lines];
	const end = lines.findIndex((line, index) => index > first && /^(Outputs|Resources|Diagnostics):/.test(line.trim()));
	const blocks: string[][] = [];
	const said: string[] = [];
	for (const line of lines.slice(first, end < 0 ? lines.length : end)) {
		// The engine prints an empty line behind each message.
		if (line.trim() === "") continue;
		if (messages.includes(line.trim())) said.push(line);
		else if (blockPattern.test(line)) blocks.push([line]);
		else blocks.at(-1)!.push(line);
	}
	const keyOf = (block: string[]) => {
		const urn =
			block
				.find((line) => line.includes("[urn="))
				?.trim()
				.slice(5, -1) ?? "";
		const [, , types, name] = urn.split("::");
		return types === "pulumi:pulumi:Stack" ? "" : `${name} ${types}`;
	};
	const isAlike = (key: string) => alike.some((node) => key.startsWith(`lab-${node}`));
	const sorted = blocks
		.map((block) => ({ block, key: keyOf(block) }))
		.filter(({ key }) => !isAlike(key))
		.sort((one, other) => byName(one.key, other.key));
	return [
		...lines.slice(0, first),
		...said,
		...sorted.flatMap(({ block }) => block),
		...(end < 0 ? [] : lines.slice(end)),
	];
}
