import { controlPlaneTaint } from "../facts/identities";
import { paths } from "../facts/paths";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { normalizeDuration } from "../go/duration";
import { lowerCase } from "../go/lower-case";
import { goValue } from "../go/yaml/go-value";
import { trimSpace } from "../go/yaml/trim-space";
import { endpoint } from "./advertise-address";
import type { Cluster } from "./cluster-spec";
import { discoveryProblems } from "./discovery";
import { inputProblem } from "./expected";
import { nodeRules, nodeSpecShape } from "./node-rules";
import type { APIEndpoint, Node, NodeRole, NodeSpec, Timeouts } from "./node-spec";
import { patchProblems } from "./patches";
import { type PhasedCommand, phaseProblems } from "./phases";
import { type Problem, SpecError } from "./problems";
import { laterFieldProblems } from "./release-fields";
import { ruleProblems } from "./rules";
import * as structure from "./structure";

export type * from "./node-spec";

/** Name of the Node object of a node: the given name in lower case. Source: `SetNodeRegistrationDynamicDefaults`, kubeadm util/config/initconfiguration.go. */
export function nodeNameOf(name: string): string {
	return lowerCase(trimSpace(name));
}

/**
 * Checks a node and fills in kubeadm's defaults and the values that follow from the host's facts. A value that follows from
 * a fact that is not read yet is unknown.
 * @throws SpecError with all problems
 */
export function resolveNode(cluster: Cluster, spec: NodeSpec, role: NodeRole): Node {
	const known = goValue(nodeSpecShape, structure.withoutStructuralUnknowns(nodeSpecShape, spec));
	// Missing fields of a discovery can only be reported once the whole discovery is known.
	if (nodeUnknowns(spec).some((path) => path.startsWith("discovery"))) delete known.discovery;
	const problems = nodeProblems(known, cluster.kubernetesVersion);
	const knowsServer = known?.apiServer?.advertiseAddress || spec?.discovery || cluster.controlPlaneEndpoint;
	if (role === "worker" && !knowsServer) {
		problems.push(
			inputProblem({
				path: "apiServer.advertiseAddress",
				expected: "the address of a control plane node, since the cluster has no controlPlaneEndpoint",
			}),
		);
	}
	if (problems.length === 0 && role === "control-plane" && localEndpoint(known).advertiseAddress === "") {
		problems.push(
			inputProblem({
				path: "localAPIEndpoint.advertiseAddress",
				expected: "the address of its API server, since its host has none on the interface of a default route",
			}),
		);
	}
	if (problems.length > 0) throw new SpecError(`Node ${JSON.stringify(known?.name ?? "")}`, problems);
	const registration = known.nodeRegistration;
	const localAPIEndpoint = localEndpoint(known);
	return {
		role,
		name: nodeNameOf(known.name ?? known.facts?.hostname ?? UNKNOWN),
		localAPIEndpoint,
		apiServer: endpoint(
			known.apiServer,
			{ defaultRouteAddress: localAPIEndpoint.advertiseAddress },
			localAPIEndpoint.bindPort,
		),
		nodeRegistration: {
			criSocket: withScheme(registration?.criSocket || paths.criSocket),
			taints: registration?.taints ?? (role === "control-plane" ? [controlPlaneTaint] : []),
			kubeletExtraArgs: registration?.kubeletExtraArgs ?? [],
			imagePullPolicy: registration?.imagePullPolicy ?? "IfNotPresent",
			imagePullSerial: registration?.imagePullSerial ?? true,
			ignorePreflightErrors: registration?.ignorePreflightErrors ?? [],
		},
		patches: known.patches ?? [],
		skipPhases: known.skipPhases ?? [],
		discovery: known.discovery,
		caCertPath: known.caCertPath || undefined,
		labels: known.labels ?? {},
		annotations: known.annotations ?? {},
		kubelet: known.kubelet ?? {},
		timeouts: timeouts(known.timeouts),
		facts: known.facts,
	};
}

/** Returns the problems of a node without structural unknowns. The role's requirements are checked elsewhere. */
export function nodeProblems(
	spec: NodeSpec,
	kubernetesVersion: string,
	commands: readonly PhasedCommand[] = ["init", "join"],
): Problem[] {
	const { problems, sound } = structure.soundPart(nodeSpecShape, spec);
	const { patches, discovery, skipPhases = [] } = sound;
	const isNew = ({ path }: Problem) => problems.every((problem) => problem.path !== path);
	return [
		...problems,
		...ruleProblems(nodeRules, sound),
		...laterFieldProblems(nodeSpecShape, sound, kubernetesVersion),
		...phaseProblems(skipPhases, { commands, kubernetesVersion }),
		...(patches ? patchProblems(patches, kubernetesVersion).filter(isNew) : []),
		...(discovery ? discoveryProblems(discovery) : []),
	];
}

/** Paths of a node's objects and lists that are not known yet in one piece. */
export function nodeUnknowns(spec: NodeSpec): string[] {
	return structure.structuralUnknowns(nodeSpecShape, spec);
}

/** Source: cmd/kubeadm/app/constants/constants.go. */
export const defaultTimeouts: Timeouts = {
	controlPlaneComponentHealthCheck: "4m0s",
	kubeletHealthCheck: "4m0s",
	kubernetesAPICall: "1m0s",
	etcdAPICall: "2m0s",
	tlsBootstrap: "5m0s",
	discovery: "5m0s",
	upgradeManifests: "5m0s",
};

/** Returns a timeout as given, else its default; unknown where `timeouts` is unknown as a whole. */
export function timeoutOf(node: Pick<NodeSpec, "timeouts">, name: keyof Timeouts): string {
	return isUnknown(node) || isUnknown(node.timeouts) ? UNKNOWN : (node.timeouts?.[name] ?? defaultTimeouts[name]);
}

function timeouts(declaredTimeouts: Partial<Timeouts> = {}): Timeouts {
	const entries = Object.entries({ ...defaultTimeouts, ...declaredTimeouts });
	return Object.fromEntries(entries.map(([name, value]) => [name, normalizeDuration(value)])) as unknown as Timeouts;
}

function localEndpoint({ localAPIEndpoint, facts }: NodeSpec): APIEndpoint {
	return endpoint(localAPIEndpoint, facts);
}

/** kubeadm puts the scheme before a bare path. */
function withScheme(socket: string): string {
	return socket.startsWith("unix") || socket.includes(UNKNOWN) ? socket : `unix://${socket}`;
}
