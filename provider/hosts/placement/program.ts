import { randomUUID } from "node:crypto";

/** A Pulumi program's stack, as the records on hosts name it. */
export interface Program {
	/** Random id, kept in the state of every resource of the stack. */
	id: string;
	/** Name for people: `project/stack`. */
	name: string;
}

/** Ids of this process's program. One process serves one stack, and a stack has several ids only after a race. */
const knownIds = new Set<string>();

/** Whether a state of this process's program is known. */
let isLearned = false;

/** Whether this process gave its program the id. */
let isGiven = false;

/** Name of this process's program; empty where the engine has checked no resource, as in a destroy. */
let currentName = "";

/** Whether the program runs in this operation. */
let runs = false;

/** Sets the name of this process's program, `project/stack`. Only a program that runs sends its name. */
export function setProgramName(name: string): void {
	currentName = name;
	runs = true;
}

/**
 * Whether this operation deletes without a program that runs: `pulumi destroy`, which takes the whole cluster away unless
 * it has targets.
 */
export function isDestroy(): boolean {
	return !runs;
}

/** Learns the program's id from the state of one of its resources. */
export function learnProgram({ id, name }: Program): void {
	knownIds.add(id);
	isLearned = true;
	currentName ||= name;
}

/**
 * Gives a program that founds its cluster an id of its own, unless a state of the program is known, or the program got its
 * id in this process: a claim on a machine may have that one already. Without it, a program that met a file of another one
 * with the same name would go on under that one's id, and take its nodes for its own.
 */
export function foundProgram(): void {
	if (isLearned || isGiven) return;
	knownIds.clear();
	giveId();
}

/** This process's program. A program without any resource gets its random id here. */
export function thisProgram(): Program {
	if (knownIds.size === 0) giveId();
	const [id] = knownIds;
	return { id: id!, name: currentName };
}

function giveId(): void {
	isGiven = true;
	knownIds.add(randomUUID());
}

/** The ids and the name by which this process's program is known so far. Unlike `thisProgram`, gives it no id. */
export function knownProgram(): { ids: string[]; name: string } {
	return { ids: [...knownIds], name: currentName };
}

/**
 * Whether a record is of this process's program. A program none of whose states is known yet (an `up` was killed before
 * it saved its first resource) is known by its name alone, and takes the record's id for its own.
 */
export function isThisProgram(program: Program | undefined): boolean {
	if (program === undefined) return true;
	if (knownIds.size === 0 && program.name === currentName) knownIds.add(program.id);
	return knownIds.has(program.id);
}

/** Forgets the program, for tests that play several programs in one process. */
export function forgetProgram(): void {
	knownIds.clear();
	isLearned = false;
	isGiven = false;
	currentName = "";
	runs = false;
}

/** A program as messages name it. */
export function programText({ name, id }: Program): string {
	return `the Pulumi program ${name || "without a name"} (id ${id.slice(0, 8)})`;
}
