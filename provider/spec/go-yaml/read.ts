import { loadAll } from "js-yaml";
import { refuseEscapes } from "./escapes";
import { firstDocument } from "./first-document";
import { refuseKeys } from "./keys";
import { schema } from "./schema";
import { asStrictYaml } from "./strict";
import { refuseTabs } from "./tabs";

/**
 * One YAML document as Kubernetes reads it, where it is not strict: the last of several equal keys counts.
 *
 * Source: YAMLToJSON in sigs.k8s.io/yaml.
 * @throws for text that is none
 */
export function readGoYaml(text: string): unknown {
	const yaml = firstDocument(asStrictYaml(text));
	refuseWhatGoRefuses(yaml);
	// Comments alone are null.
	return loadAll(yaml, { schema, json: true })[0] ?? null;
}

/**
 * What js-yaml would take.
 *
 * @throws YAMLException for the first such place
 */
export function refuseWhatGoRefuses(yaml: string): void {
	refuseTabs(yaml);
	refuseKeys(yaml);
	refuseEscapes(yaml);
}
