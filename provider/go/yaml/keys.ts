import {
	COLLECTION_STYLE_FLOW,
	EVENT_DOCUMENT,
	EVENT_MAPPING,
	EVENT_POP,
	EVENT_SCALAR,
	EVENT_SEQUENCE,
	type Event,
	SCALAR_STYLE_PLAIN,
	YAMLException,
} from "js-yaml";

/**
 * Within brackets and braces, Go's YAML needs a space behind the colon of a key without quotes, and the colon in the line
 * where the key begins.
 *
 * Source: yaml_parser_scan_plain_scalar and yaml_simple_key_is_valid in go.yaml.in/yaml/v2, scannerc.go.
 * @throws YAMLException for the first other key
 */
export function refuseKeys(text: string, events: readonly Event[]): void {
	const open: boolean[] = [];
	for (const event of events) {
		if (event.type === EVENT_POP) open.pop();
		else if (event.type === EVENT_DOCUMENT) open.push(false);
		else if (event.type === EVENT_MAPPING || event.type === EVENT_SEQUENCE)
			open.push(event.style === COLLECTION_STYLE_FLOW);
		else if (event.type === EVENT_SCALAR && open.at(-1) && event.valueStart >= 0) {
			const { valueStart, valueEnd, style } = event;
			const behind = /^["']?\s*:/.exec(text.slice(valueEnd))?.[0];
			if (!behind) continue;
			const end = valueEnd + behind.length;
			// What stands there may be a secret.
			const place = `in line ${text.slice(0, valueStart).split("\n").length}`;
			if (style === SCALAR_STYLE_PLAIN && /^\S/.test(text.slice(end)))
				throw new YAMLException(`expected a space behind the colon of a key ${place}`);
			if (text.slice(valueStart, end).includes("\n") && !/\?\s+["']?$/.test(text.slice(0, valueStart)))
				throw new YAMLException(`expected the colon of a key in its line, ${place}`);
		}
	}
}
