import * as pulumi from "@pulumi/pulumi";

/**
 * An error of a component that the engine prints as its message alone, beside the component's name. The stack is empty for
 * the reason that `PlainError` gives.
 */
export function plainResourceError(message: string, resource: pulumi.Resource): pulumi.ResourceError {
	return Object.assign(new pulumi.ResourceError(message, resource, true), { stack: "" });
}
