import type { Configuration } from "./configuration";
import { cloneConfiguration, isStructure } from "./edit";

/**
 * The smallest configuration found that still differs: what can be left out is left out, from the largest parts to the
 * smallest, then texts are made shorter.
 *
 * @param limit how many configurations are tried at most
 */
export async function shrink(
	configuration: Configuration,
	differs: (smaller: Configuration) => Promise<boolean>,
	limit = 150,
): Promise<Configuration> {
	let best = configuration;
	let tries = 0;
	const attempt = async (smaller: Configuration) => {
		tries += 1;
		if (!(await differs(smaller))) return false;
		best = smaller;
		return true;
	};
	if (best.text !== undefined) return shrinkText(best, attempt, () => tries < limit);
	for (const plain of [{ style: "block" as const }, { environment: undefined }, { resolved: false }])
		await attempt({ ...best, ...plain });
	for (let again = true; again; ) {
		again = false;
		for (const path of pathsOf(best.documents)) {
			if (tries >= limit) return best;
			const smaller = without(best, path);
			if (smaller && (await attempt(smaller))) again = true;
		}
	}
	return best;
}

async function shrinkText(
	configuration: Configuration,
	attempt: (smaller: Configuration) => Promise<boolean>,
	more: () => boolean,
): Promise<Configuration> {
	let lines = (configuration.text ?? "").split("\n");
	for (let size = Math.ceil(lines.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
		for (let at = 0; at < lines.length && more(); ) {
			const fewer = [...lines.slice(0, at), ...lines.slice(at + size)];
			if (fewer.length < lines.length && (await attempt({ ...configuration, text: fewer.join("\n") }))) lines = fewer;
			else at += size;
		}
		if (size === 1) break;
	}
	return { ...configuration, text: lines.join("\n") };
}

/** Paths of all parts, those that hold more first. */
function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
	if (!isStructure(value)) return [];
	const here = Object.keys(value)
		.reverse()
		.map((key) => [...path, key]);
	const deeper = Object.keys(value).flatMap((key) => pathsOf(value[key], [...path, key]));
	return [...here, ...deeper].sort((a, b) => a.length - b.length);
}

function without(configuration: Configuration, path: readonly string[]): Configuration | undefined {
	const copy = cloneConfiguration(configuration);
	const holder = path
		.slice(0, -1)
		.reduce<unknown>((at, key) => (isStructure(at) ? at[key] : undefined), copy.documents);
	const key = path.at(-1)!;
	if (!isStructure(holder) || !Object.hasOwn(holder, key)) return undefined;
	if (Array.isArray(holder)) holder.splice(Number(key), 1);
	else delete holder[key];
	return copy;
}
