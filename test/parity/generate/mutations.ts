import { type Configuration, configurationText } from "./configuration";
import { cloneConfiguration, isStructure, withField } from "./edit";
import { document } from "./families";
import type { Random } from "./random";
import { type Field, kindNames } from "./shapes";
import { again, Raw } from "./text";
import { valuesOf } from "./values";

interface Tools {
	random: Random;
	fields: readonly Field[];
	version: string;
}

/** A copy that is wrong in a way that no single field's value is. */
export function mutate(configuration: Configuration, tools: Tools): Configuration {
	const [title, mutation] = tools.random.pick(mutations);
	const copy = mutation(cloneConfiguration(configuration), tools);
	return { ...copy, title };
}

type Mutation = (configuration: Configuration, tools: Tools) => Configuration;

const mutations: readonly (readonly [string, Mutation])[] = [
	["unknown field", unknownField],
	["unknown field", unknownField],
	["misspelt field", misspeltField],
	["duplicate key", duplicateKey],
	["other group, version or kind", otherKind],
	["documents more or less", otherDocuments],
	["combination", combination],
	["combination", combination],
	["changed text", changedText],
	["changed text", changedText],
];

function unknownField(configuration: Configuration, { random }: Tools): Configuration {
	const holder = random.pick(mappings(configuration));
	holder[random.pick(["nothingSuch", "spec", "status", "x", "Kind", "apiversion", "metadata", "extra args"])] =
		random.pick([1, "a", null, {}, []]);
	return configuration;
}

function misspeltField(configuration: Configuration, { random }: Tools): Configuration {
	const holder = random.pick(mappings(configuration).filter((mapping) => Object.keys(mapping).length > 0));
	const name = random.pick(Object.keys(holder));
	const value = holder[name];
	delete holder[name];
	const upper = name.slice(0, 1).toUpperCase() + name.slice(1);
	holder[random.pick([upper, name.toLowerCase(), `${name}s`, name.slice(0, -1), name.toUpperCase(), ` ${name}`])] =
		value;
	return configuration;
}

function duplicateKey(configuration: Configuration, { random }: Tools): Configuration {
	const holder = random.pick(mappings(configuration).filter((mapping) => Object.keys(mapping).length > 0));
	const name = random.pick(Object.keys(holder));
	holder[name + again] = random.chance(0.5) ? holder[name] : random.pick(["a", 1, null]);
	return configuration;
}

function otherKind(configuration: Configuration, { random, version }: Tools): Configuration {
	const chosen = random.pick(configuration.documents.filter(isStructure));
	const [key, value] = random.pick([
		["apiVersion", "kubeadm.k8s.io/v1beta5"],
		["apiVersion", "kubeadm.k8s.io/v1"],
		["apiVersion", "kubeadm.k8s.io/v1beta2"],
		["apiVersion", "kubeadm.k8s.io/v1alpha1"],
		["apiVersion", version.startsWith("v1.37.") ? "kubeadm.k8s.io/v1beta3" : "kubeadm.k8s.io/v1beta1"],
		["apiVersion", "kubeadm/v1beta4"],
		["apiVersion", "v1"],
		["apiVersion", ""],
		["apiVersion", "kubelet.config.k8s.io/v1"],
		["apiVersion", "kubelet.config.k8s.io/v1alpha1"],
		["apiVersion", "kubeproxy.config.k8s.io/v1"],
		["apiVersion", "a/b/c"],
		["apiVersion", 5],
		["apiVersion", null],
		["apiVersion", undefined],
		["kind", ""],
		["kind", undefined],
		["kind", null],
		["kind", "initConfiguration"],
		["kind", "ClusterStatus"],
		["kind", "MasterConfiguration"],
		["kind", "KubeletConfiguration"],
		["kind", "ClusterConfiguration"],
		["kind", ["InitConfiguration"]],
	] as const);
	chosen[key] = value;
	return configuration;
}

function otherDocuments(configuration: Configuration, { random, version }: Tools): Configuration {
	const { documents } = configuration;
	const foreign = random.pick([
		{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } },
		{ apiVersion: "audit.k8s.io/v1", kind: "Policy", rules: [] },
		{ apiVersion: "kubelet.config.k8s.io/v1beta1", kind: "SerializedNodeConfigSource" },
		{ apiVersion: "kubelet.config.k8s.io/v1beta1", kind: "CredentialProviderConfig", providers: [] },
	]);
	const changed = random.pick<() => unknown[]>([
		() => [],
		() => documents.slice(1),
		() => documents.slice(0, -1),
		() => [...documents].reverse(),
		() => [...documents, random.pick(documents)],
		() => [...documents, {}],
		() => [...documents, null],
		() => [...documents, new Raw("")],
		() => [...documents, "text"],
		() => [...documents, []],
		() => [...documents, foreign],
		() => [foreign],
		() => [...documents, document(random.pick(kindNames))],
		() => [document(random.pick(kindNames))],
		() => [...documents, document("ClusterConfiguration", { kubernetesVersion: version })],
	]);
	return { ...configuration, documents: changed() };
}

