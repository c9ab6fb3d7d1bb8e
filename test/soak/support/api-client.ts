import { setTimeout as pause } from "node:timers/promises";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";

/** Pause between two requests: about 20 requests a second. */
const PAUSE_MILLISECONDS = 50;

/** Seconds after which a request counts as failed. */
const REQUEST_SECONDS = 5;

/** What a client of the API met while something changed. */
export interface ClientReport {
	requests: number;
	/** Requests that failed at the first try. */
	failed: number;
	/** Requests that failed twice. */
	failedTwice: number;
	/** Messages of these failures, each once. */
	reasons: string[];
	/** Seconds of the longest request, both tries together. */
	slowest: number;
	/** Writes that were acknowledged and that the cluster does not have. */
	lost: number;
}

const name = "counted";
const namespace = "default";

/**
 * Starts a client that reads and writes one object in turn, with one retry, until it is stopped.
 * @param kubeconfig YAML
 * @returns stops the client, and tells what it met
 */
export async function startClient(kubeconfig: string): Promise<() => Promise<ClientReport>> {
	const config = new KubeConfig();
	config.loadFromString(kubeconfig);
	const api = config.makeApiClient(CoreV1Api);
	const report: ClientReport = { requests: 0, failed: 0, failedTwice: 0, reasons: [], slowest: 0, lost: 0 };
	let acknowledged = 0;
	let isOver = false;
	const read = async () => Number((await api.readNamespacedConfigMap({ name, namespace })).data!["n"]);
	const write = async (n: number) => {
		await api.replaceNamespacedConfigMap({ name, namespace, body: bodyOf(n) });
		acknowledged = n;
	};
	const asked = async (request: () => Promise<unknown>): Promise<void> => {
		report.requests++;
		const began = performance.now();
		const failure = await tried(request);
		if (failure !== undefined) {
			report.failed++;
			const second = await tried(request);
			if (second !== undefined) report.failedTwice++;
			report.reasons = [...new Set([...report.reasons, failure, ...(second ? [second] : [])])];
		}
		report.slowest = Math.max(report.slowest, (performance.now() - began) / 1000);
	};
	await api.deleteNamespacedConfigMap({ name, namespace }).catch(({ code }) => {
		if (code !== 404) throw new Error(`the client cannot start: status ${code}`);
	});
	await api.createNamespacedConfigMap({ namespace, body: bodyOf(0) });
	const working = (async () => {
		for (let n = 1; !isOver; n++) {
			await asked(() => write(n));
			await pause(PAUSE_MILLISECONDS);
			await asked(async () => {
				const found = await read();
				if (found < acknowledged) report.lost = Math.max(report.lost, acknowledged - found);
			});
			await pause(PAUSE_MILLISECONDS);
		}
	})();
	return async () => {
		isOver = true;
		await working;
		return report;
	};
}

/** @returns the message of a failure; undefined where the request succeeded */
async function tried(request: () => Promise<unknown>): Promise<string | undefined> {
	const timeout = new AbortController();
	const late = pause(REQUEST_SECONDS * 1000, `no answer within ${REQUEST_SECONDS} s`, { signal: timeout.signal });
	try {
		return await Promise.race([request().then(() => undefined), late]);
	} catch (error) {
		return ((error as Error).message.split("\n")[0] ?? "").slice(0, 120);
	} finally {
		timeout.abort();
		late.catch(() => {
			// The request ended before its limit.
		});
	}
}

function bodyOf(n: number) {
	return { metadata: { name }, data: { n: String(n) } };
}
