import type { Cluster, ClusterSpec } from "../config/cluster";
import { type Discovery, type Node, type NodeRole, type NodeSpec, timeoutOf } from "../config/node";
import { SpecError } from "../config/problems";
import type { RollArgs } from "../config/rollout";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { durationSeconds } from "../go/duration";
import type { HostReference } from "../hosts/reach";
import { callTimeout } from "../kubernetes/api";
import { kubelet as component } from "../phases/components/kubelet";
import { expectedOf, refuseWithoutWay } from "../phases/discovery/arguments";
import type { ExpectedCluster } from "../phases/discovery/check-cluster";
import type { KubeletIdentity } from "../phases/kubelet/credentials";
import { rememberKubelet } from "../phases/kubelet/kubelet-hosts";
import { fixedFieldProblems } from "../phases/preflight/fixed-fields";
import { type PreflightSubject, preflightSubject } from "../phases/preflight/subject";
import { rememberCertificate } from "../pki/certificate-memory";
import { authorityByFingerprint } from "../pki/key-memory";
import type { KubeletFiles } from "../render/components";
import { kubeconfigRequest, kubeletClientCertificate } from "../render/kubeconfig";
import { nodeParts } from "../render/node-plan";
import { caRequest } from "../render/pki/certificates";
import { renderNode } from "./rendering";

/** Arguments of a `Kubelet`. */
export interface KubeletArgs extends RollArgs {
	/** The node's host. */
	host: HostReference;
	/** The cluster that the node belongs to. */
	cluster: ClusterSpec;
	/** The node that the kubelet registers. */
	node: NodeSpec;
	/** Role of the node: "control-plane" or "worker". */
	role: NodeRole;
	/**
	 * The cluster's CA, PEM. A control plane's kubelet needs the CA's key, because the kubelet starts before there is
	 * an API to bootstrap from. A worker's kubelet needs the certificate only, and none with `discovery`; a CA that is
	 * given must be the cluster's.
	 */
	authority?: { certificate: string; privateKey?: string };
	/**
	 * Control planes through which a worker's kubelet bootstraps: a bootstrap token is made there for the kubelet, and
	 * removed after use. A worker needs these or `discovery`.
	 */
	controlPlanes?: HostReference[];
	/**
	 * First client certificate of a control plane's kubelet, PEM: signed elsewhere for the key in the kubelet's
	 * kubeconfig on the host. @default the CA's key signs one
	 */
	certificate?: string;
	/** Discovery of the cluster by a worker's kubelet, as for `kubeadm join`. Contains secrets. @default none */
	discovery?: Discovery;
}

/** Inputs of a `Kubelet`, as the state keeps them. */
export interface KubeletInputs extends KubeletFiles, KubeletIdentity {
	/** The node's host. */
	host: HostReference;
	/** Role of the node: "control-plane" or "worker". */
	role: NodeRole;
	/** Requirements of the host before anything is placed there. `Preflight` checks a control plane's host as well. */
	preflight: PreflightSubject;
	/** The KubeletConfiguration that is placed on the host, as an object. */
	configuration: Record<string, unknown>;
	/** Values that a discovered cluster must have. Absent without discovery. */
	expectedCluster?: ExpectedCluster;
}

/**
 * Makes the inputs of a `Kubelet` from its arguments: its files, rendered, and what its join needs.
 * @param old inputs in the state
 * @throws SpecError with all problems at once
 */
export function kubeletInputs(
	{ host, cluster, node: given, role, authority, controlPlanes, ...args }: KubeletArgs,
	old: KubeletInputs | undefined,
): KubeletInputs {
	const discovery = role === "worker" ? args.discovery : undefined;
	const node = discovery && !isUnknown(given) ? { ...given, discovery } : given;
	refuseWithoutWay({ node, role, authority, controlPlanes, discovery });
	const { authorityPath, ...rendered } = renderNode({ cluster, node, role }, (resolved, resolvedNode) => {
		const { path, clusterName, server, user, certificate } = kubeconfigRequest("kubelet.conf", resolved, resolvedNode);
		return {
			...component.render({ cluster: resolved, node: resolvedNode }),
			nodeName: resolvedNode.name,
			preflight: {
				...preflightSubject(resolved, resolvedNode, role === "worker" ? "worker join" : "init"),
				images: [],
			},
			subject: { clusterName, server: discovery ? "" : server, user, certificate },
			...(discovery ? { expectedCluster: expectedOf(resolved) } : {}),
			...(role === "worker" && resolved.externalCA ? { externalCA: true as const } : {}),
			kubeconfigPath: path,
			...(isKubeconfigInPlace(resolved, resolvedNode) ? { keepsCredentials: true as const } : {}),
			clientCertificatePath: kubeletClientCertificate(resolvedNode),
			authorityPath: resolvedNode.caCertPath ?? caRequest("ca", resolved).certificatePath,
		};
	});
	// `Preflight` refuses the changes of a control plane.
	const problems = old && role === "worker" ? fixedFieldProblems(old.preflight ?? {}, rendered.preflight) : [];
	if (problems.length > 0) throw new SpecError("Kubelet", problems);
	if (!isUnknown(rendered.nodeName)) rememberKubelet(rendered.nodeName, host);
	const seconds = (name: "kubeletHealthCheck" | "tlsBootstrap" | "discovery") => durationSeconds(timeoutOf(node, name));
	return {
		...rendered,
		host,
		role,
		authority: {
			certificate: isUnknown(authority) ? UNKNOWN : rememberCertificate(authority?.certificate ?? ""),
			path: authorityPath,
			...(role === "control-plane" ? { fingerprint: authorityByFingerprint(authority ?? {}).fingerprint } : {}),
		},
		...(role === "worker" ? { controlPlanes, ...callTimeout(node) } : {}),
		...(discovery ? { discovery } : {}),
		...(args.certificate ? { givenCertificate: args.certificate } : {}),
		timeouts: {
			kubeletHealthCheck: seconds("kubeletHealthCheck"),
			tlsBootstrap: seconds("tlsBootstrap"),
			...(discovery ? { discovery: seconds("discovery") } : {}),
		},
	};
}

/**
 * Whether kubelet.conf of a control plane is expected on the host, because kubeadm's phase that writes it is skipped.
 */
function isKubeconfigInPlace({ etcd }: Cluster, { role, skipPhases }: Node): boolean {
	return role === "control-plane" && !nodeParts({ role, command: "init", etcd, skipPhases }).hasKubeletKubeconfig;
}
