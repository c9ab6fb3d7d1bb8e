import { inputProblem } from "../config/expected";
import { PlainError } from "../config/plain-error";
import type { Problem } from "../config/problems";
import { anyObject, decided, fields, required } from "./argument-checks";
import { argumentsOf } from "./arguments-of";
import { requireOwnPackage } from "./package-lookup";

/**
 * Refuses wrong arguments of a resource while the program runs: unknown fields, wrong types, and Outputs where the
 * program itself has to know the value. Returns nothing where all is right.
 *
 * @throws PlainError with all problems, without a stack trace; also where the package is not installed for the
 * program's folder
 */
export function checkArguments(kind: keyof typeof argumentsOf, name: unknown, args: unknown, options?: unknown): void {
	requireOwnPackage();
	refuse(kind, name, argumentProblems(kind, name, args, options));
}

/** Returns all problems with the name, the arguments and the options of a resource. Empty where all is right. */
export function argumentProblems(
	kind: keyof typeof argumentsOf,
	name: unknown,
	args: unknown,
	options?: unknown,
): Problem[] {
	return [
		...required(decided("string", "the resource's name, a string"))(name === "" ? undefined : name, ["name"]),
		...required(fields(argumentsOf[kind], "an object with the resource's arguments"))(args, []),
		...anyObject("an object with Pulumi's resource options")(options, ["options"]),
		...importProblems(options),
	];
}

/**
 * Throws if there are problems, and returns otherwise.
 * @throws PlainError with all problems, one line each; the engine prints the message without a stack trace
 */
export function refuse(kind: string, name: unknown, problems: readonly Problem[]): void {
	if (problems.length === 0) return;
	const lines = problems.map(({ path, message }) => (path ? `${path}: ${message}` : message));
	const subject = typeof name === "string" && name !== "" ? `${kind} ${JSON.stringify(name)}` : kind;
	throw new PlainError(
		lines.length === 1 ? `${subject}: ${lines[0]}` : `${subject}: ${lines.length} problems\n  ${lines.join("\n  ")}`,
	);
}

/** Refuses `import`. Pulumi imports no dynamic resource, and would fail with a stack trace of the engine. */
function importProblems(options: unknown): Problem[] {
	const importOption: unknown = typeof options === "object" && options !== null && Reflect.get(options, "import");
	if (!importOption) return [];
	const problem = inputProblem({
		path: "options.import",
		expected: "no import, as Pulumi cannot import dynamic resources",
		value: importOption,
		next: "leave it out: a resource takes over what is on the host already as it should be, and refuses to overwrite the rest",
	});
	return [problem];
}
