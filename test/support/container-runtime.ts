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
	message ListContainersResponse {}`,
);

/** A container runtime in memory with pods of the namespace kube-system and no containers; HTTP/2 and gRPC are real. */
export class MemoryRuntime {
	/** The pods that there are; a function is asked at each look. */
	pods: PodInMemory[] | (() => PodInMemory[]) = [];
	/** `StopPodSandbox a`, in order. */
	readonly calls: string[] = [];
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
				const message = type.encode(type.fromObject(this.#answer(method, request as never))).finish();
				const prefix = Buffer.alloc(5);
				prefix.writeUInt32BE(message.length, 1);
				stream.respond({ "content-type": "application/grpc" }, { waitForTrailers: true });
				stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
				stream.end(Buffer.concat([prefix, message]));
			});
		});
	}

	/** A stream to its socket. */
	connect(): Duplex {
		const [client, server] = duplexPair();
		this.#server.emit("connection", server);
		return client;
	}

	#answer(method: string, { podSandboxId: id }: { podSandboxId?: string }): object {
		this.calls.push(id ? `${method} ${id}` : method);
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
