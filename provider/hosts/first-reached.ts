import type { HostReference } from "./reach";

/**
 * Asks control planes in turn, and gives the first answer.
 * @param failed makes the error where none answers and there are several; its text names all failures
 * @throws the failure of a single control plane as it is
 */
export async function firstReached<T>(
	controlPlanes: readonly HostReference[],
	ask: (control: HostReference) => Promise<T>,
	failed = (text: string, [cause]: readonly Error[]): Error => new Error(text, { cause }),
): Promise<T> {
	const failures: Error[] = [];
	for (const control of controlPlanes) {
		try {
			return await ask(control);
		} catch (error) {
			failures.push(error as Error);
		}
	}
	if (failures.length === 1) throw failures[0];
	throw failed(["no control plane can be reached", ...failures.map(({ message }) => message)].join("\n"), failures);
}
