import { hasSince } from "../../facts/versions";
import { leaveRuntime } from "../../hosts/container-runtime/runtime";
import type { Host } from "../../hosts/host";
import { checks } from "./checks";
import { look } from "./look";
import { pullImages } from "./pull";
import { report } from "./report";
import type { PreflightSubject } from "./subject";

/** Hosts that passed since this process began, which is one update. */
const passed = new Set<string>();

/**
 * Looks whether a host can be a node, in one exchange and before anything is changed; then lets it pull what a control
 * plane needs.
 * @throws with all problems, each with the command that mends it; warnings are status lines
 */
export async function preflight(host: Host, subject: PreflightSubject): Promise<void> {
	if (subject.skipped) return;
	const made = checks.filter(
		({ on, since }) => on.includes(subject.action) && (!since || hasSince(subject.kubernetesVersion, since)),
	);
	try {
		const seen = await look(host, subject, made);
		const findings = made.flatMap((check) => check.judge(seen, subject).map((finding) => ({ check, finding })));
		report(host, subject, { findings, heading: "it cannot be a node yet, its kubelet was not started" });
		await pullImages(host, subject);
		passed.add(host.name);
	} finally {
		await leaveRuntime(host, subject.criSocket);
	}
}

/** The same, where another resource has not done so in this update: what was well in an earlier one need not be so now. */
export async function preflightUnlessPassed(host: Host, subject: PreflightSubject): Promise<void> {
	if (!passed.has(host.name)) await preflight(host, subject);
}
