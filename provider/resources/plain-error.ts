import * as pulumi from "@pulumi/pulumi";

/** An error of a program that the engine prints as its message alone. */
export function plainError(message: string): pulumi.RunError {
	return withoutStack(new pulumi.RunError(message));
}

/** An error of a component that the engine prints as its message alone, beside the component's name. */
export function plainResourceError(message: string, resource: pulumi.Resource): pulumi.ResourceError {
	return withoutStack(new pulumi.ResourceError(message, resource, true));
}

/** Pulumi formats the stack even of an error whose stack it hides, and Node.js 22 never ends doing so for some of Pulumi's own frames. */
function withoutStack<Thrown extends Error>(error: Thrown): Thrown {
	return Object.assign(error, { stack: "" });
}
