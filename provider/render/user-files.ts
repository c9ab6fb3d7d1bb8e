import { expected } from "../config/expected";
import { trimSpace } from "../go/yaml/trim-space";

/** Texts of the files of a host that hold its users and groups. */
export interface UserFiles {
	/** Text of /etc/login.defs. Empty where the host has no such file. */
	loginDefs: string;
	/** Text of /etc/passwd. */
	passwd: string;
	/** Text of /etc/group. */
	group: string;
}

/** A line of /etc/passwd or /etc/group. */
export interface Entry {
	/** Name of the user or group. */
	name: string;
	/** Id of the user or group. */
	id: bigint;
	/** All fields of the line, in order. */
	fields: readonly string[];
}

/** Range of ids for system users or groups. */
export interface Range {
	/** Lowest id of the range. */
	least: bigint;
	/** Highest id of the range. */
	most: bigint;
}

/** Parsed form of one line, or its problem. */
type Read<T> = { value: T } | { problem: string };

const kinds = {
	passwd: { size: 7, ids: { 2: "user id", 3: "group id" } },
	group: { size: 4, ids: { 2: "group id" } },
} as const;

/**
 * Returns the entries of /etc/passwd or /etc/group, and a problem for each line that kubeadm cannot read. Problems
 * never show the line, as it may hold a password.
 *
 * Source: parseEntries, cmd/kubeadm/app/util/users/users_linux.go.
 */
export function entriesIn(files: UserFiles, file: keyof typeof kinds): { entries: Entry[]; problems: string[] } {
	const { size, ids } = kinds[file];
	const { values, problems } = eachLine(file, files[file], (text): Read<Entry> | undefined => {
		const line = trimSpace(text);
		if (line === "") return undefined;
		const fields = line.split(":");
		if (fields.length !== size)
			return { problem: expected({ expected: `${size} fields with ":" between them`, got: fields.length }) };
		const unread = Object.entries(ids).find(([index]) => numberIn(fields[Number(index)]!) === undefined);
		if (unread) return { problem: expected({ expected: `a whole number as ${unread[1]}`, got: "another text" }) };
		return { value: { name: fields[0]!, id: numberIn(fields[2]!)!, fields } };
	});
	return { entries: values, problems };
}

/**
 * Returns the ranges of ids for system users and groups in /etc/login.defs, and a problem for each line that kubeadm
 * cannot read. A limit that the file does not set is 100 or 999.
 *
 * Source: parseLoginDefs, cmd/kubeadm/app/util/users/users_linux.go.
 */
export function rangesIn({ loginDefs }: UserFiles): { uid: Range; gid: Range; problems: string[] } {
	const { values, problems } = eachLine("login.defs", loginDefs, (line): Read<[string, bigint]> | undefined => {
		const [, name, rest = ""] = /^SYS_([UG]ID_M(?:IN|AX))(.*)$/s.exec(line) ?? [];
		if (name === undefined) return undefined;
		const value = numberIn(trimSpace(rest));
		return value === undefined
			? { problem: expected({ at: `SYS_${name}`, expected: "a whole number and nothing else", got: "another text" }) }
			: { value: [name, value] };
	});
	const limits = Object.fromEntries(values);
	const range = (kind: "UID" | "GID") => ({
		least: limits[`${kind}_MIN`] ?? 100n,
		most: limits[`${kind}_MAX`] ?? 999n,
	});
	return { uid: range("UID"), gid: range("GID"), problems };
}

function eachLine<T>(file: string, text: string, read: (line: string) => Read<T> | undefined) {
	const lines = text.split("\n").map((line, index) => ({ number: index + 1, found: read(line) }));
	return {
		values: lines.flatMap(({ found }) => (found && "value" in found ? [found.value] : [])),
		problems: lines.flatMap(({ number, found }) =>
			found && "problem" in found ? [`${file} line ${number}: ${found.problem}`] : [],
		),
	};
}

/**
 * Returns the number that a text is, `undefined` for any other text. Accepts what Go accepts.
 *
 * Source: strconv.ParseInt.
 */
export function numberIn(text: string): bigint | undefined {
	if (!/^[+-]?\d+$/.test(text)) return undefined;
	const value = BigInt(text.replace(/^\+/, ""));
	return BigInt.asIntN(64, value) === value ? value : undefined;
}
