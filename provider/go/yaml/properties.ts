import { EVENT_DOCUMENT, EVENT_POP, type Event, YAMLException } from "js-yaml";

/**
 * In Go's YAML, anchors and aliases have names of letters, digits, `_` and `-`, and a space or the line's end is behind a
 * tag, of which commas and brackets are a part.
 *
 * Source: yaml_parser_scan_anchor and yaml_parser_scan_tag in go.yaml.in/yaml/v2, scannerc.go.
 * @throws YAMLException for the first other one
 */
export function refuseProperties(text: string, events: readonly Event[]): void {
	for (const event of events) {
		if (event.type === EVENT_DOCUMENT || event.type === EVENT_POP) continue;
		if (event.anchorStart >= 0 && !/^[\w-]+$/.test(text.slice(event.anchorStart, event.anchorEnd)))
			throw new YAMLException("expected a name of letters, digits, _ and - for an anchor");
		if ("tagStart" in event && event.tagStart >= 0 && /^[^\s,[\]]/.test(text.slice(event.tagEnd)))
			throw new YAMLException("expected a space behind a tag");
	}
}
