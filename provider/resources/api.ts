import * as pulumi from "@pulumi/pulumi";
import { type HostInput, type HostReference, hostReference } from "./host";

/** The way to a cluster's API. */
export interface ApiAccess {
	/** Control planes through whose SSH connection it is reached, in this order. */
	controlPlanes: HostInput[];
	/** What must be there before it answers. */
	dependsOn?: pulumi.Resource[];
}

/** What is sent to the engine for it. */
export function apiInputs({ controlPlanes }: ApiAccess): { controlPlanes: HostReference[] } {
	return { controlPlanes: controlPlanes.map(hostReference) };
}

/** Options of a resource that needs it. */
export function apiOptions(
	{ dependsOn = [] }: ApiAccess,
	options: pulumi.CustomResourceOptions = {},
): pulumi.CustomResourceOptions {
	return pulumi.mergeOptions(options, { dependsOn });
}
