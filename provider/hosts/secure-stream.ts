import type { Duplex } from "node:stream";
import tls, { type TLSSocket } from "node:tls";

/** Whom it trusts and who it is, PEM. */
export interface TlsCredentials {
	ca?: Buffer;
	cert?: Buffer;
	key?: Buffer;
}

/** TLS inside a stream, for HTTP/1.1; its certificate must be valid for this name or address. */
export function secureStream(stream: Duplex, hostname: string, credentials: TlsCredentials): Promise<TLSSocket> {
	return new Promise((resolve, reject) => {
		const socket = tls.connect({
			...credentials,
			socket: stream as never,
			host: hostname,
			// A name is sent, an address must not be.
			servername: /^[\d.]+$|:/.test(hostname) ? "" : hostname,
			ALPNProtocols: ["http/1.1"],
		});
		socket.once("secureConnect", () => resolve(socket));
		socket.once("error", (error) => {
			stream.destroy();
			reject(error);
		});
	});
}
