import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { duplexPair } from "node:stream";
import { describe, expect, it } from "vitest";
import { grpcSession, unaryCall } from "../../provider/hosts/grpc";

/** Calls a server that answers in its own way. */
async function call(
	answer: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void,
	timeoutSeconds = 5,
): Promise<Buffer> {
	const [client, far] = duplexPair();
	const server = createServer();
	server.on("stream", (stream, headers) => {
		stream.on("error", () => {});
		answer(stream, headers);
	});
	server.emit("connection", far);
	const session = grpcSession(client);
	try {
		return await unaryCall(session, { path: "/a.B/C", message: Buffer.from("question"), timeoutSeconds });
	} finally {
		session.destroy();
	}
}

const framed = (text: string) => Buffer.concat([Buffer.from([0, 0, 0, 0, text.length]), Buffer.from(text)]);

// Source: grpc doc/PROTOCOL-HTTP2.md.
describe("a gRPC call over a stream", () => {
	it("asks as gRPC does, and hands over the message that it is answered", async () => {
		let asked: unknown;
		const answer = await call((stream, headers) => {
			const chunks: Buffer[] = [];
			stream.on("data", (chunk: Buffer) => chunks.push(chunk));
			stream.on("end", () => {
				asked = { ...headers, body: Buffer.concat(chunks).toString("hex") };
				stream.respond({ "content-type": "application/grpc" }, { waitForTrailers: true });
				stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
				stream.write(framed("the answer").subarray(0, 3));
				stream.end(framed("the answer").subarray(3));
			});
		});
		expect(asked).toMatchObject({
			":method": "POST",
			":scheme": "http",
			":path": "/a.B/C",
			"content-type": "application/grpc",
			te: "trailers",
			"grpc-timeout": "5S",
			body: `0000000008${Buffer.from("question").toString("hex")}`,
		});
		expect(answer.toString()).toBe("the answer");
	});

	it("fails with the status and its message, which comes percent-encoded", async () => {
		await expect(
			call((stream) =>
				stream.respond({ "grpc-status": "5", "grpc-message": "no such container: 100%25" }, { endStream: true }),
			),
		).rejects.toMatchObject({ status: "NOT_FOUND", message: "no such container: 100%" });
	});

	it("fails where the server is none of gRPC's", async () => {
		await expect(call((stream) => stream.respond({ ":status": 404 }, { endStream: true }))).rejects.toThrow(
			"expected a gRPC answer, got HTTP status 404",
		);
	});

	it("fails where the stream is closed before an answer", async () => {
		await expect(call((stream) => stream.session?.destroy())).rejects.toThrow();
	});

	it("gives up a server that says nothing", async () => {
		await expect(call(() => {}, 1)).rejects.toMatchObject({ status: "DEADLINE_EXCEEDED", message: "no answer in 1 s" });
	});
});
