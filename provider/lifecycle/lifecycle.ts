/** How a resource differs from what its state says. */
export interface Difference {
	/**
	 * `true`: needs an update although its inputs are equal (a certificate that expires, a file that drifted);
	 * `false`: equal, whatever was reformatted; absent: the engine compares the inputs, and shows where they differ.
	 */
	changes?: boolean;
	/** Inputs whose change makes a new resource. */
	replaces?: string[];
}

/** A problem with one input, shown as `resource X has a problem: REASON`. */
export interface CheckFailure {
	property: string;
	reason: string;
}

/**
 * What happens to one kind of resource. Plain functions over plain values: nothing here knows an engine.
 *
 * A state holds the inputs and the outputs side by side; `shapes` names both.
 */
export interface Lifecycle<Args extends object, Inputs extends object, Outputs extends object> {
	/**
	 * From what a program says to what is kept and compared: validates, renders, and takes secrets out that the state
	 * must not hold. Values that are not known yet are `UNKNOWN`. No host is asked. Pure, except that private keys go into memory (pki/key-memory.ts).
	 * @throws SpecError, with all problems at once
	 */
	check(args: Args, old: Inputs | undefined): Inputs;
	/** @default the inputs are compared by value */
	diff?(state: Inputs & Outputs, inputs: Inputs): Difference;
	/** Makes the thing, or takes over the one that is there; may be repeated after any failure. */
	create(inputs: Inputs): Promise<{ id: string; outputs: Outputs }>;
	/** The state as it is on the host or in the API now; `undefined`: it is gone. An unreachable host is an error. @throws Unread */
	read?(id: string, state: Inputs & Outputs): Promise<(Inputs & Outputs) | undefined>;
	/** Also called to finish what a failed create began (then `state` may lack outputs), and after what was `Unread`. */
	update(id: string, state: Inputs & Partial<Outputs> & { unread?: string }, inputs: Inputs): Promise<Outputs>;
	/** Gone already is success. */
	delete(id: string, state: Inputs & Partial<Outputs>): Promise<void>;
}

/** A step that failed after something was made: what is there is kept in the state, and the next `up` goes on from it. */
export class PartialFailure extends Error {
	readonly id: string;
	readonly outputs: object;

	constructor(id: string, outputs: object, cause: Error) {
		super(cause.message, { cause });
		this.name = "PartialFailure";
		this.id = id;
		this.outputs = outputs;
	}
}
