import type { HostReference } from "./reach";

/**
 * What the first control plane gives of which it can be had.
 * @param failed the error where none gives it, and there are not just one; the text names all failures
 * @throws the failure of the only one
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
