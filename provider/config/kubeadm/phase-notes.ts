import { initPhases, joinPhases } from "../../facts/phases";
import type { Documents } from "./convert";
import type { Note } from "./note";

/** Returns notes for skipped phases that have no effect here, each with the reason. */
export function phaseNotes({ InitConfiguration, JoinConfiguration }: Documents): Note[] {
	const skipped = [
		["InitConfiguration", initPhases, InitConfiguration?.skipPhases],
		["JoinConfiguration", joinPhases, JoinConfiguration?.skipPhases],
	] as const;
	return skipped.flatMap(([kind, phases, names = []]) =>
		(names as string[]).flatMap((name, index) => {
			const effect = phases[name]?.effect;
			if (!effect || !("meaningless" in effect)) return [];
			return [{ path: `${kind}.skipPhases[${index}]`, message: effect.meaningless }];
		}),
	);
}
