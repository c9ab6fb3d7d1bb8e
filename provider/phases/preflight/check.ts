import { type Sentence, sentence } from "../../config/expected";
import type { Introduction } from "../../facts/versions";
import type { PreflightAction, PreflightSubject } from "./subject";

/** Observation of a host, by which all checks are judged. Observing changes nothing on the host. */
export interface HostObservation {
	/** Values that the checks' scripts printed, by key. */
	printed: Record<string, string[] | undefined>;
	/** Answer of the container runtime. */
	runtime: RuntimeObservation;
	/** Answers of an external etcd's members; empty where they were not asked. */
	etcd: EtcdObservation[];
}

/** What the container runtime answered. */
export interface RuntimeObservation {
	/** Why the runtime did not answer, or is not ready; absent where it is ready. */
	problem?: string;
	/** Whether the runtime answered at all. */
	answers: boolean;
	/** Whether the runtime implements RuntimeConfig, by which the kubelet learns its cgroup driver; absent where the runtime did not answer. */
	tellsConfiguration?: boolean;
}

/** A member's answer to a request for its version. */
export interface EtcdObservation {
	/** URL of the member. */
	endpoint: string;
	/** Version of etcd, for example `3.6.4`; absent where the member did not answer. */
	version?: string;
	/** Why there is no version; absent where the member answered. */
	problem?: string;
}

/** A requirement that a host does not meet. */
export interface PreflightFinding {
	/** What was expected and what was found, as a sentence. */
	what: string;
	/** Name by which the finding is shown and can be ignored. @default the check's name */
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
	/** kubeadm commands that make the check. */
	on: readonly PreflightAction[];
	/** The behaviour of a release with which kubeadm makes this check. @default none: every known release makes it */
	since?: Introduction;
	/** Present where kubeadm has no such check. */
	ours?: true;
	/** Layer that the finding names, for example `container runtime`. */
	layer: string;
	/** Severity of the findings. With `error or warning`, a finding is an error unless its `warning` is true. */
	severity: "error" | "warning" | "error or warning";
	/** Makes shell text that prints lines `key=value` and changes nothing; run by `sh` as root. @default none: the check needs no script */
	script?: (subject: PreflightSubject) => string;
	/** Compares the observation with the requirement. Returns the findings; empty where the host meets the requirement. */
	judge: (observed: HostObservation, subject: PreflightSubject) => PreflightFinding[];
	/** Command to type on the host. */
	next: string;
	/** What to do after that command, or instead of it. */
	afterwards?: string;
}

/** Actions of a check that every node needs, and a host with etcd alone. */
export const everywhere: readonly PreflightAction[] = ["init", "control plane join", "worker join", "etcd"];
/** Actions of a check that every host with etcd needs. */
export const etcdHosts: readonly PreflightAction[] = ["init", "control plane join", "etcd"];
/** Actions of a check that only control plane nodes need. */
export const controlPlanes: readonly PreflightAction[] = ["init", "control plane join"];

/** Returns the first value that the scripts printed for a key; empty where there is none. */
export function firstPrinted({ printed }: Pick<HostObservation, "printed">, key: string): string {
	return printed[key]?.[0] ?? "";
}

/** Makes a list of one finding with a text and `more` fields; an empty list where the text is false, undefined or empty. */
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

/** Whether the host is a node already: its kubelet has a configuration and its service is active. Needs the script of the check `Port-XXXX`. */
export function isNode(observed: HostObservation): boolean {
	return firstPrinted(observed, "configured") === "active";
}
