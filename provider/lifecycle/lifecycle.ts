/** Difference between a resource and its state. */
export interface Difference {
	/**
	 * `true`: the resource needs an update although its inputs are equal (a certificate expires, a file drifted).
	 * `false`: the resource is equal, even where inputs were reformatted.
	 * Absent: the engine compares the inputs, and shows where they differ.
	 */
	changes?: boolean;
	/** Names of the inputs whose change replaces the resource. */
	replaces?: string[];
}

/** A problem with one input, shown as `resource X has a problem: REASON`. */
export interface CheckFailure {
	property: string;
	reason: string;
}

/**
 * Operations on one kind of resource: plain functions over plain values, which know no engine.
 *
 * A state holds the inputs and the outputs side by side; `shapes` names both.
 */
export interface Lifecycle<Args extends object, Inputs extends object, Outputs extends object> {
	/**
	 * Makes the inputs, which are kept and compared, from a program's arguments: validates, renders, and removes secrets
	 * that the state must not hold. Values that are not known yet are `UNKNOWN`. No host is asked. Pure, except that
	 * private keys are remembered in memory (pki/key-memory.ts).
	 * @throws SpecError with all problems at once
	 */
	check(args: Args, old: Inputs | undefined): Inputs;
	/** Compares a state with new inputs. @default the inputs are compared by value */
	diff?(state: Inputs & Outputs, inputs: Inputs): Difference;
	/** Makes the resource, or takes over what exists. May be repeated after any failure. */
	create(inputs: Inputs): Promise<{ id: string; outputs: Outputs }>;
	/**
	 * Reads the state from the host or the API. `undefined` means that the resource is gone. An unreachable host is an
	 * error.
	 * @throws Unread where the host answers but its API does not
	 */
	read?(id: string, state: Inputs & Outputs): Promise<(Inputs & Outputs) | undefined>;
	/**
	 * Changes the resource. Also finishes what a failed create began (`state` may then lack outputs), and repairs after
	 * `Unread`.
	 */
	update(id: string, state: Inputs & Partial<Outputs> & { unread?: string }, inputs: Inputs): Promise<Outputs>;
	/** Deletes the resource. Success where the resource is gone already. */
	delete(id: string, state: Inputs & Partial<Outputs>): Promise<void>;
}

/** A step that failed after it made something. The state keeps what exists, and the next `up` goes on from it. */
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
