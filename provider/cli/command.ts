import { ExpectationError } from "../config/expected";
/** An option of a command. */
export interface Option {
	type: "string" | "boolean";
	/** Placeholder of the value in the help: `FILE`. */
	value?: string;
	description: string;
	required?: true;
	/** May be given several times. */
	multiple?: true;
}

export type Options = Readonly<Record<string, Option>>;

/** The values given for a command's options. */
export type ValuesOf<O extends Options> = {
	[K in keyof O]: O[K] extends { type: "boolean" }
		? boolean | undefined
		: O[K] extends { multiple: true }
			? string[]
			: O[K] extends { required: true }
				? string
				: string | undefined;
};

/** Result of a command. */
export interface Outcome {
	exitCode: number;
	/** Standard output for people; empty for none. */
	text: string;
	/** Standard output with `--output json`. */
	json: unknown;
	/** Warnings for people, printed to standard error. */
	warnings?: readonly string[];
}

/** A command of the command line. */
export interface Command {
	summary: string;
	/** Description in a few lines. */
	description: string;
	options: Options;
	/** Command lines without the program's name. */
	examples: readonly string[];
	/** Exit code of a failure. */
	failure: 1 | 2;
	run(values: Record<string, unknown>): Promise<Outcome>;
}

/** A command whose `run` knows the types of its options. */
export function command<const O extends Options>(
	definition: Omit<Command, "options" | "run"> & { options: O; run(values: ValuesOf<O>): Promise<Outcome> },
): Command {
	return definition as unknown as Command;
}

/** Failure of a command. The message is for the person who typed the command. */
export class CommandError extends ExpectationError {
	override name = "CommandError";
}

/** Error of the command line itself. Exit code 2. */
export class UsageError extends CommandError {
	override name = "UsageError";
}

/** Failure to read a file or folder that the command line or the configuration names. Exit code 2. */
export class UnreadableError extends CommandError {
	override name = "UnreadableError";
}
