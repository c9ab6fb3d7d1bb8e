import { preflightCheckFamilies, preflightChecks } from "../../facts/preflight-checks";
import { didYouMean, show } from "../problems";
import type { Documents } from "./convert";
import type { Note } from "./note";

/** Returns notes for names in `ignorePreflightErrors` that no check has. kubeadm accepts such names without effect. */
export function checkNotes({ InitConfiguration, JoinConfiguration }: Documents): Note[] {
	return Object.entries({ InitConfiguration, JoinConfiguration }).flatMap(([kind, document]) => {
		const names: string[] = document?.nodeRegistration?.ignorePreflightErrors ?? [];
		return names.flatMap((name, index) => {
			if (isKnown(name.toLowerCase())) return [];
			const hint = didYouMean(name, preflightChecks);
			const message = `no check has the name ${show(name)}${hint ? `; ${hint}` : ""}`;
			return [{ path: `${kind}.nodeRegistration.ignorePreflightErrors[${index}]`, message }];
		});
	});
}

function isKnown(name: string): boolean {
	return (
		["all", ...preflightChecks].some((known) => known.toLowerCase() === name) ||
		preflightCheckFamilies.some((family) => name.startsWith(family.toLowerCase()))
	);
}
