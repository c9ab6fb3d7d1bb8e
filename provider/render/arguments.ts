import type { Arg } from "../config/component";

/**
 * Returns a command's flags as `--name=value`: first the defaults, sorted by name, without those that `extraArgs`
 * replaces by name; then `extraArgs` in the given order.
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

/** Returns the value of the last flag with a name, `undefined` where no flag has the name. */
export function lastArg(args: readonly Arg[], name: string): string | undefined {
	return args.findLast((arg) => arg.name === name)?.value;
}
