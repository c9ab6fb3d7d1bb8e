import type { Documents } from "./convert";
import { fieldNotes } from "./field-notes";
import { destinationOf, destinations } from "./fields";
import type { Kind } from "./kinds";
import type { KubeadmConfig } from "./kubeadm-config";

/** Puts each field at the destination in its row. Fields without an effect become notes. */
export function placeFields(documents: Documents): KubeadmConfig {
	const config: Record<string, any> = { cluster: {}, init: {}, bootstrapTokens: [], patchesDirectories: {} };
	for (const [kind, document] of Object.entries(documents) as [Kind, Record<string, any>][]) {
		// An empty document also counts as given by the user.
		const whole = destinations[kind][""];
		if (whole) put(config, [whole], {});
		for (const [path, value] of leaves(kind, document, "")) {
			const destination = destinationOf(kind, path);
			if (destination) put(config, [destination.to, destination.rest], value);
		}
	}
	return { ...config, notes: fieldNotes(documents), documents } as KubeadmConfig;
}

/** Path in the configuration file of a path in `KubeadmConfig`: `InitConfiguration.localAPIEndpoint` for `init.localAPIEndpoint`. */
export function placeInFile(path: string): string {
	const places = Object.entries(destinations).flatMap(([kind, rows]) =>
		Object.entries(rows).flatMap(([source, to]) =>
			isUnder(path, to) ? [{ to, source: source ? `${kind}.${source}` : kind }] : [],
		),
	);
	const nearest = places.sort((a, b) => b.to.length - a.to.length)[0];
	return nearest ? nearest.source + path.slice(nearest.to.length) : path;
}

function isUnder(path: string, parent: string): boolean {
	return path.startsWith(parent) && /^($|[.[])/.test(path.slice(parent.length));
}

/** Returns a document's values by path. Objects with rows below them are split into their fields. */
function leaves(kind: Kind, value: Record<string, any>, path: string): [string, unknown][] {
	return Object.entries(value).flatMap(([name, item]): [string, unknown][] => {
		const here = path ? `${path}.${name}` : name;
		const hasRows = Object.keys(destinations[kind]).some((row) => row.startsWith(`${here}.`));
		return hasRows && typeof item === "object" ? leaves(kind, item, here) : [[here, item]];
	});
}

function put(config: Record<string, any>, paths: readonly string[], value: unknown): void {
	const names = paths.filter((path) => path !== "").flatMap((path) => path.split("."));
	const holder = names.slice(0, -1).reduce<Record<string, any>>((at, name) => (at[name] ??= {}), config);
	const last = names.at(-1)!;
	const isBoth = typeof holder[last] === "object" && typeof value === "object" && !Array.isArray(value);
	holder[last] = isBoth ? { ...holder[last], ...(value as object) } : value;
}
