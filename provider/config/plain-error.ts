/**
 * Error of a program. The engine prints its message without a stack trace.
 *
 * Pulumi formats the stack even of an error whose stack it hides, and Node.js 22 never ends doing so for some of Pulumi's
 * own frames: the stack is empty.
 */
export class PlainError extends Error {
	/** Pulumi's mark of a `RunError`. Source: https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/errors.ts. */
	readonly __pulumiRunError = true;

	constructor(message: string, options?: ErrorOptions) {
		super(message, options);
		this.stack = "";
	}
}
