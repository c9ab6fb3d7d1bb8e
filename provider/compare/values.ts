import type { DifferenceInFile } from "./file";
import { isMapping } from "./yaml";

/** Differences between two values, by path. Lists are compared by the names of their elements, not by position. */
export function valueDifferences(expected: unknown, found: unknown, at = ""): DifferenceInFile[] {
	if (expected === undefined || found === undefined) {
		return expected === found ? [] : [{ at, expected, found }];
	}
	if (Array.isArray(expected) && Array.isArray(found)) return listDifferences(expected, found, at);
	if (isMapping(expected) && isMapping(found)) {
		const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort();
		return names.flatMap((name) =>
			valueDifferences(ownField(expected, name), ownField(found, name), at ? `${at}.${name}` : name),
		);
	}
	return expected === found ? [] : [{ at, expected, found }];
}

function listDifferences(expected: readonly unknown[], found: readonly unknown[], at: string): DifferenceInFile[] {
	const [wanted, present] = [keyed(expected), keyed(found)];
	const keys = [...new Set([...wanted.keys(), ...present.keys()])];
	const differences = keys.flatMap((key) => {
		const [left, right] = [wanted.get(key), present.get(key)];
		return valueDifferences(left?.value, right?.value, `${at}[${key}]`);
	});
	if (differences.length > 0 || keys.every((key, index) => [...present.keys()][index] === key)) return differences;
	return [{ at: `${at} (order)`, expected: [...wanted.keys()], found: [...present.keys()] }];
}

/** Returns a list's elements by key: a flag's name, an object's `mountPath`, `name` or `key`, else the text itself. */
function keyed(list: readonly unknown[]): Map<string, { value: unknown }> {
	const elements = new Map<string, { value: unknown }>();
	for (const [index, item] of list.entries()) {
		const { key, value } = naming(item, index);
		// Elements with a repeated key get a number.
		let unique = key;
		for (let count = 2; elements.has(unique); count++) unique = `${key} #${count}`;
		elements.set(unique, { value });
	}
	return elements;
}

function naming(item: unknown, index: number): { key: string; value: unknown } {
	if (typeof item === "string") {
		const flag = /^(--[^=]+)=(.*)$/s.exec(item);
		return flag ? { key: flag[1]!, value: flag[2] } : { key: item, value: item };
	}
	if (!isMapping(item)) return { key: String(index), value: item };
	// Two mounts may show one volume.
	const name = ["mountPath", "name", "key"]
		.map((field) => item[field])
		.find((fieldValue) => typeof fieldValue === "string");
	return { key: (name as string | undefined) ?? String(index), value: item };
}

/** Returns a field of the mapping itself, as a file may have a key such as `constructor`, which every object inherits. */
function ownField(value: Record<string, unknown>, name: string): unknown {
	return Object.hasOwn(value, name) ? value[name] : undefined;
}
