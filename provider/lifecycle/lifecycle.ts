/** Difference between a resource and its state. */
export interface Difference {
	/**
	 * `true`: the resource needs an update although its inputs are equal (a certificate expires, a file drifted).
	 * `false`: the resource is equal, even where inputs were reformatted.
	 * Absent: the engine compares the inputs, and shows where they differ.
	 */
	changes?: boolean;
	/** Why a resource with equal inputs needs an update, as a clause: "its certificate has expired". Shown in previews. */
	reason?: string;
	/** Names of the inputs whose change replaces the resource. Absent: the change is an update. */
	replaces?: string[];
}

/** A problem with one input, shown as `resource X has a problem: REASON`. */
export interface CheckFailure {
	/** Name of the input. Empty for a failure whose text names the path itself. */
	property: string;
	/** Text of the problem, without secrets. */
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
	/**
	 * Makes the resource, or takes over what exists. May be repeated after any failure.
	 * @throws PartialFailure where something was made before the failure; any other error means that the state keeps
	 * nothing
	 */
	create(inputs: Inputs): Promise<{ id: string; outputs: Outputs }>;
	/**
	 * Reads the state from the host or the API. Returns `undefined` where the resource is gone.
	 * @throws HostError where the host does not answer
	 * @throws Unread where the host answers but its API does not
	 */
	read?(id: string, state: Inputs & Outputs): Promise<(Inputs & Outputs) | undefined>;
	/**
	 * Changes the resource. Also finishes what a failed create began (`state` may then lack outputs), and repairs after
	 * a refresh that could not read: `unread` in the state then gives the reason.
	 * @throws PartialFailure with the outputs that exist
	 */
	update(id: string, state: Inputs & Partial<Outputs> & { unread?: string }, inputs: Inputs): Promise<Outputs>;
	/** Deletes the resource. Does nothing where the resource is gone already. */
	delete(id: string, state: Inputs & Partial<Outputs>): Promise<void>;
	/**
	 * Deletes what other machines have of the resource, where its own machine is gone for good.
	 * @default nothing is done
	 */
	deleteGone?(id: string, state: Inputs & Partial<Outputs>): Promise<void>;
}

/** `delete` of a resource that is in the state alone, and so has nothing to delete. No machine is reached for it. */
export async function nothingToDelete(): Promise<void> {}

/** A step that failed after it made something. The state keeps what exists, and the next `up` goes on from it. */
export class PartialFailure extends Error {
	readonly id: string;
	readonly outputs: object;

	/**
	 * @param id of the resource that the state keeps
	 * @param outputs that exist so far; may be empty
	 * @param cause the failure, whose message this error shows
	 */
	constructor(id: string, outputs: object, cause: Error) {
		super(cause.message, { cause });
		this.name = "PartialFailure";
		this.id = id;
		this.outputs = outputs;
	}
}
