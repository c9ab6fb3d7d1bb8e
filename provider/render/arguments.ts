import type { Arg } from "../config/component";

/**
 * A command's flags: the defaults sorted by name, less those that the user gives, then the user's in the order given.
 *
 * Source: ArgumentsToCommand, cmd/kubeadm/app/util/arguments.go.
 */
export function toFlags(defaults: Readonly<Record<string, string>>, extraArgs: readonly Arg[]): string[] {
	const givenNames = new Set(extraArgs.map(({ name }) => name));
	const kept = Object.entries(defaults)
		.filter(([name]) => !givenNames.has(name))
		.sort(([a], [b]) => (a < b ? -1 : 1));
	return [...kept, ...extraArgs.map(({ name, value }) => [name, value])].map(([name, value]) => `--${name}=${value}`);
}

/** The value of the last flag of a name. */
export function lastArg(args: readonly Arg[], name: string): string | undefined {
	return args.findLast((arg) => arg.name === name)?.value;
}
