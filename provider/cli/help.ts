import { commonOptions } from "./arguments";
import type { Command, Options } from "./command";

const program = "pulumi-kubeadm";

/** Returns the text of `pulumi-kubeadm --help`: each command, by its name, with its summary and its first example. */
export function overview(commands: Readonly<Record<string, Command>>): string {
	const rows = Object.entries(commands).map(([name, { summary }]) => [name, summary] as const);
	const examples = Object.values(commands).flatMap(({ examples: [first] }) => first ?? []);
	return [
		`Usage: ${program} COMMAND [OPTIONS]`,
		"",
		"Checks, renders and compares kubeadm configuration files, without a host and without a Pulumi engine.",
		"",
		"Commands:",
		...table(rows),
		"",
		"Examples:",
		...examples.map((example) => `  ${program} ${example}`),
		"",
		`Run \`${program} COMMAND --help\` for a command's options.`,
		"",
	].join("\n");
}

/** Returns the text of `pulumi-kubeadm NAME --help`: the command's description, examples and options, the common options too. */
export function commandHelp(name: string, { description, options, examples }: Command): string {
	const required = Object.entries(options).filter(([, option]) => option.required);
	const usage = required.map(([option, { value }]) => ` --${option} ${value}`).join("");
	return [
		`Usage: ${program} ${name}${usage} [OPTIONS]`,
		"",
		description,
		"",
		"Options:",
		...table(optionRows({ ...options, ...commonOptions })),
		"",
		examples.length > 1 ? "Examples:" : "Example:",
		...examples.map((example) => `  ${program} ${example}`),
		"",
	].join("\n");
}

function optionRows(options: Options): (readonly [string, string])[] {
	return Object.entries(options).map(([name, { value, description, required, multiple }]) => {
		const notes = [...(required ? ["required"] : []), ...(multiple ? ["may be repeated"] : [])];
		return [`--${name}${value ? ` ${value}` : ""}`, [description, ...notes].join("; ")] as const;
	});
}

/** Formats rows of two columns as indented lines; the second column is aligned. */
function table(rows: readonly (readonly [string, string])[]): string[] {
	const width = Math.max(...rows.map(([left]) => left.length));
	return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
