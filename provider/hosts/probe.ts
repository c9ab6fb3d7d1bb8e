import http from "node:http";
import type { Duplex } from "node:stream";
import tls from "node:tls";
import type { Host } from "./host";
import { secureStream, type TlsCredentials } from "./secure-stream";
import { within } from "./within";

/** An HTTP endpoint, as addressed from the host. */
export interface Probe {
	/** Protocol. */
	scheme: "http" | "https";
	/** Name or IP address; IPv6 without brackets. */
	address: string;
	/** TCP port. */
	port: number;
	/** Path with a leading slash, for example `/healthz`. */
	path: string;
	/** CA, and client certificate and key. @default none: the server's certificate is not verified */
	credentials?: TlsCredentials;
}

/** Answer of an endpoint. */
export interface ProbeAnswer {
	/** HTTP status code. */
	status: number;
	/** The first 4096 characters of the body. */
	body: string;
}

/**
 * Makes a GET request from the host itself, through its SSH connection. Without credentials the server's certificate is not
 * verified, as in the kubelet's probes.
 * @param timeoutSeconds limit for the answer
 * @returns the answer, whatever its status
 * @throws HostError where nothing listens; Error where TLS fails or no answer comes within the limit
 */
export async function probe(
	host: Host,
	{ scheme, address, port, path, credentials }: Probe,
	timeoutSeconds = 5,
): Promise<ProbeAnswer> {
	const socket = await within(host.dial(address, port), {
		seconds: timeoutSeconds,
		what: "connection",
		late: (stream) => stream.destroy(),
	});
	const stream = scheme === "https" ? await secured(socket, address, credentials) : socket;
	try {
		return await get(stream, { address, port, path, timeoutSeconds });
	} finally {
		stream.destroy();
		socket.destroy();
	}
}

/**
 * The certificate that a port serves, DER, as seen from the host. A server that then refuses this client has shown it already.
 * @param timeoutSeconds limit for the connection and for the handshake
 * @throws HostError where nothing listens; Error where TLS fails
 */
export async function servedCertificate(
	host: Host,
	{ address, port }: Pick<Probe, "address" | "port">,
	timeoutSeconds = 5,
): Promise<Buffer> {
	const late = (stream: Duplex) => stream.destroy();
	const socket = await within(host.dial(address, port), { seconds: timeoutSeconds, what: "connection", late });
	try {
		const handshake = secureStream(socket, address, { rejectUnauthorized: false, servername: address });
		const stream = await within(handshake, { seconds: timeoutSeconds, what: "TLS handshake", late });
		const { raw } = stream.getPeerCertificate();
		stream.on("error", () => {
			// The server may refuse a client without a certificate, once its own is here.
		});
		stream.destroy();
		return raw;
	} finally {
		socket.destroy();
	}
}

async function secured(socket: Duplex, address: string, credentials: TlsCredentials | undefined): Promise<Duplex> {
	if (credentials) return secureStream(socket, address, credentials);
	return tls.connect({ socket: socket as never, rejectUnauthorized: false, servername: "" });
}

function get(
	stream: Duplex,
	{ address, port, path, timeoutSeconds }: { address: string; port: number; path: string; timeoutSeconds: number },
): Promise<ProbeAnswer> {
	return new Promise((resolve, reject) => {
		const request = http.get(
			{
				host: address,
				port,
				path,
				createConnection: () => stream as never,
				agent: undefined,
				headers: { connection: "close" },
			},
			(response) => {
				const chunks: Buffer[] = [];
				response.on("data", (chunk: Buffer) => chunks.push(chunk));
				response.on("error", reject);
				response.on("end", () =>
					resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString().slice(0, 4096) }),
				);
			},
		);
		const timer = setTimeout(
			() => request.destroy(new Error(`no answer within ${timeoutSeconds} s`)),
			timeoutSeconds * 1000,
		);
		request.on("close", () => clearTimeout(timer));
		request.on("error", reject);
	});
}
