import { UNKNOWN } from "../../facts/unknown";
import { goValue } from "../../go/yaml/go-value";
import type { HostAddresses } from "../advertise-address";
import { bootstrapTokenProblems } from "../bootstrap-token";
import { clusterProblems } from "../cluster";
import { inputProblem } from "../expected";
import { type HostFacts, type NodeSpec, nodeProblems, type Patch } from "../node";
import { type Problem, SpecError } from "../problems";
import { soundPart } from "../structure";
import { checkNotes } from "./check-notes";
import { convert, type Documents } from "./convert";
import { type ConfigurationDocument, readDocuments } from "./documents";
import { type Kind, kinds } from "./kinds";
import type { KubeadmConfig } from "./kubeadm-config";
import { phaseNotes } from "./phase-notes";
import { placeFields, placeInFile } from "./place";
import { documentProblems } from "./rules";
import { unreadKinds, unreadNotes } from "./unread";
import { isOtherGroup, shapeOf } from "./versions";

export interface ParseOptions {
	/** Contents of the patch folders that the file names: for the node of InitConfiguration and the node of JoinConfiguration, or one list for both. */
	patches?: Patch[] | { init?: Patch[]; join?: Patch[] };
	/** Kubernetes version for a file whose ClusterConfiguration gives none, or that has no ClusterConfiguration: `1.37.2`. */
	kubernetesVersion?: string;
	/** Addresses of the nodes' host. @default unknown until the host is read */
	facts?: HostAddresses;
	/** Whether documents of other programs are refused, as by `kubeadm config validate`. @default false (noted, as by `kubeadm init`) */
	strict?: boolean;
}

/**
 * Parses a kubeadm configuration file; no other file is read. Refuses what kubeadm refuses, and also fields that
 * kubeadm does not know or finds twice, of which kubeadm only warns.
 *
 * Source: cmd/kubeadm/app/util/config.
 * @param text YAML or JSON, one or several documents in any order
 * @throws SpecError with all problems, their paths as `ClusterConfiguration.networking.podSubnet`
 */
export function parseKubeadmConfig(text: string, options: ParseOptions = {}): KubeadmConfig {
	const read = readDocuments(text);
	const unread = unreadKinds(read.documents, options.strict ?? false);
	const parsedFile = {
		...read,
		problems: read.problems.filter(({ path }) => !unread.some((kind) => path.startsWith(`${kind}.`))),
	};
	const declaredVersion = parsedFile.documents.find(({ kind }) => kind === "ClusterConfiguration")?.value
		.kubernetesVersion;
	const kubernetesVersion =
		typeof declaredVersion === "string" && declaredVersion ? declaredVersion : options.kubernetesVersion;
	const { documents, olderKinds, problems } = soundDocuments(parsedFile.documents, {
		kubernetesVersion: kubernetesVersion ?? UNKNOWN,
		unread,
	});
	const converted = convert(documents, olderKinds);
	const config = placeFields(converted);
	if (kubernetesVersion) config.cluster.kubernetesVersion = kubernetesVersion;
	if (config.bootstrapTokens.length === 0 && (converted.InitConfiguration ?? converted.ClusterConfiguration))
		config.bootstrapTokens.push({});
	if (converted.JoinConfiguration) {
		const role = converted.JoinConfiguration.controlPlane ? "control-plane" : "worker";
		config.join = { ...config.join, role };
	}
	const { init, join } = config.patchesDirectories;
	const { patches = {} } = options;
	const patchesByCommand = Array.isArray(patches) ? { init: patches, join: patches } : patches;
	if (init && patchesByCommand.init) config.init.patches = patchesByCommand.init;
	if (join && patchesByCommand.join && config.join) config.join.patches = patchesByCommand.join;
	config.notes.push(...unreadNotes(unread), ...phaseNotes(converted), ...checkNotes(converted));
	// A missing field may be in a document that could not be read.
	const isWhole = parsedFile.problems.every(({ path }) => path.includes("."));
	const rest = isWhole ? [...documentProblems(converted), ...problemsOf(config, options.facts)] : [];
	const all = [
		...parsedFile.problems,
		...problems,
		...rest.filter(isNew(problems)).map(withVersionHint(olderKinds)),
	].map(withoutSecret);
	if (all.length > 0) throw new SpecError("Configuration", unique(all));
	return config;
}

