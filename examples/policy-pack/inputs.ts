import { load } from "js-yaml";

/** Inputs of a resource in the form that previews show: docs/previews.md. */
export type Inputs = Record<string, unknown>;

/** Separates the keys of a path: `spec > containers`. */
const SEPARATOR = " > ";

/** A field of inputs, by its path. Keys of objects may be paths, and a short list or object may be a line of YAML. */
export function fieldOf(inputs: unknown, path: string): unknown {
	for (const [key, value] of Object.entries(opened(inputs) ?? {})) {
		if (key === path) return opened(value);
		if (path.startsWith(key + SEPARATOR)) return fieldOf(value, path.slice(key.length + SEPARATOR.length));
	}
	return undefined;
}

function opened(value: unknown): unknown {
	return typeof value === "string" && /^[[{]/.test(value) ? load(value) : value;
}

/** The number of items of a list: an object with keys such as `[name=cp-1]`, where the items have names. */
export function countOf(list: unknown): number {
	return Object.keys(opened(list) ?? {}).length;
}

/** The flags of the component that a StaticPodManifest runs, without dashes. A flag whose value is not known yet is absent. */
export function componentFlags(inputs: Inputs): Map<string, string> {
	const command = fieldOf(inputs, `manifest > spec > containers > [name=${inputs["component"]}] > command`) ?? {};
	if (Array.isArray(command)) return flagsIn(command.join("\n"));
	return flagsIn(
		Object.entries(command)
			.map(([name, value]) => `${name.replace(/ \(at the end.*$/, "")}=${value}`)
			.join("\n"),
	);
}

/** A setting of a kubelet: a flag wins over the field of its configuration. */
export function kubeletSetting(inputs: Inputs, { flag, field }: { flag: string; field: string }): unknown {
	return flagsIn(String(inputs["flags"] ?? "")).get(flag) ?? fieldOf(inputs, `configuration > ${field}`);
}

function flagsIn(text: string): Map<string, string> {
	const flags = text.matchAll(/(?<![^\s"'])--([a-z0-9-]+)(?:=([^\s"']*))?/g);
	return new Map([...flags].map(([, name, value = "true"]) => [name!, value]));
}
