import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** Types by name, each with its fields in the notation of `facts/types/notation.ts`. */
export type Notations = Record<string, Record<string, string>>;

const packages = {
	core: ["k8s.io/api", "core/v1/types.go"],
	apps: ["k8s.io/api", "apps/v1/types.go"],
	meta: ["k8s.io/apimachinery", "pkg/apis/meta/v1/types.go"],
} as const;

const scalars: Readonly<Record<string, string>> = {
	string: "string",
	bool: "bool",
	int32: "int",
	int64: "int64",
	"resource.Quantity": "quantity",
	"meta.Time": "time",
	"intstr.IntOrString": "intOrString",
	"types.UID": "string",
	"types.NodeName": "string",
	"meta.FieldsV1": "any",
};
const aliases: Readonly<Record<string, string>> = { v1: "core", metav1: "meta" };

/** Pods, Deployments and DaemonSets with all types below them, read from the Go modules of a release: `v0.37.2`. */
export async function workloadTypesOf(version: string): Promise<Notations> {
	const sources = await declarations(packages, () => version);
	const found: Notations = {};
	const todo = ["core.Pod", "apps.Deployment", "apps.DaemonSet"];
	for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
		const type = name.split(".")[1]!;
		if (!found[type]) found[type] = fieldsOf(name, { ...sources, need: (other) => todo.push(other) });
	}
	return found;
}

/** What packages of Go modules declare. */
export interface Sources {
	/** Bodies of structs, and what other types stand for, by `package.Name`. */
	structs: Map<string, string>;
	others: Map<string, string>;
}

/**
 * Reads packages, each a module and a file of it, in their modules' versions. Needs `go`, which fetches a module that it
 * has not.
 */
export async function declarations(
	packages: Readonly<Record<string, readonly [module: string, file: string]>>,
	versionOf: (module: string) => string,
): Promise<Sources> {
	const structs = new Map<string, string>();
	const others = new Map<string, string>();
	for (const [name, [module, file]] of Object.entries(packages)) {
		const { stdout } = await promisify(execFile)("go", ["mod", "download", "-json", `${module}@${versionOf(module)}`], {
			cwd: "/",
		});
		const text = await readFile(join(JSON.parse(stdout).Dir, file), "utf8");
		for (const [, type, body] of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm))
			structs.set(`${name}.${type}`, body!);
		for (const [, type, meaning] of text.matchAll(/^type (\w+) ((?!struct|interface)\S.*)$/gm))
			others.set(`${name}.${type}`, meaning!.trim());
	}
	return { structs, others };
}

interface Reading extends Sources {
	need(name: string): void;
}

function fieldsOf(name: string, reading: Reading): Record<string, string> {
	const home = name.split(".")[0]!;
	const fields: Record<string, string> = {};
	for (const line of reading.structs.get(name)!.split("\n")) {
		const [, goType, tags] = /^\s*(?:\w+\s+)?([\w.*[\]]+)\s+`(.*)`/.exec(line) ?? [];
		if (!goType || !tags) continue;
		const tag = (key: string) => new RegExp(`${key}:"([^"]*)"`).exec(tags)?.[1] ?? "";
		const [json = "", ...options] = tag("json").split(",");
		if (json === "") {
			Object.assign(fields, fieldsOf(qualified(goType, home), reading));
			continue;
		}
		const type = notationOf(goType, home, reading);
		const isStruct = /^[A-Z]/.test(type) || ["time", "quantity", "intOrString"].includes(type);
		const optional = options.includes(isStruct ? "omitzero" : "omitempty") ? "?" : "";
		const merges = tag("patchStrategy").split(",").includes("merge") ? ` merge ${tag("patchMergeKey")}`.trimEnd() : "";
		fields[json] = `${type}${optional}${merges}`;
	}
	return fields;
}

function notationOf(goType: string, home: string, reading: Reading): string {
	if (goType.startsWith("*")) return `*${notationOf(goType.slice(1), home, reading)}`;
	if (goType.startsWith("[]")) return `[${notationOf(goType.slice(2), home, reading)}]`;
	if (goType.startsWith("map[")) return `{${notationOf(goType.slice(goType.indexOf("]") + 1), home, reading)}}`;
	if (scalars[goType]) return scalars[goType];
	const name = qualified(goType, home);
	if (scalars[name]) return scalars[name];
	const meaning = reading.others.get(name);
	if (meaning) return notationOf(meaning, name.split(".")[0]!, reading);
	if (!reading.structs.has(name))
		throw new Error(`Go type ${goType}: expected it in ${Object.keys(packages).join(", ")}, got none`);
	reading.need(name);
	return name.split(".")[1]!;
}

function qualified(goType: string, home: string): string {
	const [owner, type] = goType.includes(".") ? goType.split(".") : [home, goType];
	return `${aliases[owner!] ?? owner}.${type}`;
}
