import { key, type Sent } from "./mocks";

/**
 * All that a resource waits for, directly or not, as `TYPE NAME`: what it depends on, its parents, and what these wait for. Pulumi
 * makes all of it before the resource, and removes it after the resource.
 */
export function madeBefore(all: readonly Sent[], resource: Sent): Set<string> {
	const byKey = new Map(all.map((each) => [key(each), each]));
	const found = new Set<string>();
	const add = ({ dependsOn, parent }: Sent) => {
		for (const name of parent ? [...dependsOn, parent] : dependsOn) {
			const before = byKey.get(name);
			if (!before || found.has(name)) continue;
			found.add(name);
			add(before);
		}
	};
	add(resource);
	return found;
}

/** The resources that reach for machines: with a connection anywhere in their inputs. */
export function reaching(all: readonly Sent[]): Sent[] {
	return all.filter(({ inputs }) => addressesIn(inputs).length > 0);
}

/**
 * The resources that reach for a machine without waiting for it, as `TYPE NAME: ADDRESS`.
 * @param machines the resources that make the machines, as `TYPE NAME`, by the machines' addresses
 */
export function reachingTooEarly(all: readonly Sent[], machines: Record<string, string>): string[] {
	return reaching(all).flatMap((resource) => {
		const before = madeBefore(all, resource);
		const early = addressesIn(resource.inputs).filter((address) => !before.has(machines[address] ?? ""));
		return early.map((address) => `${key(resource)}: ${address}`);
	});
}

/** The addresses of machines in connections, and of the bastions in these. */
function addressesIn(value: unknown): string[] {
	if (typeof value !== "object" || value === null) return [];
	return Object.entries(value).flatMap(([name, field]) => {
		const isConnection = (name === "connection" || name === "proxy") && typeof field?.host === "string";
		return isConnection ? [field.host, ...addressesIn(field)] : addressesIn(field);
	});
}
