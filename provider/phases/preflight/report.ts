import type { Host } from "../../hosts/host";
import { status } from "../../hosts/status";
import type { Check, PreflightFinding } from "./check";
import { isIgnored, type PreflightSubject } from "./subject";

/** Findings of checks, and the heading of the error that lists them. */
export interface PreflightReport {
	/** Each finding with its check. */
	findings: { check: Omit<Check, "script" | "judge">; finding: PreflightFinding }[];
	/** Heading of the error: the consequence of the findings. */
	heading: string;
}

/** First node of this process that each warning was shown for, by the warning's check and text. */
const shownFor = new Map<string, string>();

/**
 * Shows warnings and ignored errors as status lines. A warning that another node has too is shown in full once; the
 * other nodes name its check. @throws Error that lists all other findings, each with its layer and next command
 */
export function report(
	host: Host,
	{ nodeName, ignored }: PreflightSubject,
	{ findings, heading }: PreflightReport,
): void {
	const errors: string[] = [];
	for (const { check, finding } of findings) {
		const { name = check.name, what, warning = check.severity === "warning", next = check.next } = finding;
		const then = check.afterwards ? `; then: ${check.afterwards}` : "";
		const text = `[${name}] ${check.layer}: ${what}\n  next: ${host.typed(next)}${then}`;
		if (!warning && !isIgnored(name, ignored)) errors.push(text);
		else warn(nodeName, { name, what, text });
	}
	if (errors.length > 0) throw new Error(`${nodeName} (${host.name}): ${heading}\n${errors.join("\n")}`);
}

function warn(nodeName: string, { name, what, text }: { name: string; what: string; text: string }): void {
	const key = `${name} ${what}`;
	const first = shownFor.get(key) ?? nodeName;
	shownFor.set(key, first);
	status(`${nodeName}: warning: ${first === nodeName ? text : `[${name}], as on ${first}`}`);
}
