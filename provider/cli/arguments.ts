import { parseArgs } from "node:util";

import { nearestName } from "../config/problems";
import { type Options, UsageError } from "./command";

/** Options of all commands. */
export const commonOptions = {
	output: { type: "string", value: "text|json", description: "how the result is printed (default: text)" },
	help: { type: "boolean", description: "print this" },
} as const satisfies Options;

/**
 * Reads the values of a command's options: `--name value` or `--name=value`.
 * @param name name of the command, for error messages
 * @throws UsageError for an unknown, missing or repeated option
 */
export function parseOptions(name: string, options: Options, args: readonly string[]): Record<string, unknown> {
	const all: Options = { ...options, ...commonOptions };
	const help = `run \`pulumi-kubeadm ${name} --help\``;
	const config = Object.fromEntries(
		Object.entries(all).map(([option, { type }]) => [option, { type, multiple: true }]),
	);
	const { tokens } = parseArgs({ args: [...args], options: config, strict: false, tokens: true });
	const values: Record<string, unknown> = {};
	for (const token of tokens) {
		if (token.kind === "option-terminator") continue;
		if (token.kind === "positional") {
			throw new UsageError({ at: name, expected: "options only", value: token.value, next: help });
		}
		const option = Object.hasOwn(all, token.name) ? all[token.name] : undefined;
		if (!option) throw new UsageError(`${name}: unknown option ${token.rawName}, ${hint(token.name, all)}; ${help}`);
		values[token.name] = givenValue(token, option, values[token.name], `${name}: ${token.rawName}`);
	}
	if (values["help"]) return values;
	const missing = Object.entries(options).filter(([option, { required }]) => required && values[option] === undefined);
	if (missing.length > 0) {
		const names = missing.map(([option, { value }]) => `--${option} ${value}`).join(" and ");
		throw new UsageError({ at: name, expected: names, next: help });
	}
	if (!["text", "json", undefined].includes(values["output"] as string)) {
		throw new UsageError({ at: `${name}: --output`, expected: "text or json", value: values["output"] });
	}
	return { ...Object.fromEntries(listsOf(options)), ...values };
}

function givenValue(
	token: { value?: string; inlineValue?: boolean },
	option: Options[string],
	before: unknown,
	subject: string,
): unknown {
	if (option.type === "boolean") {
		if (token.value === undefined) return true;
		throw new UsageError({ at: subject, expected: "no value", value: token.value });
	}
	// A value that looks like an option means that the value was forgotten; "-" is standard input.
	const isForgotten = !token.inlineValue && token.value !== "-" && token.value?.startsWith("-");
	if (!token.value || isForgotten) throw new UsageError({ at: subject, expected: option.value ?? "a value" });
	if (option.multiple) return [...((before as string[] | undefined) ?? []), token.value];
	if (before !== undefined) {
		throw new UsageError({
			at: subject,
			expected: "one value",
			got: `two: ${JSON.stringify([before, token.value])}`,
		});
	}
	return token.value;
}

function listsOf(options: Options): [string, string[]][] {
	return Object.entries(options).flatMap(([name, { multiple }]) => (multiple ? [[name, []]] : []));
}

/** Hint for an unknown name: the nearest known name, else all of them. */
export function hint(name: string, known: Readonly<Record<string, unknown>>, dashes = "--"): string {
	const names = Object.keys(known);
	const meant = nearestName(name, names);
	return meant ? `did you mean ${dashes}${meant}?` : `known are ${names.map((each) => dashes + each).join(", ")}`;
}
