import { type Sentence, sentence } from "../config/expected";

/** The layer that failed, lowest first. */
export type HostLayer = "network" | "ssh" | "sudo" | "shell" | "command" | "disk" | "file" | "container runtime";

/** Reason of a failure, for code that acts on it. */
export type HostErrorReason =
	| "unreachable"
	| "authentication"
	| "credentials"
	| "host key unknown"
	| "host key changed"
	| "negotiation"
	| "lost"
	| "refused"
	| "no sudo"
	| "no shell"
	| "exit code"
	| "timeout"
	| "output"
	| "disk full"
	| "owner unknown"
	| "not a file"
	| "not written"
	| "not read"
	| "not removed"
	| "not served"
	| "status";

/** Content of a `HostError`. */
export interface HostFailure {
	/** `user@address:port` */
	host: string;
	/** The layer that failed. */
	layer: HostLayer;
	/** Reason, for code that acts on it. */
	reason: HostErrorReason;
	/** Sentence with what was expected and what was got, without the host's name. */
	what: string | Sentence;
	/** Command to type next. @default none */
	next?: string;
	/** The error that led to this one. @default none */
	cause?: unknown;
}

/** Error of a host or of the connection to it. The message has the host, the layer, the problem and the next command. */
export class HostError extends Error {
	/** `user@address:port` */
	readonly host: string;
	/** The layer that failed. */
	readonly layer: HostLayer;
	/** Reason, for code that acts on it. */
	readonly reason: HostErrorReason;
	/** The problem as a sentence, without the host's name. */
	readonly what: string;
	/** Command to type next; undefined where there is none. */
	readonly next: string | undefined;

	constructor({ host, layer, reason, what, next, cause }: HostFailure) {
		const words = sentence(what);
		super(`${host}: ${titles[layer]}${words}${next ? `\n  next: ${next}` : ""}`, cause === undefined ? {} : { cause });
		this.name = "HostError";
		this.host = host;
		this.layer = layer;
		this.reason = reason;
		this.what = words;
		this.next = next;
	}
}

const titles: Record<HostLayer, string> = {
	network: "network: ",
	ssh: "SSH: ",
	sudo: "sudo: ",
	shell: "login shell: ",
	command: "",
	disk: "disk: ",
	file: "",
	"container runtime": "container runtime: ",
};
