import type { ClientHttp2Session } from "node:http2";
import type { Host } from "../host";
import { HostError } from "../host-error";
import { redact } from "../redact";
import {
	type Answers,
	type Container,
	type ContainerStatus,
	decodeAnswer,
	encodeRequest,
	methodPath,
	type PodSandbox,
	type RuntimeStatus,
} from "./messages";
import { GrpcStatus, grpcSession, unary } from "./unary";
import { beginUse, closeRelay, dialRuntime } from "./way";

/** What the kubelet's container runtime knows and does: the CRI, spoken through the host's SSH connection. */
export interface ContainerRuntime {
	listSandboxes(): Promise<PodSandbox[]>;
	/** The kubelet's containers of a name, newest first. */
	listContainers(subject: ContainerName): Promise<Container[]>;
	/** Undefined for one that is gone. */
	containerStatus(id: string): Promise<ContainerStatus | undefined>;
	/** `graceSeconds`: after which it is killed; 0 kills it at once. One that is gone is success. */
	stopContainer(id: string, graceSeconds: number): Promise<void>;
	/** Stops all its containers and takes its network away. One that is gone is success. */
	stopSandbox(id: string): Promise<void>;
	/** Removes it with its containers, running or not. One that is gone is success. */
	removeSandbox(id: string): Promise<void>;
	/** `verbose`: with what it says of its configuration. */
	status(verbose: boolean): Promise<RuntimeStatus>;
	/** Whether it can tell the kubelet its cgroup driver. */
	tellsConfiguration(): Promise<boolean>;
	hasImage(image: string): Promise<boolean>;
	/** Takes as long as the registry needs, at most half an hour. */
	pullImage(image: string): Promise<void>;
}

/** Containers of a name in all pods of a namespace. */
export interface ContainerName {
	name: string;
	namespace: string;
	/** @default any */
	state?: Container["state"];
}

export type { ContainerStatus, PodSandbox, RuntimeStatus } from "./messages";

const LOOK_SECONDS = 30;

/** Killing is immediate; what a pod's network takes is not in our hands. */
const STOP_SECONDS = 120;

const PULL_SECONDS = 1800;

/**
 * Talks to the container runtime at an endpoint (see `runtimeEndpoint`) for as long as `use` takes.
 * A call whose connection is lost is made once more: each can be repeated.
 * @throws `HostError`: SSH refuses, nothing listens there, or the runtime answers with an error
 */
export async function withRuntime<T>(
	host: Host,
	endpoint: string,
	use: (runtime: ContainerRuntime) => Promise<T>,
): Promise<T> {
	const socket = socketOf(endpoint);
	const ended = beginUse(host, socket);
	const sessions = new Set<ClientHttp2Session>();
	let session: Promise<ClientHttp2Session> | undefined;
	let over = false;
	const connected = async () => {
		const made = grpcSession(await dialRuntime(host, socket));
		if (over) made.destroy();
		sessions.add(made);
		return made;
	};
	const call: Caller = async (method, request, timeoutSeconds = LOOK_SECONDS) => {
		const message = encodeRequest(method, request);
		for (let tries = 1; ; tries++) {
			session ??= connected();
			const used = session;
			try {
				const path = methodPath(method);
				return decodeAnswer(method, await unary(await used, { path, message, timeoutSeconds }));
			} catch (error) {
				const answered = error instanceof GrpcStatus;
				if (session === used && !answered) session = undefined;
				const lost = error instanceof HostError ? error.reason === "lost" : !answered;
				if (!lost || tries > 1) throw failure(host, method, error as Error);
			}
		}
	};
	try {
		return await use(calls(call));
	} finally {
		over = true;
		for (const made of sessions) made.destroy();
		ended();
	}
}

/** A time of the runtime's as files' times are compared with it: whole seconds. */
export function wholeSeconds(nanoseconds: number): number {
	return Math.floor(nanoseconds / 1e9);
}

/** Takes away what was made on the host to reach its container runtime, once nothing uses it any more. */
export function leaveRuntime(host: Host, endpoint: string): Promise<void> {
	return closeRelay(host, socketOf(endpoint));
}

type Caller = <M extends keyof Answers>(method: M, request: object, timeoutSeconds?: number) => Promise<Answers[M]>;

function calls(call: Caller): ContainerRuntime {
	return {
		listSandboxes: async () => (await call("ListPodSandbox", {})).items,
		async listContainers({ name, namespace, state }) {
			const labelSelector = { "io.kubernetes.container.name": name, "io.kubernetes.pod.namespace": namespace };
			const { containers } = await call("ListContainers", {
				filter: { labelSelector, ...(state ? { state: { state } } : {}) },
			});
			return containers.sort((one, other) => other.createdAt - one.createdAt);
		},
		containerStatus: async (containerId) => (await unlessGone(call("ContainerStatus", { containerId })))?.status,
		async stopContainer(containerId, graceSeconds) {
			await unlessGone(call("StopContainer", { containerId, timeout: graceSeconds }, STOP_SECONDS + graceSeconds));
		},
		async stopSandbox(podSandboxId) {
			await unlessGone(call("StopPodSandbox", { podSandboxId }, STOP_SECONDS));
		},
		async removeSandbox(podSandboxId) {
			await unlessGone(call("RemovePodSandbox", { podSandboxId }, STOP_SECONDS));
		},
		status: (verbose) => call("Status", { verbose }),
		async tellsConfiguration() {
			const answer = await unless("UNIMPLEMENTED", call("RuntimeConfig", {}));
			return answer !== undefined;
		},
		hasImage: async (image) => Boolean((await call("ImageStatus", { image: { image } })).image),
		async pullImage(image) {
			await call("PullImage", { image: { image } }, PULL_SECONDS);
		},
	};
}

function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
	return unless("NOT_FOUND", answer);
}

async function unless<T>(status: string, answer: Promise<T>): Promise<T | undefined> {
	try {
		return await answer;
	} catch (error) {
		if (error instanceof HostError && error.cause instanceof GrpcStatus && error.cause.status === status) return;
		throw error;
	}
}

/** `unix:///run/containerd/containerd.sock` or only the path. */
function socketOf(endpoint: string): string {
	return endpoint.replace(/^unix:\/\//, "");
}

function failure(host: Host, method: string, error: Error): HostError {
	if (error instanceof HostError) return error;
	const status = error instanceof GrpcStatus ? `${error.status}: ` : "";
	return new HostError({
		host: host.name,
		layer: "container runtime",
		reason: status ? "status" : "lost",
		what: `${method}: ${status}${redact(error.message)}`,
		next: host.typed("journalctl -eu containerd; ctr -n k8s.io tasks ls"),
		cause: error,
	});
}
