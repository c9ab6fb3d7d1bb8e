import { X509Certificate } from "node:crypto";
import { isIPv6 } from "node:net";
import type { Duplex } from "node:stream";
import tls, { type PeerCertificate, type TLSSocket } from "node:tls";

/** Whom it trusts and who it is, PEM. */
export interface TlsCredentials {
	ca?: Buffer;
	cert?: Buffer;
	key?: Buffer;
	/** `false`: any certificate will do. @default true */
	rejectUnauthorized?: boolean;
	/** The name that its certificate must be valid for. @default the one that is connected to */
	servername?: string;
}

/** TLS inside a stream, for HTTP/1.1; its certificate must be valid for this name or address. */
export function secureStream(stream: Duplex, hostname: string, credentials: TlsCredentials): Promise<TLSSocket> {
	const name = credentials.servername ?? hostname;
	return new Promise((resolve, reject) => {
		const socket = tls.connect({
			...credentials,
			socket: stream as never,
			host: name,
			// A name is sent, an address must not be.
			servername: /^[\d.]+$|:/.test(name) ? "" : name,
			ALPNProtocols: ["http/1.1"],
			// A cluster's CA may be one that another signed: it is trusted as it is, as by Go.
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

/** Node.js 22.23 takes an IPv6 address for a name, which then matches nothing. */
function checkServerIdentity(hostname: string, certificate: PeerCertificate): Error | undefined {
	if (!isIPv6(hostname)) return tls.checkServerIdentity(hostname, certificate);
	if (new X509Certificate(certificate.raw).checkIP(hostname)) return undefined;
	return new Error(`the certificate is for ${certificate.subjectaltname ?? "no address"}, and not for ${hostname}`);
}
