import { HostError } from "../hosts/host-error";
import { status } from "../hosts/status";
import { waitFor } from "../hosts/wait";
import type { ApiConnection } from "./connection";
import { ApiError } from "./requests";

/** One request, as often as it takes. */
interface Attempt<T> {
	what: string;
	call: (connection: ApiConnection) => Promise<T>;
	/** Whether an answer is no failure but too early. */
	comesLater?: (error: unknown) => boolean;
}

/** Requests over one connection, until one of them fails: then over what the next control plane gives. */
export function attempts({
	connectFrom,
	connection: first,
	patienceSeconds: timeoutSeconds,
}: {
	connectFrom: (place: number) => Promise<ApiConnection>;
	connection: ApiConnection;
	patienceSeconds: number;
}) {
	let kept: ApiConnection | undefined = first;
	let place = 0;
	return async <T>({ what, call, comesLater }: Attempt<T>): Promise<T> =>
		waitFor({
			subject: `Kubernetes API: ${what}`,
			timeoutSeconds,
			onStatus: status,
			observe: async () => {
				const connection = kept ?? (await connectFrom(place));
				const mayBeOld = kept === connection;
				kept = connection;
				try {
					return { done: true, value: await call(connection) };
				} catch (error) {
					const passes = isTransient(error) || comesLater?.(error) || (mayBeOld && isOfTheWay(error));
					if (!passes && !(await isStarting(connection, error)))
						throw failure(`Kubernetes API (through ${connection.through}): ${what}`, error as Error);
					kept = undefined;
					place++;
					return { done: false, saw: `${wordsOf(error as Error)} (through ${connection.through})` };
				}
			},
		});
}

/** Away (no answer at all), overloaded, or starting. What is wrong with the host itself stays so. */
export function isTransient(error: unknown): boolean {
	if (error instanceof ApiError) return error.status === 429 || error.status >= 500;
	for (let cause = error; cause instanceof Error; cause = cause.cause)
		if (cause instanceof HostError)
			return cause.reason === "lost" || (cause.reason === "refused" && cause.layer === "network");
	return true;
}

/** Its host may be away since, and its kubeconfig renewed. */
function isOfTheWay(error: unknown): boolean {
	return !(error instanceof ApiError) || error.status === 401;
}

/** One that has just started knows nobody's rights yet, and says no to everybody. */
async function isStarting(connection: ApiConnection, error: unknown): Promise<boolean> {
	if (!(error instanceof ApiError) || ![401, 403].includes(error.status)) return false;
	const ready = connection.request({ method: "GET", path: "/readyz" });
	return ready.then(
		({ status: code }) => code !== 200,
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
