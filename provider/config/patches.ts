import { isUnknown } from "../facts/unknown";
import { releases } from "../facts/versions";
import { NumberText } from "../go/yaml/number-text";
import { readGoYaml } from "../go/yaml/read";
import { splitDocuments } from "../go/yaml/split";
import { trimSpace } from "../go/yaml/trim-space";
import { ExpectationError, expected, inputProblem } from "./expected";
import { releaseOf } from "./kubernetes-version";
import type { Patch, PatchType } from "./node-spec";
import { didYouMean, joinPath, type Problem, SpecError, show } from "./problems";

const patchTypes: readonly PatchType[] = ["json", "merge", "strategic"];

/** A file in a folder of patches that kubeadm ignores, with the reason. */
export interface IgnoredFile {
	file: string;
	reason: string;
}

/**
 * Patches from the files of a folder as kubeadm's `patches.directory` names it, in kubeadm's order. A file's name says
 * what is patched, and how: `kube-apiserver0+merge.yaml`, that is target, any suffix, `+` and a type, `.yaml` or `.json`.
 * Files with other names, and empty files, are ignored.
 *
 * Source: getPatchSetsFromPath and parseFilename, cmd/kubeadm/app/util/patches/patches.go.
 * @param files content by path inside the folder; the name counts, not the folders before it
 * @param kubernetesVersion version that decides which targets exist @default the newest release
 * @throws SpecError for an unknown type after `+`, and for a text that is no YAML
 */
export function readPatchFiles(
	files: Record<string, string>,
	kubernetesVersion?: string,
): { patches: Patch[]; ignored: IgnoredFile[] } {
	const patches: Patch[] = [];
	const ignored: IgnoredFile[] = [];
	const problems: Problem[] = [];
	const targets = patchTargets(kubernetesVersion);
	for (const path of Object.keys(files).sort(walkOrder)) {
		const file = path.split("/").at(-1)!;
		const content = files[path]!;
		const named = parseFileName(file, targets);
		if ("problem" in named) problems.push({ path, message: named.problem });
		else if ("reason" in named) ignored.push({ file: path, reason: named.reason });
		else if (content === "") ignored.push({ file: path, reason: "it is empty" });
		else {
			const patch: Patch = { ...named, patch: content };
			patches.push(patch);
			problems.push(...documentProblems(patch).map((problem) => ({ ...problem, path })));
		}
	}
	if (problems.length > 0) throw new SpecError("Patches", problems);
	return { patches, ignored };
}

/** Targets of patches in a release of Kubernetes. */
function patchTargets(kubernetesVersion?: string): readonly string[] {
	return releaseOf(kubernetesVersion ?? "").patchTargets;
}

/** Problems of a node's patches, except for those that show only when a patch is applied. Paths as `patches[1].target`. */
export function patchProblems(patches: readonly Patch[], kubernetesVersion: string): Problem[] {
	return patches.flatMap((patch, index) =>
		[
			...targetProblems(patch, kubernetesVersion),
			...typeProblems(patch),
			...(isUnknown(patch.type) ? [] : documentProblems(patch)),
		].map(({ path, message }) => ({ path: joinPath(["patches", index, path]), message })),
	);
}

/**
 * Parses the documents of a patch into JSON values. Several documents in one text are several patches.
 *
 * Source: CreatePatchSet, cmd/kubeadm/app/util/patches/patches.go.
 * @throws an error for a text that is no YAML
 */
export function patchDocuments({ patch }: Patch): unknown[] {
	if (typeof patch !== "string") return [JSON.parse(JSON.stringify(patch))];
	const refuse = (rest: string) => {
		throw new ExpectationError({ expected: "nothing after ---", value: rest });
	};
	return splitDocuments(patch, refuse)
		.map(trimSpace)
		.filter((text) => text !== "")
		.map(readGoYaml);
}

function parseFileName(
	file: string,
	targets: readonly string[],
): { target: string; type: PatchType } | { reason: string } | { problem: string } {
	if (!/^.*[^\n]\.(json|yaml)$/s.test(file)) return { reason: "its name does not end in .json or .yaml" };
	const match = new RegExp(`^(${targets.join("|")})[^.+\\n]*(\\+)?(${patchTypes.join("|")})?`).exec(file);
	if (!match) return { reason: `its name does not begin with one of ${targets.join(", ")}` };
	const [, target = "", plus, type] = match;
	if (plus && !type)
		return {
			problem: expected({ expected: `one of ${patchTypes.join(", ")} after the + in its name`, got: "another" }),
		};
	return { target, type: (type as PatchType | undefined) ?? "strategic" };
}

/** Orders paths folder by folder, as Go's filepath.Walk visits them. */
function walkOrder(a: string, b: string): number {
	const [left, right] = [a.split("/"), b.split("/")];
	const at = left.findIndex((part, index) => part !== right[index]);
	const [x = "", y = ""] = [left[at], right[at]];
	return Buffer.compare(Buffer.from(x), Buffer.from(y));
}

function targetProblems({ target }: Patch, kubernetesVersion: string): Problem[] {
	const known = patchTargets(kubernetesVersion);
	if (target === undefined) return [inputProblem({ path: "target", expected: `one of ${known.join(", ")}` })];
	if (isUnknown(target) || known.includes(target)) return [];
	const later = Object.keys(releases).find((release) => releases[release]?.patchTargets.includes(target));
	const got = later ? `${show(target)}, which can be patched from ${later} on` : show(target);
	const next = later ? undefined : didYouMean(target, known);
	return [inputProblem({ path: "target", expected: `one of ${known.join(", ")}`, got, next })];
}

function typeProblems({ type }: Patch): Problem[] {
	if (type === undefined || isUnknown(type) || patchTypes.includes(type)) return [];
	return [inputProblem({ path: "type", expected: `one of ${patchTypes.join(", ")}`, value: type })];
}

const forms = {
	json: { expected: "a list of operations", fits: (document: unknown) => document === null || isOperations(document) },
	merge: { expected: "an object", fits: isObject },
	strategic: { expected: "an object", fits: (document: unknown) => document === null || isObject(document) },
} as const;

function documentProblems(patch: Patch): Problem[] {
	const path = "patch";
	if (patch.patch === undefined) return [inputProblem({ path, expected: "YAML, JSON, an object or a list" })];
	if (isUnknown(patch.patch)) return [];
	let documents: unknown[];
	try {
		documents = patchDocuments(patch);
	} catch (error) {
		return [
			inputProblem({
				path,
				expected: "YAML or JSON",
				got: `text that is none: ${(error as Error).message.split("\n")[0]}`,
			}),
		];
	}
	const large = documents.flatMap(largeIntegers);
	if (large.length > 0)
		return [inputProblem({ path, expected: `integers up to ${Number.MAX_SAFE_INTEGER}`, got: large.join(", ") })];
	const type = patch.type ?? "strategic";
	const form = forms[type];
	if (!form) return [];
	return documents
		.filter((document) => !form.fits(document))
		.map((document) => inputProblem({ path, expected: `${form.expected} for type ${type}`, value: document }));
}

/** Returns the paths of integers that a JavaScript number cannot hold exactly. */
function largeIntegers(value: unknown): string[] {
	if (value instanceof NumberText) return Number.isSafeInteger(Number(value.text)) ? [] : [value.text];
	return typeof value === "object" && value !== null ? Object.values(value).flatMap(largeIntegers) : [];
}

function isOperations(document: unknown): boolean {
	return Array.isArray(document) && document.every((operation) => isObject(operation) || isUnknown(operation));
}

function isObject(value: unknown): boolean {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
