import type { HostReference } from "./reach";

/** Milliseconds during which a control plane that could not be asked comes last: an answer that does not come takes a minute. */
const LAST_FOR = 120_000;

/** When a control plane could not be asked in this process, by its address, in milliseconds since the process began. */
const failedAt = new Map<string, number>();

/**
 * Calls `ask` for one control plane after the other, and returns the first result. One that failed shortly before comes last.
 * @param ask throws where the control plane cannot be asked
 * @param failed makes the error for several failures, from a text with all of them and the errors themselves. @default an Error
 * @throws the error of `ask` where there is one control plane; else the error that `failed` makes
 */
export async function firstReached<T>(
	controlPlanes: readonly HostReference[],
	ask: (control: HostReference) => Promise<T>,
	failed = (text: string, [cause]: readonly Error[]): Error => new Error(text, { cause }),
): Promise<T> {
	const failures: Error[] = [];
	const isLast = ({ connection }: HostReference) =>
		performance.now() - (failedAt.get(connection.host) ?? Number.NEGATIVE_INFINITY) < LAST_FOR;
	const [last, first] = [controlPlanes.filter(isLast), controlPlanes.filter((control) => !isLast(control))];
	for (const control of [...first, ...last]) {
		try {
			return await ask(control);
		} catch (error) {
			failedAt.set(control.connection.host, performance.now());
			failures.push(error as Error);
		}
	}
	if (failures.length === 1) throw failures[0];
	throw failed(["no control plane can be reached", ...failures.map(({ message }) => message)].join("\n"), failures);
}
