import { type Messages, protobuf } from "../protobuf";

/** Answers of the CRI's methods, by method. */
export interface Answers {
	Status: RuntimeStatus;
	RuntimeConfig: object;
	ListPodSandbox: { items: PodSandbox[] };
	StopPodSandbox: object;
	RemovePodSandbox: object;
	ListContainers: { containers: Container[] };
	ContainerStatus: { status: ContainerStatus };
	StopContainer: object;
	ImageStatus: { image: object | null };
	PullImage: object;
}

/** Conditions of a container runtime and, for a verbose request, its configuration. */
export interface RuntimeStatus {
	/** Conditions such as `RuntimeReady`, with the reason where `status` is false. */
	status: { conditions: { type: string; status: boolean; reason: string; message: string }[] };
	/** `config` is the runtime's configuration as JSON; empty for a request that was not verbose. */
	info: Record<string, string>;
}

/** A pod, as the container runtime knows it. */
export interface PodSandbox {
	/** Id of the sandbox. */
	id: string;
	/** Name and namespace of the pod. A static pod's name ends with `-` and the node's name. */
	metadata: { name: string; namespace: string };
	/** Nanoseconds since 1970 by the host's clock. */
	createdAt: number;
	/** Labels of the pod. */
	labels: Record<string, string>;
}

/** A container in a listing. */
export interface Container {
	/** Id of the container. */
	id: string;
	/** Current state. */
	state: ContainerState;
	/** Nanoseconds since 1970 by the host's clock. */
	createdAt: number;
}

/** Status of a container. Other fields of the CRI's answer are left out. */
export interface ContainerStatus {
	/** Id of the container. */
	id: string;
	/** Name of the container, and the number of containers that the kubelet made for it before. */
	metadata: { name: string; attempt: number };
	/** Current state. */
	state: ContainerState;
	/** Nanoseconds since 1970 by the host's clock. */
	createdAt: number;
	/** Nanoseconds since 1970 by the host's clock; 0 before the start. */
	startedAt: number;
	/** Exit code; 0 until the container has ended. */
	exitCode: number;
	/** Path of the log file on the host. */
	logPath: string;
}

/** State of a container: `CONTAINER_CREATED`, `CONTAINER_RUNNING`, `CONTAINER_EXITED` or `CONTAINER_UNKNOWN`. */
export type ContainerState = keyof typeof containerStates;

/** gRPC path of a CRI method, for example `/runtime.v1.RuntimeService/Status`. */
export function methodPath(method: keyof Answers): string {
	const service = method === "ImageStatus" || method === "PullImage" ? "ImageService" : "RuntimeService";
	return `/runtime.v1.${service}/${method}`;
}

/** Encodes the request of a CRI method as protobuf. @param request fields by their names in the CRI; other fields are left out */
export function encodeRequest(method: keyof Answers, request: object): Uint8Array {
	return types.encode(`${method}Request`, request);
}

/** Decodes the protobuf answer of a CRI method. Absent fields get protobuf's defaults: 0, false, empty text or list. @throws Error for bytes that are no such message */
export function decodeAnswer<M extends keyof Answers>(method: M, bytes: Uint8Array): Answers[M] {
	return types.decode(`${method}Response`, bytes) as Answers[M];
}

const containerStates = { CONTAINER_CREATED: 0, CONTAINER_RUNNING: 1, CONTAINER_EXITED: 2, CONTAINER_UNKNOWN: 3 };

/**
 * Fields that are used, with their types and numbers. Other fields of an answer are ignored.
 * Source: k8s.io/cri-api v0.37.2, pkg/apis/runtime/v1/api.proto.
 */
const messages: Messages = {
	StatusRequest: { verbose: ["bool", 1] },
	StatusResponse: { status: ["RuntimeStatus", 1], info: ["map", 2] },
	RuntimeStatus: { conditions: ["repeated RuntimeCondition", 1] },
	RuntimeCondition: { type: ["string", 1], status: ["bool", 2], reason: ["string", 3], message: ["string", 4] },
	RuntimeConfigRequest: {},
	RuntimeConfigResponse: {},
	ListPodSandboxRequest: {},
	ListPodSandboxResponse: { items: ["repeated PodSandbox", 1] },
	PodSandbox: { id: ["string", 1], metadata: ["PodSandboxMetadata", 2], createdAt: ["int64", 4], labels: ["map", 5] },
	PodSandboxMetadata: { name: ["string", 1], namespace: ["string", 3] },
	StopPodSandboxRequest: { podSandboxId: ["string", 1] },
	StopPodSandboxResponse: {},
	RemovePodSandboxRequest: { podSandboxId: ["string", 1] },
	RemovePodSandboxResponse: {},
	ListContainersRequest: { filter: ["ContainerFilter", 1] },
	ContainerFilter: { state: ["ContainerStateValue", 2], labelSelector: ["map", 4] },
	ContainerStateValue: { state: ["ContainerState", 1] },
	ListContainersResponse: { containers: ["repeated Container", 1] },
	Container: { id: ["string", 1], state: ["ContainerState", 6], createdAt: ["int64", 7] },
	ContainerStatusRequest: { containerId: ["string", 1] },
	ContainerStatusResponse: { status: ["ContainerStatus", 1] },
	ContainerStatus: {
		id: ["string", 1],
		metadata: ["ContainerMetadata", 2],
		state: ["ContainerState", 3],
		createdAt: ["int64", 4],
		startedAt: ["int64", 5],
		exitCode: ["int32", 7],
		logPath: ["string", 15],
	},
	ContainerMetadata: { name: ["string", 1], attempt: ["uint32", 2] },
	StopContainerRequest: { containerId: ["string", 1], timeout: ["int64", 2] },
	StopContainerResponse: {},
	ImageStatusRequest: { image: ["ImageSpec", 1] },
	ImageStatusResponse: { image: ["Image", 1] },
	ImageSpec: { image: ["string", 1] },
	Image: { id: ["string", 1] },
	PullImageRequest: { image: ["ImageSpec", 1] },
	PullImageResponse: {},
};

const types = protobuf(messages, { enums: { ContainerState: containerStates } });
