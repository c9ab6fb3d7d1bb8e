import { Agent, interceptors } from "undici";
import type { Host } from "../hosts/host";
import { throughSsh } from "./connection";

/** A request's limit in seconds. */
const REQUEST_TIMEOUT_SECONDS = 30;

/** As many as Go's http client follows. */
const REDIRECTIONS = 10;

/** Gets what is at an https address, from a host and with trust in these CAs. Throws only where there is no answer. */
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
