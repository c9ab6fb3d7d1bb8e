import * as pulumi from "@pulumi/pulumi";

/**
 * Makes an error of a component that the engine prints as its message alone, beside the component's name. The stack is
 * empty, because Node.js 22 does not finish formatting some of Pulumi's own frames.
 */
export function plainResourceError(message: string, resource: pulumi.Resource): pulumi.ResourceError {
	return Object.assign(new pulumi.ResourceError(message, resource, true), { stack: "" });
}
