import { rootOnly } from "../facts/file-access";
import { bootstrapKubeconfigPath, kubeconfigPath } from "../render/kubeconfig";
import type { Difference } from "./difference";
import { type Against, type DifferenceInFile, fileDifferences } from "./file";
import { directories, unexpectedManifests } from "./folders";
import { type Context, joinedDifferences, kubeconfigDifferences } from "./kubeconfigs";
import { leftovers } from "./leftovers";
import { authorityDifferences, leafDifferences, serviceAccountDifferences } from "./pki";
import { valueDifferences } from "./values";
import { isMapping, kindOf, yamlIn } from "./yaml";

/** Differences between a node's tree and its plan, sorted by path. */
export function treeDifferences(against: Against): Difference[] {
	const { plan } = against;
	return [
		...plainFiles(against),
		...plan.authorities.flatMap((request) => authorityDifferences(request, against)),
		...plan.certificates.flatMap((request) => leafDifferences(request, against)),
		...kubeconfigs(against),
		...serviceAccountDifferences(against),
		...unexpectedManifests(against),
		...directories(against),
		...leftovers(against),
	].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
}

function plainFiles({ plan, tree }: Against): Difference[] {
	return Object.entries(plan.files).flatMap(([path, wanted]) =>
		fileDifferences({ path: path, mode: wanted.mode }, tree, ({ content }) => {
			return path.endsWith(".env")
				? valueDifferences(flagsIn(wanted.content), flagsIn(content))
				: yamlDifferences(wanted.content, content);
		}),
	);
}

/** Compares two mappings. Any other value may hold a secret: only its kind is shown. */
function yamlDifferences(expected: string, content: string): DifferenceInFile[] {
	const parsed = yamlIn(content);
	if (parsed && isMapping(parsed.value)) return valueDifferences(yamlIn(expected)?.value, parsed.value);
	return [{ at: "", expected: "a mapping", found: parsed ? kindOf(parsed.value) : "text that is no YAML" }];
}

function kubeconfigs({ plan, tree, now, saysCluster }: Against): Difference[] {
	const [ca] = plan.authorities;
	const caCertificate = ca ? (tree.readFile(ca.certificatePath)?.content ?? "") : "";
	const context: Context = { plan, caCertificate, now, saysCluster };
	const written = plan.kubeconfigs.flatMap((request) =>
		fileDifferences({ path: request.path, mode: rootOnly.mode }, tree, ({ content }) =>
			kubeconfigDifferences(request, content, context),
		),
	);
	if (plan.command === "init" || !plan.parts.hasKubelet) return written;
	const final = kubeconfigPath("kubelet.conf");
	const path = !tree.readFile(final) && tree.readFile(bootstrapKubeconfigPath) ? bootstrapKubeconfigPath : final;
	return [
		...written,
		...fileDifferences({ path: path, mode: rootOnly.mode }, tree, ({ content }) =>
			joinedDifferences(path, content, context),
		),
	];
}

/** Parses lines of the form `NAME="--flag=value …"` into lists of flags by name. */
function flagsIn(text: string): Record<string, string[]> {
	const lines = text.split("\n").filter((line) => line.includes("="));
	return Object.fromEntries(
		lines.map((line) => {
			const [, name = "", value = ""] = /^([^=]*)=(.*)$/.exec(line) ?? [];
			return [
				name,
				value
					.replace(/^"(.*)"$/, "$1")
					.split(" ")
					.filter(Boolean),
			];
		}),
	);
}
