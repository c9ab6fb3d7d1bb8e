import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { Unavailable } from "./unavailable.ts";

export interface Answer {
	status: number;
	headers: Headers;
	text: string;
}

/** Downloads over HTTP. Gives up on a refusal at once and on silence after a few seconds, then refuses further downloads from the same host. */
export interface Downloads {
	/** Returns the answer of a URL, with any status. */
	ask(url: string, headers?: Record<string, string>): Promise<Answer>;
	/** Saves the body of an answer with status 200 into a file, and returns its digest in hexadecimal. */
	save(url: string, file: string, how: { algorithm: string; headers?: Record<string, string> }): Promise<string>;
}

/**
 * @param mirror base address that replaces `https://`: `https://HOST/PATH` is requested as `MIRROR/HOST/PATH`. @default none
 * @param stallMs milliseconds to wait for a connection, an answer, or the next bytes. @default 5000
 */
export function createDownloads({ mirror, stallMs = 5000 }: { mirror?: string; stallMs?: number } = {}): Downloads {
	const unreachable = new Map<string, string>();

	async function open<T>(
		official: string,
		headers: Headers,
		use: (response: Response, alive: () => void) => Promise<T>,
	) {
		const url = mirror ? `${mirror.replace(/\/$/, "")}/${official.replace(/^https?:\/\//, "")}` : official;
		const { host } = new URL(url);
		const before = unreachable.get(host);
		if (before) throw new Unavailable(`${host}: ${before}`);
		const silence = new AbortController();
		const timer = setTimeout(() => silence.abort(new Error(`silent for ${stallMs / 1000} s`)), stallMs);
		let answered = false;
		try {
			const response = await fetch(url, { headers, signal: silence.signal });
			answered = true;
			timer.refresh();
			return await use(response, () => timer.refresh());
		} catch (error) {
			if (error instanceof Unavailable) throw error;
			const reason = networkReason(error);
			if (!answered || silence.signal.aborted) unreachable.set(host, reason);
			throw new Unavailable(`${url}: ${answered ? "cut off: " : ""}${reason}`, { cause: error });
		} finally {
			clearTimeout(timer);
		}
	}

	return {
		ask: (url, headers) =>
			open(url, new Headers(headers), async (response) => ({
				status: response.status,
				headers: response.headers,
				text: await response.text(),
			})),
		save: (url, file, { algorithm, headers }) =>
			open(url, new Headers(headers), async (response, alive) => {
				if (response.status !== 200 || !response.body) {
					await response.body?.cancel();
					throw new Unavailable(`${url}: answered ${response.status}, expected 200`);
				}
				const hash = createHash(algorithm);
				const body = response.body;
				await pipeline(async function* () {
					for await (const chunk of body) {
						alive();
						hash.update(chunk);
						yield chunk;
					}
				}, createWriteStream(file));
				return hash.digest("hex");
			}),
	};
}

// fetch wraps the cause ("fetch failed", "terminated"). Errors that do not come from the network are rethrown.
function networkReason(error: unknown): string {
	const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
	if (!(cause instanceof Error)) throw error;
	const fromFile =
		(cause as NodeJS.ErrnoException).syscall === "write" || (cause as NodeJS.ErrnoException).syscall === "open";
	if (fromFile) throw error;
	return cause.message || (cause as NodeJS.ErrnoException).code || cause.name;
}
