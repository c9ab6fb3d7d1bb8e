import { didYouMean, type Problem, show } from "./problems";

/** What was expected of an input, and what was got. */
export interface Expectation {
	/** What would have been accepted, and the reason where it is not plain: `an IP address`, `no proxy, as …`. */
	expected: string;
	/** What was got, in words: `another one`. @default the `value` */
	got?: string | number | bigint | undefined;
	/** Value that was got, which the sentence quotes. @default nothing */
	value?: unknown;
	/** What to do or type next. */
	next?: string | undefined;
}

/** An expectation with the place of the input as the person typed it: a field, an option or a file, behind its host's name. */
export type Sentence = Expectation & { at?: string };

/** The sentence about an input that cannot be used: `--address: expected an IP address, got "10"; add it`. */
export function expected({ at, expected, value, got = show(value), next }: Sentence): string {
	return `${at ? `${at}: ` : ""}expected ${expected}, got ${got}${next ? `; ${next}` : ""}`;
}

/** A sentence that may be one of `expected`, or of another form. */
export function sentence(words: string | Sentence): string {
	return typeof words === "string" ? words : expected(words);
}

/** A problem of an input at a path, in the words of `expected`. */
export function inputProblem({ path, ...expectation }: Expectation & { path: string }): Problem {
	return { path, message: expected(expectation) };
}

/** Message about a field that is not known. @param hint what to write instead; by default the nearest known name, else all of them */
export function unknownField(name: string, known: readonly string[], hint = didYouMean(name, known)): string {
	return `unknown field, ${hint ?? `known are ${known.join(", ")}`}`;
}

/** Error in the words of `expected`, or in other words where both sides of an expectation say too little. */
export class ExpectationError extends Error {
	constructor(words: string | Sentence, options?: ErrorOptions) {
		super(sentence(words), options);
	}
}
