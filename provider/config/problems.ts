import { PlainError } from "./plain-error";

/** A problem of a user's input. */
export interface Problem {
	/** Path as the person typed it: `networking.podSubnet`, `apiServer.extraArgs[0].name`. */
	path: string;
	/** Message without the path: `expected X, got Y`. */
	message: string;
}

/** Error for input that cannot be used. Lists all problems. */
export class SpecError extends PlainError {
	readonly problems: readonly Problem[];

	/** @param subject the thing that has the problems: `Cluster`, `Node "cp1"` */
	constructor(subject: string, problems: readonly Problem[]) {
		super(`${subject}: ${problems.map(({ path, message }) => `${path}: ${message}`).join("\n  ")}`);
		this.name = "SpecError";
		this.problems = problems;
	}
}

/**
 * Runs a step that works on one argument, and puts the argument's name before the paths of the problems that the step
 * throws.
 */
export function inArgument<T>(argument: string, step: () => T): T {
	try {
		return step();
	} catch (error) {
		if (!(error instanceof SpecError)) throw error;
		throw new SpecError(argument, under(argument, error.problems));
	}
}

/** Puts a path before the paths of problems. */
export function under(path: string, problems: readonly Problem[]): Problem[] {
	return problems.map((problem) => ({ ...problem, path: problem.path ? `${path}.${problem.path}` : path }));
}

/** Returns the name that was probably meant, or undefined if none is near enough. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
	const ranked = names
		.map((candidate) => ({ candidate, steps: distance(name.toLowerCase(), candidate.toLowerCase()) }))
		.sort((a, b) => a.steps - b.steps);
	const best = ranked[0];
	return best && best.steps <= Math.max(2, Math.floor(name.length / 3)) ? best.candidate : undefined;
}

/** Hint for an unknown name: the nearest known one. */
export function didYouMean(name: string, names: readonly string[]): string | undefined {
	const meant = nearestName(name, names);
	return meant && `did you mean "${meant}"?`;
}

/** Formats a value for an error: short, in one line, without bootstrap tokens and without passwords in addresses. */
export function show(value: unknown): string {
	if (value === undefined) return "nothing";
	const text = (JSON.stringify(value) ?? String(value))
		.replace(/\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g, "[secret]")
		.replace(/(\/\/[^/:@"]*):[^"]*@/g, "$1:[secret]@");
	return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Names the type of a value, for an error that must not show the value: `a string`, `a list`, `nothing`. */
export function kindOf(value: unknown): string {
	if (value === undefined) return "nothing";
	if (value === null) return "null";
	if (Array.isArray(value)) return "a list";
	return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Formats a path: `apiServer.extraArgs[0].name`. */
export function joinPath(path: readonly PropertyKey[]): string {
	return path.reduce<string>(
		(text, part) => (typeof part === "number" ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part)),
		"",
	);
}

/** Levenshtein distance of two words. */
function distance(from: string, to: string): number {
	let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
	for (const [row, letter] of [...from].entries()) {
		const current = [row + 1];
		for (const [column, other] of [...to].entries()) {
			const replaced = (previous[column] ?? 0) + (letter === other ? 0 : 1);
			current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
		}
		previous = current;
	}
	return previous[to.length] ?? 0;
}
