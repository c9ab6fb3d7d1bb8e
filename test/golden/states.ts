import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ClusterProgram } from "../clusters/programs/cluster/index.ts";

/** What a release of this package left of a cluster, and of what program, as `record-state.ts` beside this wrote it down. */
export interface StateOfRelease {
	program: ClusterProgram;
	/** As `pulumi stack export` prints it. */
	stored: { deployment: { resources: { urn: string }[] } };
}

/** Of the secrets in these states: keys of clusters that were gone as soon as they were recorded. */
export const passphrase = "golden";

/** `states/RELEASE.json` */
export const statesFolder = join(import.meta.dirname, "states");

export const releases = readdirSync(statesFolder).map((name) => name.replace(/\.json$/, ""));

export function stateOf(release: string): StateOfRelease {
	return JSON.parse(readFileSync(join(statesFolder, `${release}.json`), "utf8"));
}
