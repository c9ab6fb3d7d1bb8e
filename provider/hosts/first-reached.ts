import type { HostReference } from "./reach";

/**
 * Calls `ask` for one control plane after the other, and returns the first result.
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
