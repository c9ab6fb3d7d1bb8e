import { UNKNOWN } from "../../facts/unknown";
import { bootstrapTokenProblems } from "../bootstrap-token";
import { clusterProblems } from "../cluster";
import { goValue } from "../go-value";
import { nodeProblems, type Patch } from "../node";
import { type Problem, SpecError } from "../problems";
import { soundPart } from "../structure";
import { checkNotes } from "./check-notes";
import { convert, type Documents } from "./convert";
import { type ConfigurationDocument, readDocuments } from "./documents";
import type { Kind } from "./kinds";
import type { KubeadmConfig } from "./kubeadm-config";
import { phaseNotes } from "./phase-notes";
import { place, placeInFile } from "./place";
import { documentProblems } from "./rules";
import { shapeOf } from "./versions";

export interface ParseOptions {
	/** What is in the folder that the file names for patches. */
	patches?: Patch[];
	/** For a file without ClusterConfiguration. */
	kubernetesVersion?: string;
}

/**
 * What a kubeadm configuration file says. Pure: no other file is read. Refused is what kubeadm refuses, and fields that
 * it does not know or finds twice, which it only warns of.
 *
 * Source: cmd/kubeadm/app/util/config.
 * @param text YAML or JSON, one or several documents in any order
 * @throws SpecError with all problems, their paths as `ClusterConfiguration.networking.podSubnet`
 */
export function parseKubeadmConfig(text: string, options: ParseOptions = {}): KubeadmConfig {
	const read = readDocuments(text);
	const given = read.find(({ kind }) => kind === "ClusterConfiguration")?.value.kubernetesVersion;
	const kubernetesVersion = typeof given === "string" && given ? given : options.kubernetesVersion;
	const { documents, olderKinds, problems } = soundDocuments(read, kubernetesVersion ?? UNKNOWN);
	const converted = convert(documents, olderKinds);
	const config = place(converted);
	if (kubernetesVersion) config.cluster.kubernetesVersion = kubernetesVersion;
	if (config.bootstrapTokens.length === 0 && (converted.InitConfiguration ?? converted.ClusterConfiguration))
		config.bootstrapTokens.push({});
	if (converted.JoinConfiguration) {
		const role = converted.JoinConfiguration.controlPlane ? "control-plane" : "worker";
		config.join = { ...config.join, role };
	}
	if (options.patches) {
		if (documents.InitConfiguration?.patches?.directory) config.init.patches = options.patches;
		if (config.join && documents.JoinConfiguration?.patches?.directory) config.join.patches = options.patches;
	}
	config.notes.push(...phaseNotes(converted), ...checkNotes(converted));
	const all = [...problems, ...documentProblems(converted), ...problemsOf(config)];
	if (all.length > 0) throw new SpecError("Configuration", unique(all));
	return config;
}

function soundDocuments(read: readonly ConfigurationDocument[], kubernetesVersion: string) {
	const documents: Documents = {};
	const olderKinds: Kind[] = [];
	const problems: Problem[] = [];
	for (const document of read) {
		const form = shapeOf(document, kubernetesVersion);
		if ("problem" in form) {
			problems.push({ path: document.kind, message: form.problem });
			continue;
		}
		const { kind, shape } = form;
		const { problems: found, sound } = soundPart(shape, goValue(shape, document.value));
		problems.push(
			...found.map(({ path, message }) => ({ path: `${kind}.${path}`, message: withoutSecret(path, message) })),
		);
		const { apiVersion: _version, kind: _kind, ...fields } = sound;
		documents[kind] = fields;
		if (document.version === "v1beta3") olderKinds.push(kind);
	}
	return { documents, olderKinds, problems };
}

function problemsOf({ cluster, init, join, bootstrapTokens }: KubeadmConfig): Problem[] {
	const { role: _role, ...joining }: Partial<NonNullable<typeof join>> = join ? { discovery: {}, ...join } : {};
	const version = cluster.kubernetesVersion ?? UNKNOWN;
	const parts = {
		cluster: clusterProblems(cluster),
		init: nodeProblems(init, version, ["init"]),
		join: nodeProblems(joining, version, ["join"]),
		bootstrapTokens: bootstrapTokens.flatMap((token, index) => bootstrapTokenProblems(token, `[${index}]`)),
	};
	return Object.entries(parts).flatMap(([part, problems]) =>
		problems.map(({ path, message }) => ({
			path: placeInFile(`${part}${path.startsWith("[") ? "" : "."}${path}`),
			message,
		})),
	);
}

function withoutSecret(path: string, message: string): string {
	return /(token|key)$/i.test(path) ? message.replace(/, got .*/s, ", got something else") : message;
}

function unique(problems: readonly Problem[]): Problem[] {
	return [...new Map(problems.map((problem) => [`${problem.path}: ${problem.message}`, problem])).values()];
}
