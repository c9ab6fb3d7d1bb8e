import { type Event, loadAll, parseEvents, YAMLException } from "js-yaml";
import { refuseEscapes } from "./escapes";
import { firstDocument } from "./first-document";
import { refuseKeys } from "./keys";
import { refuseProperties } from "./properties";
import { schema } from "./schema";
import { asStrictYaml } from "./strict";
import { refuseTabs } from "./tabs";

/**
 * Reads one YAML document as Kubernetes does where it is not strict: the last of several equal keys counts.
 *
 * Source: YAMLToJSON in sigs.k8s.io/yaml.
 * @throws for text that is none
 */
export function readGoYaml(text: string): unknown {
	const yaml = firstDocument(asStrictYaml(text));
	goEvents(yaml);
	// Comments alone are null.
	return loadAll(yaml, { schema, json: true })[0] ?? null;
}

/**
 * What a text consists of.
 *
 * @throws YAMLException for the first place that Go refuses, where js-yaml would take it too
 */
export function goEvents(yaml: string): Event[] {
	// To Go a document begins with a line that begins with its marker: elsewhere that is a text.
	if (/^(?:[ \t]*(?:#.*)?\n)*[ \t]+---(?=\s|$)/.test(yaml))
		throw new YAMLException("expected --- at the beginning of a line");
	const events = parseEvents(yaml, {});
	for (const refuse of [refuseTabs, refuseKeys, refuseEscapes, refuseProperties]) refuse(yaml, events);
	return events;
}
