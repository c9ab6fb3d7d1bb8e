import { Agent, interceptors } from "undici";
import type { Host } from "../hosts/host";
import { throughSsh } from "./connection";

/** Limit of a request, in seconds. */
const REQUEST_TIMEOUT_SECONDS = 30;

/** Number of redirections that are followed, as by Go's http client. */
const REDIRECTIONS = 10;

/**
 * Makes a GET request to an https URL from a host, through the host's SSH connection. Follows at most 10 redirections.
 * @param ca PEM bundle of the CAs to trust
 * @returns status and body of the answer, also for an error status
 * @throws Error where no answer comes within 30 s, with the reason as its code or cause; HostError where the host cannot dial
 */
export async function httpsGet(
	host: Host,
	address: URL,
	{ ca, headers }: { ca: Buffer; headers: Record<string, string> },
): Promise<{ status: number; text: string }> {
	const agent = new Agent({ connect: throughSsh(async () => host, { ca }) });
	try {
		const dispatcher = agent.compose(interceptors.redirect({ maxRedirections: REDIRECTIONS }));
		const { statusCode, body } = await dispatcher.request({
			origin: address.origin,
			path: address.pathname + address.search,
			method: "GET",
			headers,
			signal: AbortSignal.timeout(REQUEST_TIMEOUT_SECONDS * 1000),
		});
		return { status: statusCode, text: await body.text() };
	} finally {
		await agent.destroy();
	}
}
