import type { componentUsers } from "../facts/identities";
import { discoveryShape } from "../facts/types/kubeadm/join-configuration";
import { kubeletConfigurationShape } from "../facts/types/kubelet-configuration";
import type { Scalar, Shape } from "../facts/types/shape";
import { lowerCase } from "../go/lower-case";
import { trimSpace } from "../go/yaml/trim-space";
import { advertiseAddress, hostAddresses, nodeAdvertiseAddress } from "./advertise-address";
import type { NodeSpec } from "./node-spec";
import { criSocket, ipAddress, isSubdomain, nonEmpty, oneOf, portNumber, type Rule } from "./rules";

const endpoint = { advertiseAddress: "string?", bindPort: "int?" } as const satisfies Shape;

/** Ids of a rootless control plane's users, and of each user's group. */
const userIds = {
	"kubeadm-etcd": "int?",
	"kubeadm-kas": "int?",
	"kubeadm-kcm": "int?",
	"kubeadm-ks": "int?",
} as const satisfies Record<(typeof componentUsers)[keyof typeof componentUsers], Scalar>;

/** The form of a `NodeSpec`. */
export const nodeSpecShape = {
	name: "string?",
	localAPIEndpoint: endpoint,
	apiServer: endpoint,
	nodeRegistration: {
		criSocket: "string?",
		taints: ["list?", { key: "string", value: "string?", effect: "string", timeAdded: "*time?" }],
		kubeletExtraArgs: ["list?", { name: "string", value: "string" }],
		imagePullPolicy: "string?",
		imagePullSerial: "*bool?",
		ignorePreflightErrors: "[string]?",
	},
	skipPhases: "[string]?",
	patches: ["list?", { target: "string", type: "string?", patch: "any" }],
	caCertPath: "string?",
	discovery: ["struct?", discoveryShape],
	labels: "{string}?",
	annotations: "{string}?",
	kubelet: kubeletConfigurationShape,
	timeouts: {
		controlPlaneComponentHealthCheck: "duration",
		kubeletHealthCheck: "duration",
		kubernetesAPICall: "duration",
		etcdAPICall: "duration",
		tlsBootstrap: "duration",
		discovery: "duration",
		upgradeManifests: "duration",
	},
	facts: {
		hostname: "string",
		defaultRouteAddress: "string",
		defaultRouteIPv6Address: "string?",
		loopbackAddress: "string?",
		resolvConf: "string?",
		cgroupVersion: "int",
		cgroupDriver: "string?",
		machineId: "string",
		caCertificateDirectories: "[string]",
		componentUsers: ["struct?", { users: userIds, groups: { ...userIds, "kubeadm-sa-key-readers": "int?" } }],
	},
} as const satisfies Shape;

/** Source: cmd/kubeadm/app/apis/kubeadm/validation/validation.go. */
export const nodeRules: readonly Rule<NodeSpec>[] = [
	["name", (name: string) => (isSubdomain(lowerCase(trimSpace(name))) ? undefined : "a DNS name such as node-1")],
	["localAPIEndpoint.advertiseAddress", nodeAdvertiseAddress],
	["localAPIEndpoint.bindPort", (port: number) => (port === 0 ? undefined : portNumber(port))],
	["apiServer.advertiseAddress", advertiseAddress],
	["apiServer.bindPort", (port: number) => (port === 0 ? undefined : portNumber(port))],
	["nodeRegistration.criSocket", criSocket],
	["nodeRegistration.ignorePreflightErrors", allAlone],
	["caCertPath", caCertPath],
	["nodeRegistration.kubeletExtraArgs.*.name", nonEmpty],
	["nodeRegistration.imagePullPolicy", oneOf(["Always", "IfNotPresent", "Never"])],
	...hostAddresses.map(
		(fact): Rule<NodeSpec> => [`facts.${fact}`, (text: string) => (text === "" ? undefined : ipAddress(text))],
	),
];

/** Source: `ValidateJoinConfiguration`. */
function caCertPath(text: string): string | undefined {
	return text === "" || (text.startsWith("/") && text.endsWith(".crt"))
		? undefined
		: "an absolute path that ends with .crt";
}

/** Names of checks whose errors are ignored. Source: ValidateIgnorePreflightErrors. */
export function allAlone(names: readonly string[]): string | undefined {
	const different = new Set(names.map(lowerCase));
	return different.has("all") && different.size > 1 ? "names of checks, or all alone" : undefined;
}
