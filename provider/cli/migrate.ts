import { isHostsChoice } from "../config/advertise-address";
import type { Cluster } from "../config/cluster";
import type { KubeadmConfig } from "../config/kubeadm";
import type { Documents } from "../config/kubeadm/convert";
import { releaseOf } from "../config/kubernetes-version";
import { type Node, type NodeSpec, resolveNode } from "../config/node";
import { toYaml } from "../go/yaml/write";
import { command } from "./command";
import { configOptions, readConfiguration } from "./configuration";
import { hostOptions } from "./host-options";
import { completeDocuments } from "./migration";
import { placeAll } from "./tree/write";

/** `kubeadm config migrate`. */
export const migrate = command({
	summary: "convert a configuration file to the current API version, with all defaults",
	description: [
		"Prints kubeadm's own documents of a file in the current API version, with every default. As from `kubeadm config",
		"migrate`, KubeletConfiguration and KubeProxyConfiguration are left out; a warning names them. Values that only a host",
		"has, and the token that kubeadm would make, are left out too.",
	].join("\n"),
	options: {
		"old-config": {
			type: "string",
			value: "FILE",
			description: "the file; - for standard input",
			required: true,
		},
		"kubernetes-version": configOptions["kubernetes-version"],
		"new-config": { type: "string", value: "FILE", description: "where to write (default: standard output)" },
		node: hostOptions.node,
		address: hostOptions.address,
	},
	examples: [
		"migrate --old-config old.yaml --new-config kubeadm.yaml",
		"migrate --old-config join.yaml --kubernetes-version 1.36.3",
	],
	failure: 1,

	async run({ "old-config": file, "kubernetes-version": kubernetesVersion, "new-config": out, node: name, address }) {
		const { config, cluster, warnings } = await readConfiguration(file, {
			kubernetesVersion,
			withoutCluster: true,
			strict: true,
			address,
		});
		const { init, join } = config;
		const { UpgradeConfiguration: upgrade, ...others } = config.documents;
		const isLeftOut = upgrade !== undefined && !releaseOf(cluster.kubernetesVersion).migratesUpgradeConfiguration;
		const migrated = completeDocuments(isLeftOut ? others : config.documents, {
			cluster,
			init: resolveNode(cluster, withHost(init, { name, address }), "control-plane"),
			...(join ? { join: joining(cluster, join, { name, address }) } : {}),
		});
		const text = migrated.map((document) => toYaml(document)).join("---\n");
		if (out) placeAll([{ path: out, content: text, mode: "0600" }]);
		return {
			exitCode: 0,
			text: out ? "" : text,
			json: migrated,
			warnings: [...warnings.filter(isOfReading), ...leftOutWarnings(config.documents, isLeftOut)],
		};
	},
});

/** Returns a warning for each document that is left out of the new file. kubeadm leaves such documents out silently. */
function leftOutWarnings(documents: Documents, isUpgradeLeftOut: boolean): string[] {
	const components = (["KubeletConfiguration", "KubeProxyConfiguration"] as const).filter((kind) => documents[kind]);
	const ofComponents = components.map(
		(kind) => `${kind}: left out, as by kubeadm; append the document to the new file, where it can stay as it is`,
	);
	const ofUpgrade =
		"UpgradeConfiguration: left out, as by kubeadm before 1.36; v1beta4 is its first version, so that it can stay as it is";
	return [...ofComponents, ...(isUpgradeLeftOut ? [ofUpgrade] : [])];
}

/** Whether a warning of the configuration concerns a document that the new file does not have. */
function isOfReading(warning: string): boolean {
	return warning.includes("ignored, as by kubeadm");
}

interface Said {
	name?: string;
	address?: string;
}

function joining(cluster: Cluster, { role, ...spec }: NonNullable<KubeadmConfig["join"]>, declared: Said): Node {
	return resolveNode(cluster, withHost(spec, declared), role);
}

/** Sets the values that kubeadm takes from its own host where a node does not give them. */
function withHost({ localAPIEndpoint, ...spec }: NodeSpec, { name, address }: Said): NodeSpec {
	const declaredAddress = localAPIEndpoint?.advertiseAddress ?? "";
	const advertiseAddress = isHostsChoice(declaredAddress) && address ? address : declaredAddress;
	return {
		...spec,
		name: name ?? spec.name,
		localAPIEndpoint: { ...localAPIEndpoint, ...(advertiseAddress ? { advertiseAddress } : {}) },
	};
}
