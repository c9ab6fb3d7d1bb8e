import { inputProblem } from "../../config/expected";
import type { Problem } from "../../config/problems";
import { hasUnknowns } from "../../facts/unknown";
import type { PreflightSubject } from "./subject";

/**
 * Returns a problem for each field of a running node that a change would break. A field that is not known yet, or that
 * an older state does not have, is passed over.
 * @param old the subject of the node that runs
 */
export function fixedFieldProblems(old: Partial<PreflightSubject>, now: PreflightSubject): Problem[] {
	return fixed
		.map(({ of, ...field }) => ({ ...field, was: of(old), is: of(now) }))
		.filter(
			({ was, is }) => was !== undefined && is !== undefined && !hasUnknowns([was, is]) && plain(was) !== plain(is),
		)
		.map(({ path, because, was, is }) =>
			inputProblem({
				path: `node.${path}`,
				expected: `${JSON.stringify(was)} as the running node has it`,
				got: `${JSON.stringify(is)}: ${because}`,
				next: "the field cannot be changed; remove the node and add it again",
			}),
		);
}

interface FixedField {
	/** Path of the field in the node. */
	path: string;
	/** What a change would break. */
	because: string;
	/** The field's value; absent where the node has none. */
	of: (subject: Partial<PreflightSubject>) => string | number | undefined;
}

const fixed: readonly FixedField[] = [
	{
		path: "localAPIEndpoint.bindPort",
		because: "kubeconfigs on all nodes name the port",
		of: ({ action, listeners }) =>
			action === "init" || action === "control plane join" ? listeners?.[0]?.port : undefined,
	},
	{
		path: "nodeRegistration.criSocket",
		because: "the containers of the last runtime would go on beside those of the new one",
		of: ({ criSocket }) => criSocket,
	},
];

/** A value in one notation: a socket without its scheme, and in /run, which /var/run is a link to. */
function plain(value: string | number | undefined): string {
	return String(value).replace(/^(unix:\/\/)?(\/var(?=\/run\/))?/, "");
}
