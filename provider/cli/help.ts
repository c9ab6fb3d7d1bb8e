import { commonOptions } from "./arguments";
import type { Command, Options } from "./command";

const program = "pulumi-kubeadm";

/** Text of `pulumi-kubeadm --help`. */
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

/** Text of `pulumi-kubeadm COMMAND --help`. */
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

function table(rows: readonly (readonly [string, string])[]): string[] {
	const width = Math.max(...rows.map(([left]) => left.length));
	return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
