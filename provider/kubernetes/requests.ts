/** Error for an answer of the API server that is no success. */
export class ApiError extends Error {
	/** HTTP status code. */
	readonly status: number;

	constructor(message: string, status: number, cause?: unknown) {
		super(message, { cause });
		this.name = "ApiError";
		this.status = status;
	}
}

/** Whether an error says that an object, its namespace or its kind does not exist: an `ApiError` with status 404. */
export function isAbsent(error: unknown): boolean {
	return error instanceof ApiError && error.status === 404;
}

/** Makes a request; returns `undefined` where the object, its namespace or its kind does not exist. Throws any other error of the request. */
export async function orAbsent<T>(call: () => Promise<T>): Promise<T | undefined> {
	try {
		return await call();
	} catch (error) {
		if (isAbsent(error)) return undefined;
		throw error;
	}
}

/** Extracts the message from the body of a refusal: `message` of a Kubernetes `Status`, else the body. A body that is no JSON, for example a proxy's page, is cut to 500 characters. */
export function serverMessage(body: unknown): string {
	const text = typeof body === "string" ? body : JSON.stringify(body ?? "");
	try {
		return String(JSON.parse(text).message ?? text);
	} catch {
		return text.slice(0, 500);
	}
}
