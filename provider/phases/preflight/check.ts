import type { Introduction } from "../../facts/versions";
import type { PreflightAction, PreflightSubject } from "./subject";

/** What was seen of a host: nothing of it was changed. */
export interface Seen {
	/** What the checks' scripts printed: the values of each key. */
	said: Record<string, string[] | undefined>;
	runtime: RuntimeSeen;
	/** What the members of an external etcd said; none where they were not asked. */
	etcd: EtcdSeen[];
}

/** How the container runtime answered. */
export interface RuntimeSeen {
	/** Why it did not answer, or is not ready. */
	problem?: string;
	/** Whether it answered. */
	answers: boolean;
	/** Whether it can tell the kubelet its cgroup driver. */
	tellsConfiguration?: boolean;
}

/** How a member of an external etcd answered when it was asked for its version. */
export interface EtcdSeen {
	endpoint: string;
	version?: string;
	problem?: string;
}

/** Something that is not as it must be. */
export interface Finding {
	/** Expected and got. */
	what: string;
	/** @default the check's name */
	name?: string;
	/** Said, but not refused. @default that of the check */
	warning?: boolean;
	/** @default that of the check */
	next?: string;
}

/** One look at a host before anything is changed on it. */
export interface Check {
	/** As kubeadm's `Name()` gives it; `XXXX` stands for what differs. */
	name: string;
	/** What it looks for, as the start of a sentence. */
	expects: string;
	on: readonly PreflightAction[];
	/** What a release's kubeadm must have for it to make the check. @default none: all known releases make it */
	since?: Introduction;
	/** Whether kubeadm has none like it. */
	ours?: true;
	layer: string;
	severity: "error" | "warning" | "error or warning";
	/** Prints lines `key=value`, and changes nothing. Run by `sh` as root. */
	script?: (subject: PreflightSubject) => string;
	/** What is wrong. Where the severity is either, a finding is an error unless it says so. */
	judge: (seen: Seen, subject: PreflightSubject) => Finding[];
	/** A script to type on the host. */
	next: string;
	/** What to do then, or instead. */
	afterwards?: string;
}

export const everywhere: readonly PreflightAction[] = ["init", "control plane join", "worker join"];
export const controlPlanes: readonly PreflightAction[] = ["init", "control plane join"];

/** The first value of a key; empty where there is none. */
export function one({ said }: Pick<Seen, "said">, key: string): string {
	return said[key]?.[0] ?? "";
}

/** A finding where something is wrong, else none. */
export function found(what: string | false | undefined, more: Omit<Finding, "what"> = {}): Finding[] {
	return what ? [{ what, ...more }] : [];
}

/** `Port-6443`, `FileAvailable--etc-kubernetes-kubelet.conf`: what kubeadm calls a check of something. */
export function nameOf(check: string, subject: string | number): string {
	return `${check}-${String(subject).replaceAll("/", "-")}`;
}

/** Whether the host is a node already: its kubelet has a configuration and runs. One without starts again and again. */
export function isNode(seen: Seen): boolean {
	return one(seen, "configured") === "active";
}
