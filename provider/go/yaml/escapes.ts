import { EVENT_SCALAR, type Event, SCALAR_STYLE_DOUBLE_QUOTED, YAMLException } from "js-yaml";

/**
 * Within double quotes, Go's YAML has no `\/`, and no halves of a pair in UTF-16, which JSON writes for letters such as 😀.
 *
 * Source: yaml_parser_scan_flow_scalar in go.yaml.in/yaml/v2, scannerc.go.
 * @throws YAMLException for the first such escape
 */
export function refuseEscapes(text: string, events: readonly Event[]): void {
	for (const event of events) {
		if (event.type !== EVENT_SCALAR || event.style !== SCALAR_STYLE_DOUBLE_QUOTED) continue;
		for (const [all, short, long] of text
			.slice(event.valueStart, event.valueEnd)
			.matchAll(/\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8})|.)/gs)) {
			const code = Number.parseInt(short ?? long ?? "0", 16);
			if (all === "\\/" || (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff)
				throw new YAMLException(`expected no escape ${all}`);
		}
	}
}
