/** An answer of the API server that is no success. */
export class ApiError extends Error {
	/** HTTP status code. */
	readonly status: number;

	constructor(message: string, status: number, cause?: unknown) {
		super(message, { cause });
		this.name = "ApiError";
		this.status = status;
	}
}

/** Whether an object, its namespace or its kind does not exist. */
export function isAbsent(error: unknown): boolean {
	return error instanceof ApiError && error.status === 404;
}

/** Makes a request; returns `undefined` where the object, its namespace or its kind does not exist. */
export async function orAbsent<T>(call: () => Promise<T>): Promise<T | undefined> {
	try {
		return await call();
	} catch (error) {
		if (isAbsent(error)) return undefined;
		throw error;
	}
}

/** The message in the body of a refusal. A proxy on the way may answer with a page instead, which is cut to 500 characters. */
export function serverMessage(body: unknown): string {
	const text = typeof body === "string" ? body : JSON.stringify(body ?? "");
	try {
		return String(JSON.parse(text).message ?? text);
	} catch {
		return text.slice(0, 500);
	}
}
