import type { Pod } from "./pod";
import { mainContainer } from "./readiness";

/** Values of the flags of a component, by name without dashes. Of a flag that is given several times, the last one counts. */
export function flagsOf(pod: Pod): Map<string, string> {
	const { command = [], args = [] } = mainContainer(pod) as { command?: string[]; args?: string[] };
	const flags = [...command, ...args].map((word) => /^--([^=]+)=(.*)$/s.exec(word)).filter((match) => match !== null);
	return new Map(flags.map(([, name, value]) => [name!, value!]));
}