function soundDocuments(
	read: readonly ConfigurationDocument[],
	{ kubernetesVersion, unread }: { kubernetesVersion: string; unread: readonly string[] },
) {
	const documents: Documents = {};
	const olderKinds: Kind[] = [];
	const problems: Problem[] = [];
	for (const document of read) {
		const isUnread = unread.includes(document.kind);
		if (isUnread && isOtherGroup(document)) continue;
		const form = shapeOf(document, kubernetesVersion);
		if ("problem" in form) {
			problems.push({ path: document.kind, message: form.problem });
			continue;
		}
		// kubeadm checks the version of each document of its own kinds, whether or not the fields are read.
		if (isUnread) continue;
		const { kind, shape } = form;
		const { problems: formProblems, sound } = soundPart(shape, goValue(shape, document.value));
		problems.push(...formProblems.map((problem) => inFile(problem, document, kind)));
		const { apiVersion: _version, kind: _kind, ...fields } = sound;
		documents[kind] = fields;
		if (document.version === "v1beta3") olderKinds.push(kind);
	}
	return { documents, olderKinds, problems };
}

/** Rewrites a structural problem in the words of the file: a number as written, and the kind that has an unknown field. */
function inFile({ path, message }: Problem, { plainScalars }: ConfigurationDocument, kind: Kind): Problem {
	const plain = /^expected a string, got (?!something else)/.test(message) ? plainScalars.get(path) : undefined;
	if (plain)
		return inputProblem({
			path: `${kind}.${path}`,
			expected: "a string",
			got: plain,
			next: `write it in quotes: "${plain}"`,
		});
	const others = message.startsWith("unknown field, ") ? kindsWith(path).filter((other) => other !== kind) : [];
	if (others.length === 0 || message.startsWith("unknown field, v1beta4")) return { path: `${kind}.${path}`, message };
	return {
		path: `${kind}.${path}`,
		message: `unknown field here, but known in ${others.join(" and ")}; move it there`,
	};
}

/** Returns kubeadm's own kinds that have a field at the top level. */
function kindsWith(field: string): Kind[] {
	const names = Object.keys(kinds) as Kind[];
	return names.filter((kind) => kinds[kind].group === "kubeadm.k8s.io" && Object.hasOwn(kinds[kind].shape, field));
}

/** Whether a problem's path differs from, and contains none of, the paths of earlier problems. */
function isNew(earlier: readonly Problem[]): (problem: Problem) => boolean {
	return ({ path }) =>
		!earlier.some(
			(problem) =>
				problem.path === path || (/^[.[]/.test(problem.path.slice(path.length)) && problem.path.startsWith(path)),
		);
}

/** Adds the next step to a problem of the version: kubeadm accepts a file without a version, and reads v1beta3 up to a release. */
function withVersionHint(olderKinds: readonly Kind[]): (problem: Problem) => Problem {
	return ({ path, message }) => {
		if (path !== "ClusterConfiguration.kubernetesVersion") return { path, message };
		if (message.endsWith("got nothing")) return { path, message: `${message}; ${missingVersion}` };
		const [, release] = /got "v?(1\.3[1-3])\./.exec(message) ?? [];
		if (olderKinds.length === 0 || !release) return { path, message };
		const next = `\`kubeadm config migrate\` of kubeadm ${release} converts the file's v1beta3 documents to v1beta4`;
		return { path, message: `${message}; ${next}` };
	};
}

const missingVersion =
	"kubeadm would take the newest version there is; add one, or give --kubernetes-version on the command line, or { kubernetesVersion } to fromKubeadmConfig";

function problemsOf({ cluster, init, join, bootstrapTokens }: KubeadmConfig, facts?: HostAddresses): Problem[] {
	const onHost = (node: NodeSpec) => (facts ? { ...node, facts: facts as HostFacts } : node);
	const { role: _role, ...joining }: Partial<NonNullable<typeof join>> = join ? { discovery: {}, ...join } : {};
	const version = cluster.kubernetesVersion ?? UNKNOWN;
	const parts = {
		cluster: clusterProblems(cluster),
		init: nodeProblems(onHost(init), version, ["init"]),
		join: nodeProblems(onHost(joining), version, ["join"]),
		bootstrapTokens: bootstrapTokens.flatMap((token, index) => bootstrapTokenProblems(token, `[${index}]`)),
	};
	return Object.entries(parts).flatMap(([part, problems]) =>
		problems.map(({ path, message }) => ({
			path: placeInFile(`${part}${path.startsWith("[") ? "" : "."}${path}`),
			message,
		})),
	);
}

function withoutSecret({ path, message }: Problem): Problem {
	const isSecret = /(token|certificateKey)$/i.test(path);
	return { path, message: isSecret ? message.replace(/, got .*/s, ", got something else") : message };
}

function unique(problems: readonly Problem[]): Problem[] {
	return [...new Map(problems.map((problem) => [`${problem.path}: ${problem.message}`, problem])).values()];
}
