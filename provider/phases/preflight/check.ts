import { type Sentence, sentence } from "../../config/expected";
import type { Introduction } from "../../facts/versions";
import type { PreflightAction, PreflightSubject } from "./subject";

/** What the checks learned about a host without changing anything on it. */
export interface HostObservation {
	/** Values that the checks' scripts printed, by key. */
	printed: Record<string, string[] | undefined>;
	runtime: RuntimeObservation;
	/** Answers of an external etcd's members; empty where they were not asked. */
	etcd: EtcdObservation[];
}

/** What the container runtime answered. */
export interface RuntimeObservation {
	/** Why the runtime did not answer, or is not ready. */
	problem?: string;
	/** Whether the runtime answered at all. */
	answers: boolean;
	/** Whether the runtime implements RuntimeConfig, by which the kubelet learns its cgroup driver. */
	tellsConfiguration?: boolean;
}

/** A member's answer to a request for its version. */
export interface EtcdObservation {
	endpoint: string;
	version?: string;
	problem?: string;
}

/** A requirement that a host does not meet. */
export interface PreflightFinding {
	/** What was expected and what was found, as a sentence. */
	what: string;
	/** @default the check's name */
	name?: string;
	/** Whether the finding is only a warning. @default by the severity of the check */
	warning?: boolean;
	/** Command to type on the host. @default that of the check */
	next?: string;
}

/** One requirement on a host, checked before anything is changed there. */
export interface Check {
	/** Name as in kubeadm's `Name()`; `XXXX` stands for the varying part. */
	name: string;
	/** What the host must have: completes the sentence "Expects …". */
	expects: string;
	on: readonly PreflightAction[];
	/** The behaviour of a release with which kubeadm makes this check. @default none: every known release makes it */
	since?: Introduction;
	/** Whether kubeadm has no such check. */
	ours?: true;
	layer: string;
	severity: "error" | "warning" | "error or warning";
	/** Shell text that prints lines `key=value` and changes nothing. Run by `sh` as root. */
	script?: (subject: PreflightSubject) => string;
	/** Compares the observation with the requirement. With severity "error or warning", a finding is an error unless `warning` is set. */
	judge: (observed: HostObservation, subject: PreflightSubject) => PreflightFinding[];
	/** Command to type on the host. */
	next: string;
	/** What to do after that command, or instead of it. */
	afterwards?: string;
}

export const everywhere: readonly PreflightAction[] = ["init", "control plane join", "worker join"];
export const controlPlanes: readonly PreflightAction[] = ["init", "control plane join"];

/** The first value that was printed for a key; empty where there is none. */
export function firstPrinted({ printed }: Pick<HostObservation, "printed">, key: string): string {
	return printed[key]?.[0] ?? "";
}

/** One finding where there is a text for it, else none. */
export function findingIf(
	what: string | Sentence | false | undefined,
	more: Omit<PreflightFinding, "what"> = {},
): PreflightFinding[] {
	return what ? [{ what: sentence(what), ...more }] : [];
}

/** Name of a check of one subject, as kubeadm forms it: `Port-6443`, `FileAvailable--etc-kubernetes-kubelet.conf`. */
export function nameOf(check: string, subject: string | number): string {
	return `${check}-${String(subject).replaceAll("/", "-")}`;
}

/** Whether the host is a node already: its kubelet has a configuration and runs. A kubelet without one is restarted for ever. */
export function isNode(observed: HostObservation): boolean {
	return firstPrinted(observed, "configured") === "active";
}
