import { hasSince } from "../../facts/versions";
import { leaveRuntime } from "../../hosts/container-runtime/runtime";
import type { Host } from "../../hosts/host";
import { checks } from "./checks";
import { observeHost } from "./observe-host";
import { pullImages } from "./pull";
import { report } from "./report";
import type { PreflightSubject } from "./subject";

/** Names of hosts that passed in this process. One process serves one update. */
const passed = new Set<string>();

/**
 * Checks whether a host can be a node, before anything is changed there; then pulls the control plane's images. Shows
 * warnings as status lines. Does nothing where `subject.skipped` is true.
 * @throws Error that lists all failed checks, each with the next command to type; where all checks pass, Error that lists
 * all images that cannot be pulled
 * @throws HostError where the host is not reached
 */
export async function preflight(host: Host, subject: PreflightSubject): Promise<void> {
	if (subject.skipped) return;
	const made = checks.filter(
		({ on, since }) => on.includes(subject.action) && (!since || hasSince(subject.kubernetesVersion, since)),
	);
	try {
		const observed = await observeHost(host, subject, made);
		const findings = made.flatMap((check) => check.judge(observed, subject).map((finding) => ({ check, finding })));
		report(host, subject, { findings, heading: "preflight failed, and the kubelet was not started" });
		await pullImages(host, subject);
		passed.add(host.name);
	} finally {
		await leaveRuntime(host, subject.criSocket);
	}
}

/**
 * Checks whether the host name of a changed `controlPlaneEndpoint` resolves on a host that is a node already.
 * @throws Error with the next command where the name does not resolve
 * @throws HostError where the host is not reached
 */
export async function checkEndpoint(host: Host, subject: PreflightSubject): Promise<void> {
	const made = checks.filter(({ name }) => name === "ControlPlaneEndpoint");
	try {
		const observed = await observeHost(host, { ...subject, action: "control plane join" }, made);
		const findings = made.flatMap((check) => check.judge(observed, subject).map((finding) => ({ check, finding })));
		report(host, subject, { findings, heading: "controlPlaneEndpoint was not changed" });
	} finally {
		await leaveRuntime(host, subject.criSocket);
	}
}

/** Checks a host as `preflight` does, unless the host has passed already in this process, which serves one update. Throws the errors of `preflight`. */
export async function preflightUnlessPassed(host: Host, subject: PreflightSubject): Promise<void> {
	if (!passed.has(host.name)) await preflight(host, subject);
}
