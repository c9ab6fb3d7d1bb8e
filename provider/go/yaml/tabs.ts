import {
	COLLECTION_STYLE_FLOW,
	EVENT_ALIAS,
	EVENT_DOCUMENT,
	EVENT_POP,
	EVENT_SCALAR,
	type Event,
	SCALAR_STYLE_DOUBLE_QUOTED,
	SCALAR_STYLE_PLAIN,
	SCALAR_STYLE_SINGLE_QUOTED,
	YAMLException,
} from "js-yaml";

/** A part of a text where a line may begin with a tab, from some column on. */
interface Stretch {
	start: number;
	end: number;
	column: number;
}

/**
 * Go's YAML takes no tab where a line begins, be it empty otherwise, nor behind a list's dash: save within quotes and
 * brackets, and behind plain text, there beyond the indentation.
 *
 * Source: yaml_parser_scan_to_next_token, _scan_plain_scalar and _scan_block_scalar_breaks in go.yaml.in/yaml/v2, scannerc.go.
 * @throws YAMLException for the first such tab
 */
export function refuseTabs(text: string, events: readonly Event[]): void {
	const tabs = [...text.matchAll(/^ *(?:[-?:] *(?=\t))*(?=\t)/gm)];
	if (tabs.length === 0) return;
	const stretches = stretchesOf(text, events);
	for (const { index, 0: before } of tabs) {
		const at = index + before.length;
		const { column } = stretches.findLast(({ start, end }) => start <= at && at < end) ?? { column: Infinity };
		if (before.length >= column) continue;
		throw new YAMLException(`expected spaces, got a tab in line ${text.slice(0, at).split("\n").length}`);
	}
}

function stretchesOf(text: string, events: readonly Event[]): Stretch[] {
	const stretches: Stretch[] = [];
	const open = [{ indent: -1, isFlow: false }];
	let flow: Stretch | undefined;
	// Behind what was read last.
	let last = 0;
	for (const event of events) {
		const { isFlow } = open.at(-1)!;
		if (event.type === EVENT_DOCUMENT) open.push({ indent: -1, isFlow: false });
		else if (event.type === EVENT_POP) {
			open.pop();
			if (!isFlow) continue;
			last += /^(?:[\s,:?]|#.*)*[\]}]?/.exec(text.slice(last))![0].length;
			if (!open.at(-1)!.isFlow) flow!.end = last;
		} else if (event.type === EVENT_SCALAR) {
			const { valueStart: start, valueEnd, style } = event;
			if (start < 0) continue;
			last = valueEnd + Number(style === SCALAR_STYLE_SINGLE_QUOTED || style === SCALAR_STYLE_DOUBLE_QUOTED);
			const isPlain = style === SCALAR_STYLE_PLAIN;
			if (isFlow && !isPlain) continue;
			const end = isPlain ? valueEnd + /^\s*/.exec(text.slice(valueEnd))![0].length : last;
			const outer = open.findLast((each) => !each.isFlow)!.indent;
			stretches.push({ start, end, column: isPlain ? outer + 1 : Math.max(0, event.indent) });
		} else if (event.type !== EVENT_ALIAS) {
			const startsFlow = event.style === COLLECTION_STYLE_FLOW;
			if (startsFlow) last = event.start + 1;
			if (startsFlow && !isFlow) {
				flow = { start: event.start, end: text.length, column: 0 };
				stretches.push(flow);
			}
			open.push({ indent: event.start - text.lastIndexOf("\n", event.start - 1) - 1, isFlow: startsFlow });
		}
	}
	return stretches;
}
