import { loadAll } from "js-yaml";
import { inputProblem } from "../config/expected";
import { type Problem, SpecError } from "../config/problems";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import type { HostReference } from "../hosts/reach";
import { base64 } from "../render/base64";
import type { KubernetesObject } from "../render/kubernetes-object";
import { objectsLifecycle } from "./objects-lifecycle";

/** Arguments of an `Addon`. */
export interface AddonArgs {
	/** Control planes through which the API is reached, tried in this order. */
	controlPlanes: HostReference[];
	/** Kubernetes objects as YAML text: one document, or several separated by `---`. */
	yaml: string;
}

/**
 * Lifecycle of Kubernetes objects that the program gives as YAML, such as a pod network. `check` throws SpecError for
 * text that is no YAML, and for an object without `apiVersion`, `kind` or `metadata.name`.
 */
export const addon = objectsLifecycle<AddonArgs>({
	render: ({ yaml }) => (isUnknown(yaml) ? (UNKNOWN as never) : objectsOf(yaml)),
});

/**
 * Reads the objects of a YAML text. Empty documents are left out.
 * @throws SpecError for a text that is no YAML, and with every field that an object lacks
 */
function objectsOf(yaml: string): KubernetesObject[] {
	let documents: unknown[];
	try {
		documents = loadAll(yaml);
	} catch (error) {
		throw new SpecError("Addon", [
			inputProblem({
				path: "yaml",
				expected: "YAML documents",
				got: `text that is none: ${(error as Error).message.split("\n")[0]}`,
			}),
		]);
	}
	const objects = documents.filter(
		(document) => document !== null && document !== undefined,
	) as Partial<KubernetesObject>[];
	const problems: Problem[] = objects.flatMap(({ apiVersion, kind, metadata }, index) => {
		const missing = Object.entries({ apiVersion, kind, "metadata.name": metadata?.name }).filter(
			([, value]) => typeof value !== "string",
		);
		return missing.map(([field]) => inputProblem({ path: `yaml[${index}].${field}`, expected: "text" }));
	});
	if (problems.length > 0) throw new SpecError("Addon", problems);
	return (objects as KubernetesObject[]).map(withDataOnly);
}

/**
 * Replaces `stringData` of a Secret by `data`. The API server stores `stringData` as `data` and never returns
 * `stringData`, so only `data` shows drift.
 */
function withDataOnly(object: KubernetesObject): KubernetesObject {
	const { stringData, ...secret } = object;
	if (object.apiVersion !== "v1" || object.kind !== "Secret" || !stringData) return object;
	const encoded = Object.entries(stringData).map(([key, text]) => [key, base64(String(text))]);
	return { ...secret, data: { ...(secret.data as object | undefined), ...Object.fromEntries(encoded) } };
}
