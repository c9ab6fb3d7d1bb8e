import type { Host } from "../../hosts/host";
import { status } from "../../hosts/status";
import type { Check, Finding } from "./check";
import { isIgnored, type PreflightSubject } from "./subject";

/** What was found, by which check. */
export interface Findings {
	findings: { check: Omit<Check, "script" | "judge">; finding: Finding }[];
	/** What follows from errors. */
	heading: string;
}

/** Shows warnings, and what is ignored as warnings. @throws with all the others */
export function report(host: Host, { nodeName, ignored }: PreflightSubject, { findings, heading }: Findings): void {
	const errors: string[] = [];
	for (const { check, finding } of findings) {
		const { name = check.name, what, warning = check.severity === "warning", next = check.next } = finding;
		const then = check.afterwards ? `; then: ${check.afterwards}` : "";
		const text = `[${name}] ${check.layer}: ${what}\n  next: ${host.typed(next)}${then}`;
		if (warning || isIgnored(name, ignored)) status(`${nodeName}: warning: ${text}`);
		else errors.push(text);
	}
	if (errors.length > 0) throw new Error(`${nodeName} (${host.name}): ${heading}\n${errors.join("\n")}`);
}
