import { inputProblem } from "../config/expected";
import { nodeSpecShape } from "../config/node-rules";
import { PlainError } from "../config/plain-error";
import { kindOf, type Problem } from "../config/problems";
import { structureProblems } from "../config/structure";
import type { FieldShape, Shape } from "../facts/types/shape";

/** The form of the options of `fromKubeadmConfig`. */
export const optionsShape = { patches: nodeSpecShape.patches, kubernetesVersion: "string?" } as const satisfies Shape;

/** Expectation of a function about one argument, and the given value. */
export interface Argument {
	name: string;
	/** `the path of a folder, a string`. */
	expected: string;
	shape: FieldShape;
	given: unknown;
	/** @default false */
	optional?: boolean;
}

/**
 * Refuses wrong arguments of a function that a program calls: wrong types, unknown fields, and Outputs, whose values are
 * not known while the program runs.
 *
 * @throws PlainError with all problems
 */
export function requireArguments(subject: string, all: readonly Argument[]): void {
	const problems = all.flatMap(problemsOf).map(({ path, message }) => `${path}: ${message}`);
	if (problems.length === 0) return;
	throw new PlainError(
		problems.length === 1
			? `${subject}: ${problems[0]}`
			: `${subject}: ${problems.length} problems\n  ${problems.join("\n  ")}`,
	);
}

function problemsOf({ name, expected, shape, given, optional = false }: Argument): Problem[] {
	if (given === undefined && optional) return [];
	const isText = typeof shape === "string";
	if (isText ? typeof given !== "string" : !isPlainData(given))
		return [inputProblem({ path: name, expected, got: kindOf(given) })];
	return isText ? [] : structureProblems({ [name]: shape }, { [name]: given });
}

/** Whether a value is an object of data alone: Outputs and functions are not. */
function isPlainData(argument: unknown): boolean {
	if (typeof argument !== "object" || argument === null || Array.isArray(argument)) return false;
	try {
		structuredClone(argument);
		return true;
	} catch {
		return false;
	}
}
