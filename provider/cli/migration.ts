import type { Cluster } from "../config/cluster";
import { placeOfKubeconfig } from "../config/discovery";
import { defaultTimeouts, type Node, type NodeSpec } from "../config/node";
import { identities } from "../facts/identities";
import { paths } from "../facts/paths";
import { clusterConfigurationShape } from "../facts/types/kubeadm/cluster-configuration";
import { initConfigurationShape } from "../facts/types/kubeadm/init-configuration";
import { joinConfigurationShape } from "../facts/types/kubeadm/join-configuration";
import { resetConfigurationShape } from "../facts/types/kubeadm/reset-configuration";
import { upgradeConfigurationShape } from "../facts/types/kubeadm/upgrade-configuration";
import type { Shape } from "../facts/types/shape";
import { isUnknown } from "../facts/unknown";
import { encode } from "../go/encode";
import { fromYaml } from "../go/yaml/write";
import { kubeadmConfigMap } from "../render/objects/config-maps";

/** Documents of a file in the current API version, by kind. */
export type Documents = Partial<Record<string, Record<string, unknown>>>;

/** Resolved cluster and nodes, from which a document is completed. */
export interface Context {
	cluster: Cluster;
	/** The first control plane node. Values that only its host could give are unknown. */
	init: Node;
	/** The joining node. */
	join?: Node;
}

type Value = Record<string, unknown>;

/**
 * Completes the documents of kubeadm's kinds with every default that does not depend on a host, in kubeadm's order.
 *
 * Source: MigrateOldConfig, cmd/kubeadm/app/util/config/common.go; v1beta4/defaults.go.
 */
export function completeDocuments(documents: Documents, context: Context): object[] {
	// kubeadm writes both InitConfiguration and ClusterConfiguration where a file has either.
	const isInit = documents["InitConfiguration"] !== undefined || documents["ClusterConfiguration"] !== undefined;
	return Object.entries(kinds).flatMap(([kind, { shape, complete, ofInit }]) => {
		const value = documents[kind] ?? (ofInit && isInit ? {} : undefined);
		if (value === undefined) return [];
		return [encode(shape, { ...complete(value, context), apiVersion: "kubeadm.k8s.io/v1beta4", kind })];
	});
}

interface KindOfDocument {
	shape: Shape;
	/** Whether the kind is written where the file has an InitConfiguration or a ClusterConfiguration. */
	ofInit?: true;
	complete: (value: Value, context: Context) => object;
}

const kinds: Readonly<Record<string, KindOfDocument>> = {
	InitConfiguration: {
		shape: initConfigurationShape,
		ofInit: true,
		complete: (value, { init }) => ({
			...value,
			...nodeFields(value, init),
			localAPIEndpoint: known(init.localAPIEndpoint),
			bootstrapTokens: tokens(value["bootstrapTokens"]),
		}),
	},
	ClusterConfiguration: {
		shape: clusterConfigurationShape,
		ofInit: true,
		complete: (_, { cluster, init }) =>
			fromYaml(kubeadmConfigMap(cluster, { ...init, skipPhases: [] }).data["ClusterConfiguration"] ?? "") as object,
	},
	JoinConfiguration: {
		shape: joinConfigurationShape,
		complete: (value, { join }) => ({
			...filled({ caCertPath: `${paths.certificatesDirectory}/ca.crt` }, value),
			...nodeFields(value, join!),
			discovery: discovery(value["discovery"] as NodeSpec["discovery"]),
			...(value["controlPlane"]
				? { controlPlane: { ...(value["controlPlane"] as Value), localAPIEndpoint: known(join!.localAPIEndpoint) } }
				: {}),
		}),
	},
	ResetConfiguration: {
		shape: resetConfigurationShape,
		complete: (value) => {
			const completed = filled({ certificatesDir: paths.certificatesDirectory, criSocket: paths.criSocket }, value);
			return { ...completed, criSocket: withScheme(String(completed["criSocket"])), timeouts: timeouts(value) };
		},
	},
	UpgradeConfiguration: {
		shape: upgradeConfigurationShape,
		complete: (value) => ({
			...value,
			apply: filled(upgrading, value["apply"]),
			node: filled(upgrading, value["node"]),
			plan: filled({ etcdUpgrade: true }, value["plan"]),
			timeouts: timeouts(value),
		}),
	},
};

const upgrading = {
	certificateRenewal: true,
	etcdUpgrade: true,
	imagePullPolicy: "IfNotPresent",
	imagePullSerial: true,
};

function nodeFields(value: Value, { name, nodeRegistration }: Node): Value {
	const registration = (value["nodeRegistration"] ?? {}) as Value;
	const { taints } = nodeRegistration;
	return {
		// A worker without taints has no list of taints, which differs from an empty list.
		nodeRegistration: known({
			...nodeRegistration,
			name,
			taints: registration["taints"] ?? (taints.length > 0 ? taints : undefined),
		}),
		timeouts: timeouts(value),
	};
}

/** Leaves out the token that kubeadm generates where the file names none. `kubeadm init` generates one when it runs. */
function tokens(declaredTokens: unknown): Value[] {
	const list = Array.isArray(declaredTokens) && declaredTokens.length > 0 ? (declaredTokens as Value[]) : [{}];
	const defaults = {
		ttl: "24h0m0s",
		usages: ["signing", "authentication"],
		groups: [identities.nodeBootstrapTokens],
	};
	return list.map((token) => filled(defaults, token));
}

/** Writes a file of discovery as a path, even where the configuration gave a `file:` address. */
function discovery({ bootstrapToken, file, ...rest }: NonNullable<NodeSpec["discovery"]> = {}): Value {
	const path = file && placeOfKubeconfig(file.kubeConfigPath).file;
	return filled(
		{ tlsBootstrapToken: bootstrapToken?.token },
		{ ...rest, bootstrapToken, file: path === undefined ? file : { ...file, kubeConfigPath: path } },
	);
}

function timeouts(value: Value): Value {
	return filled({ ...defaultTimeouts }, value["timeouts"]);
}

/** Fills in defaults for absent values and for Go's zero values. */
function filled(defaults: Value, value: unknown): Value {
	const isGiven = (item: unknown) => item !== undefined && item !== null && item !== "" && !isEmptyList(item);
	const givenFields = Object.entries((value ?? {}) as Value).filter(
		([name, item]) => isGiven(item) || !(name in defaults),
	);
	return { ...defaults, ...Object.fromEntries(givenFields) };
}

function isEmptyList(item: unknown): boolean {
	return Array.isArray(item) && item.length === 0;
}

function withScheme(socket: string): string {
	return socket.startsWith("unix") ? socket : `unix://${socket}`;
}

/** Copies an object without the fields that only a host could give. */
function known(value: object): Value {
	return Object.fromEntries(Object.entries(value).filter(([, item]) => !isUnknown(item)));
}
