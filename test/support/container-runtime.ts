import { createServer, type Http2Server } from "node:http2";
import type { Duplex } from "node:stream";
import { duplexPair } from "node:stream";
import { parse } from "protobufjs";

/** A pod of the runtime in memory. Times in seconds. */
export interface PodInMemory {
	id: string;
	/** `etcd-cp-1` */
	name: string;
	component: string;
	createdAt: number;
}

/** The CRI's messages, as far as `MemoryRuntime` speaks it. Source: k8s.io/cri-api, pkg/apis/runtime/v1/api.proto. */
const { root } = parse(
	`syntax = "proto3";
	message ListPodSandboxRequest {}
	message ListPodSandboxResponse { repeated PodSandbox items = 1; }
	message PodSandbox {
		string id = 1; PodSandboxMetadata metadata = 2; int32 state = 3; int64 created_at = 4;
		map<string, string> labels = 5; map<string, string> annotations = 6; string runtime_handler = 7;
	}
	message PodSandboxMetadata { string name = 1; string uid = 2; string namespace = 3; uint32 attempt = 4; }
	message StopPodSandboxRequest { string pod_sandbox_id = 1; }
	message StopPodSandboxResponse {}
	message RemovePodSandboxRequest { string pod_sandbox_id = 1; }
	message RemovePodSandboxResponse {}
	message ListContainersRequest {}
	message ListContainersResponse {}
	message VersionRequest {}
	message VersionResponse {
		string version = 1; string runtime_name = 2; string runtime_version = 3; string runtime_api_version = 4;
	}
	message ImageFsInfoRequest {}
	message ImageFsInfoResponse {}
	message StatusRequest { bool verbose = 1; }
	message StatusResponse { RuntimeStatus status = 1; map<string, string> info = 2; }
	message RuntimeStatus { repeated RuntimeCondition conditions = 1; }
	message RuntimeCondition { string type = 1; bool status = 2; string reason = 3; string message = 4; }
	message RuntimeConfigRequest {}
	message RuntimeConfigResponse {}
	message ImageSpec { string image = 1; }
	message ImageStatusRequest { ImageSpec image = 1; }
	message ImageStatusResponse { Image image = 1; }
	message Image { string id = 1; repeated string repo_tags = 2; }
	message PullImageRequest { ImageSpec image = 1; }
	message PullImageResponse { string image_ref = 1; }`,
);

/** A container runtime in memory with pods of the namespace kube-system and no containers; HTTP/2 and gRPC are real. */
export class MemoryRuntime {
	/** The pods that there are; a function is asked at each look. */
	pods: PodInMemory[] | (() => PodInMemory[]) = [];
	/** `StopPodSandbox a`, in order. */
	readonly calls: string[] = [];
	/** Names of the images that it has. */
	readonly images = new Set<string>();
	/** Its own sandbox image, where it tells it. */
	sandboxImage: string | undefined;
	/** What it answers to a method in place of an answer: gRPC's status code and message. */
	fails: (method: string, subject: string) => { status: number; message: string } | undefined = () => undefined;
	/** Why it is not ready. */
	notReady: string | undefined;
	readonly #server: Http2Server;

	constructor() {
		this.#server = createServer();
		this.#server.on("stream", (stream, headers) => {
			const method = String(headers[":path"]).split("/").at(-1)!;
			const chunks: Buffer[] = [];
			stream.on("data", (chunk: Buffer) => chunks.push(chunk));
			stream.on("end", () => {
				const request = root.lookupType(`${method}Request`).decode(Buffer.concat(chunks).subarray(5));
				const type = root.lookupType(`${method}Response`);
				const failure = this.#failure(method, request as never);
				if (failure) {
					const { status, message } = failure;
					const trailers = { "grpc-status": String(status), "grpc-message": encodeURIComponent(message) };
					stream.respond({ "content-type": "application/grpc", ...trailers }, { endStream: true });
					return;
				}
				const message = type.encode(type.fromObject(this.#answer(method, request as never))).finish();
				const prefix = Buffer.alloc(5);
				prefix.writeUInt32BE(message.length, 1);
				stream.respond({ "content-type": "application/grpc" }, { waitForTrailers: true });
				stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
				stream.end(Buffer.concat([prefix, message]));
			});
		});
	}

	/** Serves real clients at a unix socket, too. */
	listen(path: string): Promise<void> {
		return new Promise((resolve) => this.#server.listen(path, resolve));
	}

	/** Ends that. */
	close(): void {
		this.#server.close();
	}

	/** A stream to its socket. */
	connect(): Duplex {
		const [client, server] = duplexPair();
		this.#server.emit("connection", server);
		return client;
	}

	#failure(method: string, { image }: { image?: { image: string } }) {
		const failure = this.fails(method, image?.image ?? "");
		if (failure) this.calls.push(image ? `${method} ${image.image}` : method);
		return failure;
	}

	#answer(method: string, { podSandboxId, image: spec }: { podSandboxId?: string; image?: { image: string } }): object {
		const id = podSandboxId || spec?.image;
		this.calls.push(id ? `${method} ${id}` : method);
		if (method === "Version")
			return { version: "0.1.0", runtimeName: "memory", runtimeVersion: "2.0.0", runtimeApiVersion: "v1" };
		if (method === "Status")
			return {
				status: {
					conditions: [
						{ type: "RuntimeReady", status: !this.notReady, reason: "Reason", message: this.notReady ?? "" },
						{ type: "NetworkReady", status: false, reason: "NetworkPluginNotReady", message: "no network yet" },
					],
				},
				info: this.sandboxImage ? { config: JSON.stringify({ sandboxImage: this.sandboxImage }) } : {},
			};
		if (method === "ImageStatus") return this.images.has(id!) ? { image: { id: `sha256:${id}` } } : {};
		if (method === "PullImage") {
			this.images.add(id!);
			return { imageRef: `sha256:${id}` };
		}
		const pods = typeof this.pods === "function" ? this.pods() : this.pods;
		if (method === "RemovePodSandbox") this.pods = pods.filter((pod) => pod.id !== id);
		if (method !== "ListPodSandbox") return {};
		return {
			items: pods.map(({ id, name, component, createdAt }) => ({
				id,
				metadata: { name, uid: "u", namespace: "kube-system" },
				createdAt: createdAt * 1e9,
				labels: { component },
			})),
		};
	}
}
