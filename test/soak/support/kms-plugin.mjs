// A plugin of KMS v2 that answers over gRPC at a socket: node kms-plugin.mjs SOCKET. Its key lives as long as it runs.
// Source: staging/src/k8s.io/kms/apis/v2/api.proto of Kubernetes.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { createServer } from "node:http2";

const key = randomBytes(32);
const keyId = Buffer.from("key-1");

const methods = {
	Status: () => [field(1, Buffer.from("v2")), field(2, Buffer.from("ok")), field(3, keyId)],
	Encrypt: (request) => {
		const nonce = randomBytes(12);
		const cipher = createCipheriv("aes-256-gcm", key, nonce);
		const text = Buffer.concat([cipher.update(bytesOf(request, 1)), cipher.final()]);
		return [field(1, Buffer.concat([nonce, cipher.getAuthTag(), text])), field(2, keyId)];
	},
	Decrypt: (request) => {
		const encrypted = bytesOf(request, 1);
		const decipher = createDecipheriv("aes-256-gcm", key, encrypted.subarray(0, 12));
		decipher.setAuthTag(encrypted.subarray(12, 28));
		return [field(1, Buffer.concat([decipher.update(encrypted.subarray(28)), decipher.final()]))];
	},
};

const server = createServer();
server.on("stream", (stream, headers) => {
	const method = methods[headers[":path"].split("/").at(-1)];
	const parts = [];
	stream.on("data", (part) => parts.push(part));
	stream.on("end", () => {
		stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
		stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
		const message = Buffer.concat(method(Buffer.concat(parts).subarray(5)));
		const head = Buffer.alloc(5);
		head.writeUInt32BE(message.length, 1);
		stream.end(Buffer.concat([head, message]));
	});
});
server.listen(process.argv[2]);

/** A field with bytes, as protocol buffers write it. */
function field(number, bytes) {
	return Buffer.concat([Buffer.from([(number << 3) | 2]), varint(bytes.length), bytes]);
}

/** The bytes of a field in a message whose fields all are bytes. */
function bytesOf(message, wanted) {
	for (let at = 0; at < message.length; ) {
		const number = message[at] >> 3;
		const { value: length, next } = readVarint(message, at + 1);
		if (number === wanted) return message.subarray(next, next + length);
		at = next + length;
	}
	return Buffer.alloc(0);
}

function varint(value) {
	const bytes = [];
	for (let rest = value; ; rest >>>= 7) {
		if (rest < 128) return Buffer.from([...bytes, rest]);
		bytes.push((rest & 127) | 128);
	}
}

function readVarint(message, at) {
	let value = 0;
	for (let shift = 0, next = at; ; shift += 7) {
		const byte = message[next++];
		value |= (byte & 127) << shift;
		if (byte < 128) return { value, next };
	}
}
