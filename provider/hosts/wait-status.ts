/** The time now to the second, for lines that say since when: `2026-11-28T12:04:05Z`. */
export function timeNow(): string {
	return `${new Date().toISOString().slice(0, 19)}Z`;
}

/** Seconds between two lines of a wait whose observation changes. */
const CHANGED_SECONDS = 5;

/** Seconds after which the same observation is said again, so that nobody takes a long wait for a halt. */
const AGAIN_SECONDS = 30;

/**
 * Chooses the observations of a wait that a person is told: none of a wait that is soon over, a changed one 5 s after the last
 * at the earliest, and the same one again after 30 s.
 * @param firstAfter seconds after which the wait is told for the first time
 * @returns a function that says of each observation whether it is told
 */
export function toldObservations(firstAfter = CHANGED_SECONDS): (saw: string, seconds: number) => boolean {
	let told: { saw: string; at: number } | undefined;
	return (saw, seconds) => {
		const due = told ? told.at + (saw === told.saw ? AGAIN_SECONDS : CHANGED_SECONDS) : firstAfter;
		if (seconds < due) return false;
		told = { saw, at: seconds };
		return true;
	};
}
