import { GrpcStatus, withGrpc } from "../grpc";
import type { Host } from "../host";
import { HostError } from "../host-error";
import { redact } from "../redact";
import { serviceCommand } from "../service";
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
import { beginUse, closeRelay, dialRuntime } from "./relay";

/**
 * The container runtime of a host's kubelet: the CRI, called through the host's SSH connection. Every method throws a
 * `HostError` where the runtime answers with an error or does not answer: after 30 s, where the method says nothing else.
 */
export interface ContainerRuntime {
	/** Lists the sandboxes of all pods, running or not; empty where there is none. */
	listSandboxes(): Promise<PodSandbox[]>;
	/** Lists the kubelet's containers that match a filter, newest first; empty where there is none. */
	listContainers(filter: ContainerFilter): Promise<Container[]>;
	/** Reads the status of a container; undefined for a container that does not exist. */
	containerStatus(id: string): Promise<ContainerStatus | undefined>;
	/** Stops a container, and kills it after `graceSeconds` (0: at once). A container that is gone is a success. */
	stopContainer(id: string, graceSeconds: number): Promise<void>;
	/** Stops all containers of a sandbox and removes its network. A sandbox that is gone is a success. */
	stopSandbox(id: string): Promise<void>;
	/** Removes a sandbox with its containers, running or not. A sandbox that is gone is a success. */
	removeSandbox(id: string): Promise<void>;
	/** Reads the runtime's conditions; with `verbose`, its configuration too. */
	status(verbose: boolean): Promise<RuntimeStatus>;
	/** Whether the runtime implements RuntimeConfig, by which the kubelet learns its cgroup driver. */
	tellsConfiguration(): Promise<boolean>;
	/** Whether the runtime has an image, by its reference, for example `registry.k8s.io/pause:3.10`. */
	hasImage(image: string): Promise<boolean>;
	/** Pulls an image, for at most half an hour. */
	pullImage(image: string): Promise<void>;
}

/** Containers of a name in all pods of a namespace. */
export interface ContainerFilter {
	/** Name of the container. */
	name: string;
	/** Namespace of the pod. */
	namespace: string;
	/** State of the container. @default any */
	state?: Container["state"];
}

export type { ContainerStatus, PodSandbox, RuntimeStatus } from "./messages";

/** Limit of a call that only reads. */
const READ_SECONDS = 30;

/** Limit of a stop, beside the grace period: removing a pod's network may take long. */
const STOP_SECONDS = 120;

const PULL_SECONDS = 1800;

/**
 * Connects to the container runtime at an endpoint, runs `use` with it, and disconnects. Repeats a call whose connection is
 * lost, twice at most.
 * @param endpoint for example `unix:///run/containerd/containerd.sock`, or only the path; `runtimeEndpoint` reads it
 * @returns the result of `use`
 * @throws HostError where SSH refuses, nothing listens at the endpoint, or the runtime answers with an error
 */
export async function withRuntime<T>(
	host: Host,
	endpoint: string,
	use: (runtime: ContainerRuntime) => Promise<T>,
): Promise<T> {
	const socket = socketOf(endpoint);
	const endUse = beginUse(host, socket);
	try {
		return await withGrpc(
			() => dialRuntime(host, socket),
			(grpc) => {
				const call: Caller = async (method, request, timeoutSeconds = READ_SECONDS) => {
					const message = encodeRequest(method, request);
					try {
						return decodeAnswer(method, await grpc({ path: methodPath(method), message, timeoutSeconds }));
					} catch (error) {
						throw failure(host, method, error as Error);
					}
				};
				return use(operations(call));
			},
		);
	} finally {
		endUse();
	}
}

/** Converts a time of the runtime, in nanoseconds, to whole seconds, rounded down. */
export function wholeSeconds(nanoseconds: number): number {
	return Math.floor(nanoseconds / 1e9);
}

/** Removes the relay that `withRuntime` may have made on the host, unless another caller still uses it. Does nothing where there is none. */
export function leaveRuntime(host: Host, endpoint: string): Promise<void> {
	return closeRelay(host, socketOf(endpoint));
}

type Caller = <M extends keyof Answers>(method: M, request: object, timeoutSeconds?: number) => Promise<Answers[M]>;

function operations(call: Caller): ContainerRuntime {
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

/** Path of an endpoint: `unix:///run/containerd/containerd.sock`, or only the path. */
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
		next: host.typed(`${serviceCommand.journal("containerd")}; ctr -n k8s.io tasks ls`),
		cause: error,
	});
}
