import { splitDocuments } from "../../go/yaml/split";
import { inputProblem } from "../expected";
import { type Problem, show } from "../problems";
import { readDocument } from "./read-document";

/** A document of a configuration file. */
export interface ConfigurationDocument {
	group: string;
	version: string;
	kind: string;
	/** Value of the document, as parsed from JSON or YAML. */
	value: Record<string, unknown>;
	/** Source text of unquoted scalars, by path. */
	plainScalars: ReadonlyMap<string, string>;
}

/**
 * Reads the documents of a file, YAML or JSON, between lines of `---`. Two documents of one kind are a problem, and so is
 * a key that stands twice, of which kubeadm only warns.
 *
 * Source: SplitConfigDocuments, cmd/kubeadm/app/util/marshal.go.
 */
export function readDocuments(text: string): { documents: ConfigurationDocument[]; problems: Problem[] } {
	const problems: Problem[] = [];
	const documents: ConfigurationDocument[] = [];
	const parts = splitDocuments(text, (rest) => {
		problems.push(inputProblem({ path: "file", expected: "nothing after ---", value: rest }));
	});
	for (const [index, part] of parts.entries()) {
		const at = `document ${index + 1}`;
		const { value, duplicates, plainScalars, problem } = readDocument(part);
		const { apiVersion, kind } = isObject(value) ? value : {};
		const type = parseType(apiVersion, kind);
		const subject = type?.kind ?? at;
		if (problem)
			problems.push(inputProblem({ path: at, expected: "YAML or JSON", got: `text that is none: ${problem}` }));
		else if (!type)
			problems.push(
				inputProblem({
					path: at,
					expected: "apiVersion (group/version) and kind",
					got: gotType(apiVersion, kind),
					next: objectHint(value),
				}),
			);
		else if (documents.some((other) => other.kind === type.kind))
			problems.push(inputProblem({ path: subject, expected: "one document of a kind", got: "two" }));
		else documents.push({ ...type, value: value as Record<string, unknown>, plainScalars });
		problems.push(
			...duplicates.map((path) =>
				inputProblem({ path: `${subject}.${path}`, expected: "a field once", got: "it again" }),
			),
		);
	}
	return { documents, problems };
}

/** Hint for an object of the Kubernetes API, such as kubeadm's own ConfigMap: the field that has the configuration. */
function objectHint(value: unknown): string | undefined {
	const { apiVersion, kind, data } = isObject(value) ? value : {};
	if (apiVersion !== "v1") return undefined;
	if (kind === "List") return "give the configuration alone: data.ClusterConfiguration of the ConfigMap kubeadm-config";
	if (kind !== "ConfigMap") return undefined;
	const names = ["ClusterConfiguration", "kubelet", "config.conf"];
	const name = names.find((each) => isObject(data) && each in data) ?? names[0]!;
	const object = { ClusterConfiguration: "kubeadm-config", kubelet: "kubelet-config", "config.conf": "kube-proxy" }[
		name
	];
	const command = `kubectl -n kube-system get configmap ${object} -o jsonpath='{.data.${name.replace(".", "\\.")}}'`;
	return `the configuration is the text under data.${name}: \`${command}\` prints it`;
}

function parseType(
	apiVersion: unknown,
	kind: unknown,
): Pick<ConfigurationDocument, "group" | "version" | "kind"> | undefined {
	if (typeof apiVersion !== "string" || typeof kind !== "string" || kind === "") return undefined;
	const [, group, version] = /^([^/]+)\/([^/]+)$/.exec(apiVersion) ?? [];
	return group && version ? { group, version, kind } : undefined;
}

function gotType(apiVersion: unknown, kind: unknown): string {
	return apiVersion === undefined && kind === undefined ? "neither" : `${show(apiVersion)} and ${show(kind)}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