/** Fields that are right by themselves and not beside each other. */
function combination(configuration: Configuration, { random, fields, version }: Tools): Configuration {
	const names = random.pick(conflicting);
	return names.reduce((before, name) => {
		const field = fields.find((candidate) => candidate.name === name);
		if (!field) return before;
		const { valid } = valuesOf(field, version);
		return withField(before, { field, value: random.pick(valid.length > 0 ? valid : [{}]), random, version });
	}, configuration);
}

const conflicting = [
	["ClusterConfiguration.etcd.local.dataDir", "ClusterConfiguration.etcd.external.endpoints"],
	["ClusterConfiguration.etcd.external.certFile", "ClusterConfiguration.etcd.external.endpoints"],
	["ClusterConfiguration.etcd.external.caFile", "ClusterConfiguration.etcd.external.keyFile"],
	["InitConfiguration.bootstrapTokens[].ttl", "InitConfiguration.bootstrapTokens[].expires"],
	["InitConfiguration.bootstrapTokens[].usages", "InitConfiguration.bootstrapTokens[].groups"],
	["JoinConfiguration.discovery.bootstrapToken.token", "JoinConfiguration.discovery.file.kubeConfigPath"],
	[
		"JoinConfiguration.discovery.bootstrapToken.caCertHashes",
		"JoinConfiguration.discovery.bootstrapToken.unsafeSkipCAVerification",
	],
	["ClusterConfiguration.networking.podSubnet", "ClusterConfiguration.controllerManager.extraArgs[].name"],
	["ClusterConfiguration.networking.podSubnet", "ClusterConfiguration.networking.serviceSubnet"],
	["ClusterConfiguration.networking.serviceSubnet", "InitConfiguration.localAPIEndpoint.advertiseAddress"],
	["ClusterConfiguration.certificateValidityPeriod", "ClusterConfiguration.caCertificateValidityPeriod"],
	["InitConfiguration.bootstrapTokens[].token", "InitConfiguration.bootstrapTokens[].token"],
	["InitConfiguration.nodeRegistration.ignorePreflightErrors", "InitConfiguration.skipPhases"],
	["InitConfiguration.nodeRegistration.name", "JoinConfiguration.nodeRegistration.name"],
	["InitConfiguration.dryRun", "ResetConfiguration.dryRun"],
	["JoinConfiguration.dryRun", "KubeletConfiguration.maxPods"],
] as const;

/** One place of the text is another: a letter, a line, an indentation. */
function changedText(configuration: Configuration, { random }: Tools): Configuration {
	const text = configurationText(configuration);
	const lines = text.split("\n");
	const at = random.below(lines.length);
	const line = lines[at]!;
	const column = random.below(line.length + 1);
	const other = random.pick<() => string[]>([
		() => [],
		() => [line, line],
		() => [` ${line}`],
		() => [line.replace(/^ +/, "")],
		() => [`\t${line}`],
		() => [`${line} # a comment`],
		() => [`${line}#no comment`],
		() => ["# a comment", "", line],
		() => ["---", line],
		() => [line, "---", ""],
		() => ["--- # a comment", line],
		() => ["...", line],
		() => ["%YAML 1.1", line],
		() => [line.replace(": ", ":")],
		() => [line.replace(/: /, ": &anchor ")],
		() => [line.replace(/: .*/, ": *anchor")],
		() => [line.replace(/: .*/, ": |\n    text")],
		() => [line.replace(/: .*/, ": >-\n    two\n    lines")],
		() => [line.replace(/: /, ": !!str ")],
		() => [line.replace(/: /, ": !own ")],
		() => [line.replace(/^(\s*)(\w)/, "$1? $2")],
		() => [line.replace(/: .*/, ":")],
		() => [`${line}\r`],
		() => [
			line.slice(0, column) +
				random.pick([..."\"'{}[],:#&*!|>%@`\\\t\u0007\u00a0\ufeff\u0085\u2028"]) +
				line.slice(column),
		],
		() => [line.slice(0, column) + line.slice(column + 1)],
	])();
	return { ...configuration, text: [...lines.slice(0, at), ...other, ...lines.slice(at + 1)].join("\n") };
}

/** All mappings of a configuration, at any depth. */
function mappings({ documents }: Configuration): Record<string, unknown>[] {
	const inside = (value: unknown): Record<string, unknown>[] => {
		if (!isStructure(value)) return [];
		const deeper = Object.values(value).flatMap(inside);
		return Array.isArray(value) ? deeper : [value as Record<string, unknown>, ...deeper];
	};
	return documents.flatMap(inside);
}
