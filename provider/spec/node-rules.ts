import { kubeletConfigurationShape } from "../facts/kubelet-configuration";
import type { Shape } from "../facts/shape";
import { parseAddress } from "./address";
import type { NodeSpec } from "./node-spec";
import { ipAddress, isSubdomain, nonEmpty, oneOf, portNumber, type Rule } from "./rules";

const endpoint = { advertiseAddress: "string?", bindPort: "int?" } as const satisfies Shape;

/** The form of a `NodeSpec`. */
export const nodeSpecShape = {
	name: "string?",
	localAPIEndpoint: endpoint,
	apiServer: endpoint,
	nodeRegistration: {
		criSocket: "string?",
		taints: ["list?", { key: "string", value: "string?", effect: "string" }],
		kubeletExtraArgs: ["list?", { name: "string", value: "string" }],
		imagePullPolicy: "string?",
		imagePullSerial: "*bool?",
	},
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
		resolvConf: "string?",
		cgroupVersion: "int",
		cgroupDriver: "string?",
		machineId: "string",
		caCertificateDirectories: "[string]",
	},
} as const satisfies Shape;

/** Source: cmd/kubeadm/app/apis/kubeadm/validation/validation.go; taints: pkg/apis/core/validation. */
export const nodeRules: readonly Rule<NodeSpec>[] = [
	["name", (name: string) => (isSubdomain(name.trim().toLowerCase()) ? undefined : "a DNS name such as node-1")],
	["localAPIEndpoint.advertiseAddress", advertiseAddress],
	["localAPIEndpoint.bindPort", (port: number) => (port === 0 ? undefined : portNumber(port))],
	["apiServer.advertiseAddress", advertiseAddress],
	["apiServer.bindPort", (port: number) => (port === 0 ? undefined : portNumber(port))],
	["nodeRegistration.criSocket", criSocket],
	["nodeRegistration.taints.*.key", nonEmpty],
	["nodeRegistration.taints.*.effect", oneOf(["NoSchedule", "PreferNoSchedule", "NoExecute"])],
	["nodeRegistration.kubeletExtraArgs.*.name", nonEmpty],
	["nodeRegistration.imagePullPolicy", oneOf(["Always", "IfNotPresent", "Never"])],
	["facts.defaultRouteAddress", (text: string) => (text === "" ? undefined : ipAddress(text))],
];

function advertiseAddress(text: string): string | undefined {
	if (text === "") return undefined;
	const address = parseAddress(text);
	const isLoopback = address?.family === 4 ? address.value >> 24n === 127n : address?.value === 1n;
	return address && !isLoopback ? undefined : "an IP address that other nodes reach";
}

/** kubeadm puts `unix://` before all that does not begin with `unix`. */
function criSocket(text: string): string | undefined {
	const isOther = text.startsWith("unix") && !text.startsWith("unix:");
	return isOther || /[\s<>"^]/.test(text) ? "unix:///path/to.sock" : undefined;
}
