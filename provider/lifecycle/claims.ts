import type { HostReference } from "./reach";

const claims = new Map<string, string>();

/**
 * Says that a resource has made, or taken over, something in an API. Where a resource is renamed, the new one is made
 * before the old one is removed, by the same process; what is on a host has its record there instead.
 */
export function claim(controlPlanes: readonly HostReference[], name: string, id: string): void {
	claims.set(key(controlPlanes, name), id);
}

/** Whether another resource has made it, or taken it over, meanwhile: then it is not this one's to remove. */
export function isAnothers(controlPlanes: readonly HostReference[], name: string, id: string): boolean {
	return (claims.get(key(controlPlanes, name)) ?? id) !== id;
}

function key(controlPlanes: readonly HostReference[], name: string): string {
	return `${controlPlanes.map(({ connection }) => connection.host).sort()} ${name}`;
}
