import { Agent, interceptors } from "undici";
import type { Host } from "../hosts/host";
import { throughSsh } from "./connection";

/** Limit of a request, in seconds. */
const REQUEST_TIMEOUT_SECONDS = 30;

/** Number of redirections that are followed, as by Go's http client. */
const REDIRECTIONS = 10;

/**
 * GET of an https URL from a host, through the host's SSH connection.
 * @param ca PEM bundle of the CAs to trust
 * @throws an error where there is no answer; an error status is an answer
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
