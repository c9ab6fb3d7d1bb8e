import type { Pod } from "./pod";
import { mainContainer } from "./readiness";

/** Names of the flags of a component, without dashes, in the order in which they stand in the pod's command. */
export function flagsOf(pod: Pod): Set<string> {
	return new Set(flagsIn(pod).map(([name]) => name));
}

/** Value of a flag of a component. The last one counts. Undefined for a flag that is not given. */
export function flagOf(pod: Pod, name: string): string | undefined {
	return flagsIn(pod).findLast(([given]) => given === name)?.[1];
}

function flagsIn(pod: Pod): [name: string, value: string][] {
	const { command = [], args = [] } = mainContainer(pod) as { command?: string[]; args?: string[] };
	return [...command, ...args]
		.map((word) => /^--([^=]+)=(.*)$/s.exec(word))
		.filter((match) => match !== null)
		.map(([, name, value]) => [name!, value!]);
}
