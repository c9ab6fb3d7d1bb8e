import { X509Certificate } from "node:crypto";
import { isIPv6 } from "node:net";
import type { Duplex } from "node:stream";
import tls, { type PeerCertificate, type TLSSocket } from "node:tls";

/** CA to trust, and client certificate and key. */
export interface TlsCredentials {
	/** CA certificates, PEM. @default the CAs that Node.js trusts */
	ca?: Buffer;
	/** Client certificate, PEM. @default none */
	cert?: Buffer;
	/** Private key of the client certificate, PEM. @default none */
	key?: Buffer;
	/** Whether the server's certificate must be trusted. @default true */
	rejectUnauthorized?: boolean;
	/** Name that the server's certificate must be valid for. @default the address of the connection */
	servername?: string;
	/** Protocol that is spoken inside. @default "http/1.1" */
	protocol?: "http/1.1" | "h2";
}

/**
 * Opens TLS inside a stream.
 * @param hostname name or IP address that the server's certificate must be valid for, unless the credentials give another
 * @throws Error of TLS, with its `code`; the stream is then destroyed
 */
export function secureStream(stream: Duplex, hostname: string, credentials: TlsCredentials): Promise<TLSSocket> {
	const { protocol = "http/1.1", ...options } = credentials;
	const name = options.servername ?? hostname;
	return new Promise((resolve, reject) => {
		const socket = tls.connect({
			...options,
			socket: stream as never,
			host: name,
			// Server Name Indication carries names only, no addresses.
			servername: /^[\d.]+$|:/.test(name) ? "" : name,
			ALPNProtocols: [protocol],
			// A cluster's CA may be an intermediate one: it is trusted by itself, as in Go.
			allowPartialTrustChain: true,
			checkServerIdentity,
		});
		socket.once("secureConnect", () => resolve(socket));
		socket.once("error", (error) => {
			stream.destroy();
			reject(error);
		});
	});
}

/** Compares addresses here: Node.js 22.23 treats an IPv6 address as a name, which matches nothing. */
function checkServerIdentity(hostname: string, certificate: PeerCertificate): Error | undefined {
	if (!isIPv6(hostname)) return tls.checkServerIdentity(hostname, certificate);
	if (new X509Certificate(certificate.raw).checkIP(hostname)) return undefined;
	return new Error(`the certificate is for ${certificate.subjectaltname ?? "no address"}, and not for ${hostname}`);
}
