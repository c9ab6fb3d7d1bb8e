import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from "node:http2";
import type { Duplex } from "node:stream";
import { ExpectationError } from "../config/expected";
import { HostError } from "./host-error";

/** A call to a gRPC server that takes one message and answers with one. */
export interface GrpcCall {
	/** Path of the method, for example `/runtime.v1.RuntimeService/ListContainers`. */
	path: string;
	/** The request, encoded. */
	message: Uint8Array;
	/** Limit for the server. The client waits 5 s longer, because the server's own error says more. */
	timeoutSeconds: number;
}

/** Makes a call. Returns the encoded message of the answer. Throws a `GrpcStatus` where the server answers with an error, or after the limit. */
export type GrpcCaller = (call: GrpcCall) => Promise<Buffer>;

/** Error answer of a gRPC server. */
export class GrpcStatus extends Error {
	/** Name of the status code, for example `NOT_FOUND`. */
	readonly status: string;

	constructor(status: string, message: string) {
		super(message);
		this.name = "GrpcStatus";
		this.status = status;
	}
}

/** How often one call is tried. A server that is ending may still take one new connection, and lose that one too. */
const ATTEMPTS = 3;

/**
 * Runs `use` with a gRPC server, over one connection that the first call opens, and closes the connection. A call whose
 * connection is lost is made again over a new one, twice at most, so every call must be repeatable.
 * @param dial opens a stream to the server
 * @returns the result of `use`
 * @throws errors of `dial` and of `use`
 */
export async function withGrpc<T>(dial: () => Promise<Duplex>, use: (call: GrpcCaller) => Promise<T>): Promise<T> {
	const sessions = new Set<ClientHttp2Session>();
	let session: Promise<ClientHttp2Session> | undefined;
	let isOver = false;
	const open = async () => {
		const opened = grpcSession(await dial());
		if (isOver) opened.destroy();
		sessions.add(opened);
		return opened;
	};
	const call: GrpcCaller = async (request) => {
		for (let attempt = 1; ; attempt++) {
			session ??= open();
			const used = session;
			try {
				return await unaryCall(await used, request);
			} catch (error) {
				const isAnswer = error instanceof GrpcStatus;
				if (session === used && !isAnswer) session = undefined;
				const isLost = error instanceof HostError ? error.reason === "lost" : !isAnswer;
				if (!isLost || attempt === ATTEMPTS) throw error;
			}
		}
	};
	try {
		return await use(call);
	} finally {
		isOver = true;
		for (const opened of sessions) opened.destroy();
	}
}

/** Opens a gRPC session over a stream. Destroying the session closes the stream. An error of the session is reported by its calls. */
export function grpcSession(stream: Duplex): ClientHttp2Session {
	const session = connect("http://localhost", { createConnection: () => stream });
	// Every call reports the error to its own caller.
	session.on("error", () => {});
	session.once("close", () => stream.destroy());
	return session;
}

/** How much longer than the server the client waits. */
const GRACE_SECONDS = 5;

/**
 * Makes one call over a session.
 * @returns the encoded message of the answer
 * @throws GrpcStatus where the server answers with an error, or after the limit; another error where the connection ends
 */
export function unaryCall(session: ClientHttp2Session, { path, message, timeoutSeconds }: GrpcCall): Promise<Buffer> {
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
		let headers: IncomingHttpHeaders = {};
		request.on("response", (received) => {
			headers = received;
		});
		request.on("trailers", (received) => {
			headers = { ...headers, ...received };
		});
		request.on("data", (chunk: Buffer) => chunks.push(chunk));
		request.once("error", reject);
		request.once("close", () => {
			clearTimeout(timer);
			const problem = statusProblem(headers);
			if (problem) reject(problem);
			else resolve(Buffer.concat(chunks).subarray(PREFIX_BYTES));
		});
		request.end(Buffer.concat([messagePrefix(message.length), message]));
	});
}

/** Length of what precedes every message: a compression flag and the message's length. Source: grpc doc/PROTOCOL-HTTP2.md. */
const PREFIX_BYTES = 5;

function messagePrefix(length: number): Buffer {
	const bytes = Buffer.alloc(PREFIX_BYTES);
	bytes.writeUInt32BE(length, 1);
	return bytes;
}

/** The error that headers and trailers of an answer report; undefined for a success. */
function statusProblem(headers: IncomingHttpHeaders): Error | undefined {
	const code = headers["grpc-status"] as string | undefined;
	if (code === "0") return undefined;
	if (code !== undefined) {
		const message = decodeURIComponent(String(headers["grpc-message"] ?? ""));
		return new GrpcStatus(statuses[Number(code)] ?? code, message);
	}
	const http = headers[constants.HTTP2_HEADER_STATUS];
	return new ExpectationError(
		http === undefined ? "closed before it answered" : { expected: "a gRPC answer", got: `HTTP status ${http}` },
	);
}

/** Names of gRPC's status codes, in the order of their numbers. Source: grpc doc/statuscodes.md. */
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
