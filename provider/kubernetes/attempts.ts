import { HostError } from "../hosts/host-error";
import { status } from "../hosts/status";
import { waitFor } from "../hosts/wait";
import { within } from "../hosts/within";
import type { Client } from "./client";
import type { ApiConnection } from "./connection";
import { ApiError } from "./requests";

/** A request that may be made several times. */
interface Attempt<T> {
	/** What the request does, as errors say it: "read v1 Node cp-1". */
	what: string;
	call: (client: Client) => Promise<T>;
	/** Whether an error means "too early", so that the request is made again. */
	comesLater?: (error: unknown) => boolean;
}

/**
 * Makes a function that makes requests over one connection. When a request finds the API server away or busy, the function
 * connects through the next control plane and repeats the request, for at most `patienceSeconds`.
 * @returns the function; it throws a WaitError at the limit, an ApiError for a refusal, and an Error where a host fails
 */
export function attempts({
	connectFrom,
	connection: first,
	patienceSeconds: timeoutSeconds,
	answerSeconds,
}: {
	/** Connects through the first control plane that can be reached, beginning with the one of this index. */
	connectFrom: (index: number) => Promise<ApiConnection>;
	connection: ApiConnection;
	patienceSeconds: number;
	/** Seconds after which an API server that has not answered counts as away. @default no limit */
	answerSeconds?: number;
}) {
	let kept: ApiConnection | undefined = first;
	let index = 0;
	return async <T>({ what, call, comesLater }: Attempt<T>): Promise<T> =>
		waitFor({
			subject: `Kubernetes API: ${what}`,
			timeoutSeconds,
			onStatus: status,
			observe: async () => {
				const connection = kept ?? (await connectFrom(index));
				const mayBeOld = kept === connection;
				kept = connection;
				try {
					return { done: true, value: await inTime(call(connection.client), answerSeconds) };
				} catch (error) {
					const passes = isTransient(error) || comesLater?.(error) || (mayBeOld && isOfConnection(error));
					if (!passes && !(await isStarting(connection, error)))
						throw failure(`Kubernetes API (through ${connection.through}): ${what}`, error as Error);
					kept = undefined;
					index++;
					return { done: false, saw: `${wordsOf(error as Error)} (through ${connection.through})` };
				}
			},
		});
}

function inTime<T>(answer: Promise<T>, seconds: number | undefined): Promise<T> {
	return seconds === undefined ? answer : within(answer, { seconds, what: "answer", late: () => {} });
}

/** Whether a later request may succeed: the API server gave no answer, or the status 429 or 5xx. False for a failure of the host itself. */
export function isTransient(error: unknown): boolean {
	if (error instanceof ApiError) return error.status === 429 || error.status >= 500;
	for (let cause = error; cause instanceof Error; cause = cause.cause)
		if (cause instanceof HostError)
			return cause.reason === "lost" || (cause.reason === "refused" && cause.layer === "network");
	return true;
}

/** Whether a kept connection may be the cause: its host went away meanwhile, or its kubeconfig was renewed. */
function isOfConnection(error: unknown): boolean {
	return !(error instanceof ApiError) || error.status === 401;
}

/** Whether a refusal comes from an API server that is not ready: it has not loaded its roles yet, and refuses everybody. */
async function isStarting(connection: ApiConnection, error: unknown): Promise<boolean> {
	if (!(error instanceof ApiError) || ![401, 403].includes(error.status)) return false;
	return connection.client.get("/readyz").then(
		() => false,
		() => true,
	);
}

function failure(subject: string, error: Error): Error {
	const message = `${subject}: ${wordsOf(error)}`;
	return error instanceof ApiError ? new ApiError(message, error.status, error) : new Error(message, { cause: error });
}

function wordsOf({ message, cause }: Error): string {
	return cause instanceof Error ? cause.message : message;
}
