import type { Facts } from "../parity/generate/facts";

/** Facts without keys, certificates, tokens and dates, which are others each time. */
export function lastingFacts(facts: Facts): Facts {
	return Object.fromEntries(
		Object.entries(facts).filter(([fact]) => !/-data$/.test(fact) && !fact.startsWith("object Secret/")),
	);
}
