import type { Problem } from "../problems";
import { type Configured, userFlags } from "./warn";

/** Flags whose name begins with dashes: kubeadm writes two dashes before each name. */
export function flagsWithDashes(configured: Configured): Problem[] {
	return userFlags(configured).flatMap(({ name, component, path }) => {
		if (!name.startsWith("-")) return [];
		const message = `${component} would get --${name}; write the name without dashes: ${name.replace(/^-+/, "")}`;
		return [{ path: `${path}.name`, message }];
	});
}
