import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from "node:http2";
import type { Duplex } from "node:stream";

/** A gRPC status that is not OK. */
export class GrpcStatus extends Error {
	/** As gRPC names it: `NOT_FOUND`. */
	readonly status: string;

	constructor(status: string, message: string) {
		super(message);
		this.name = "GrpcStatus";
		this.status = status;
	}
}

/** A call to a gRPC server that takes one message and answers one. */
export interface Call {
	/** `/runtime.v1.RuntimeService/ListContainers` */
	path: string;
	message: Uint8Array;
	timeoutSeconds: number;
}

/** gRPC's status codes by number. Source: grpc doc/statuscodes.md. */
const statuses = [
	"OK",
	"CANCELLED",
	"UNKNOWN",
	"INVALID_ARGUMENT",
	"DEADLINE_EXCEEDED",
	"NOT_FOUND",
	"ALREADY_EXISTS",
	"PERMISSION_DENIED",
	"RESOURCE_EXHAUSTED",
	"FAILED_PRECONDITION",
	"ABORTED",
	"OUT_OF_RANGE",
	"UNIMPLEMENTED",
	"INTERNAL",
	"UNAVAILABLE",
	"DATA_LOSS",
	"UNAUTHENTICATED",
];

/** How much longer than the server a client waits for its answer: the server says better why it has none. */
const GRACE_SECONDS = 5;

/** A gRPC client over a stream that somebody opened. Destroying the session closes the stream. */
export function grpcSession(stream: Duplex): ClientHttp2Session {
	const session = connect("http://localhost", { createConnection: () => stream });
	// Each call tells its own caller.
	session.on("error", () => {});
	session.once("close", () => stream.destroy());
	return session;
}

/**
 * Makes a call.
 * @throws `GrpcStatus` where the server answered with one, another error where no answer came
 */
export function unary(session: ClientHttp2Session, { path, message, timeoutSeconds }: Call): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		const request = session.request({
			[constants.HTTP2_HEADER_METHOD]: "POST",
			[constants.HTTP2_HEADER_PATH]: path,
			[constants.HTTP2_HEADER_CONTENT_TYPE]: "application/grpc",
			[constants.HTTP2_HEADER_TE]: "trailers",
			"grpc-timeout": `${timeoutSeconds}S`,
		});
		const late = new GrpcStatus("DEADLINE_EXCEEDED", `no answer in ${timeoutSeconds} s`);
		const timer = setTimeout(() => request.destroy(late), (timeoutSeconds + GRACE_SECONDS) * 1000);
		const chunks: Buffer[] = [];
		let ending: IncomingHttpHeaders = {};
		request.on("response", (headers) => {
			ending = headers;
		});
		request.on("trailers", (headers) => {
			ending = { ...ending, ...headers };
		});
		request.on("data", (chunk: Buffer) => chunks.push(chunk));
		request.once("error", reject);
		request.once("close", () => {
			clearTimeout(timer);
			const problem = statusProblem(ending);
			if (problem) reject(problem);
			else resolve(Buffer.concat(chunks).subarray(PREFIX_BYTES));
		});
		request.end(Buffer.concat([prefix(message.length), message]));
	});
}

/** Before each message: whether it is compressed, and its length. */
const PREFIX_BYTES = 5;

function prefix(length: number): Buffer {
	const bytes = Buffer.alloc(PREFIX_BYTES);
	bytes.writeUInt32BE(length, 1);
	return bytes;
}

function statusProblem(ending: IncomingHttpHeaders): Error | undefined {
	const code = ending["grpc-status"] as string | undefined;
	if (code === "0") return undefined;
	if (code !== undefined) {
		const message = decodeURIComponent(String(ending["grpc-message"] ?? ""));
		return new GrpcStatus(statuses[Number(code)] ?? code, message);
	}
	const http = ending[constants.HTTP2_HEADER_STATUS];
	return new Error(
		http === undefined ? "closed before it answered" : `expected a gRPC answer, got HTTP status ${http}`,
	);
}
