import { isHostsChoice } from "../config/advertise-address";
import type { Cluster } from "../config/cluster";
import type { KubeadmConfig } from "../config/kubeadm";
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
		"Prints what kubeadm reads out of a file: its own kinds in the current API version, with every default. As from",
		"`kubeadm config migrate`, KubeletConfiguration and KubeProxyConfiguration are left out. What only a host could say,",
		"and a token that kubeadm would make, is left out too.",
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
		const { config, cluster } = await readConfiguration(file, { kubernetesVersion, withoutCluster: true, address });
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
		return { exitCode: 0, text: out ? "" : text, json: migrated, warnings: isLeftOut ? [leftOut] : [] };
	},
});

const leftOut =
	"UpgradeConfiguration: left out, as kubeadm before 1.36 does; v1beta4 is its first version, so that it can stay as it is";

interface Said {
	name?: string;
	address?: string;
}

function joining(cluster: Cluster, { role, ...spec }: NonNullable<KubeadmConfig["join"]>, said: Said): Node {
	return resolveNode(cluster, withHost(spec, said), role);
}

/** As kubeadm takes from its own host what a node does not say. */
function withHost({ localAPIEndpoint, ...spec }: NodeSpec, { name, address }: Said): NodeSpec {
	const given = localAPIEndpoint?.advertiseAddress ?? "";
	const advertiseAddress = isHostsChoice(given) && address ? address : given;
	return {
		...spec,
		name: name ?? spec.name,
		localAPIEndpoint: { ...localAPIEndpoint, ...(advertiseAddress ? { advertiseAddress } : {}) },
	};
}
