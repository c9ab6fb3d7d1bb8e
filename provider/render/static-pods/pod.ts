import type { Cluster } from "../../config/cluster";
import type { EnvVar } from "../../config/component";
import type { Node } from "../../config/node";
import { environmentVariable } from "../../facts/types/kubeadm/cluster-configuration";
import { isUnknown, UNKNOWN } from "../../facts/unknown";
import { parseDuration } from "../../go/duration";
import { encode } from "../../go/encode";
import { toFlags } from "../arguments";
import { imageOf } from "../images";

/** A static pod, with the fields that kubeadm writes. */
export interface Pod {
	/** API version of a pod. */
	apiVersion: "v1";
	/** Kind of the object. */
	kind: "Pod";
	/** Name, namespace, labels and annotations. The name is the component's. */
	metadata: {
		name: string;
		namespace: string;
		labels: Record<string, string>;
		annotations?: Record<string, string>;
	};
	/** Containers, volumes and scheduling of the pod. */
	spec: {
		containers: Container[];
		hostNetwork: true;
		priority: number;
		priorityClassName: string;
		securityContext: object;
		volumes: Volume[];
	};
	/** Empty object, which kubeadm writes too. */
	status: object;
}

/** Container of a static pod, with the fields that kubeadm writes. */
export interface Container {
	name: string;
	image: string;
	imagePullPolicy: "IfNotPresent";
	command: string[];
	env?: EnvVar[];
	ports?: { containerPort: number; name: string; protocol: "TCP" }[];
	livenessProbe?: object;
	readinessProbe?: object;
	startupProbe?: object;
	securityContext?: object;
	resources: { requests: Record<string, string> };
	volumeMounts: { mountPath: string; name: string; readOnly?: true }[];
}

/** Directory or file of the host that a static pod mounts. */
export interface Volume {
	/** Name of the volume in the pod. */
	name: string;
	/** Absolute path on the host, and the type that the path must have: "" where it is not checked. */
	hostPath: { path: string; type: string };
}

/** Members of etcd: the name of each node and its IP address. */
export type EtcdMembers = readonly { name: string; address: string }[];

/** Renders a static pod of a control plane node. Only etcd reads `etcdInitialMembers`. */
export type StaticPod = (cluster: Cluster, node: Node, etcdInitialMembers?: EtcdMembers) => Pod;

/**
 * Returns the container of a component of the control plane: image, command line and variables, as kubeadm makes them for
 * the API server, the controller manager and the scheduler.
 * @param flags kubeadm's own flags, which the settings' `extraArgs` replace by name
 */
export function controlPlaneContainer({
	name,
	cluster,
	flags,
	settings,
	volumeMounts,
}: {
	name: "kube-apiserver" | "kube-controller-manager" | "kube-scheduler";
	cluster: Cluster;
	flags: Record<string, string>;
	settings: Pick<Cluster["scheduler"], "extraArgs" | "extraEnvs">;
	volumeMounts: Container["volumeMounts"];
}): Component["container"] {
	return {
		name,
		image: imageOf(name, cluster),
		command: [name, ...toFlags(flags, settings.extraArgs)],
		env: mergeEnvironment(cluster.proxyEnvs, settings.extraEnvs),
		volumeMounts,
	};
}

/** Settings in which static pods differ. */
interface Component {
	container: Pick<Container, "name" | "image" | "command" | "volumeMounts"> & { env: EnvVar[] };
	requests: Record<string, string>;
	probes: Probes;
	volumes: Volume[];
	annotations?: Record<string, string>;
}

interface Probes {
	host: string;
	port: number;
	scheme: "HTTP" | "HTTPS";
	liveness: string;
	readiness?: string;
	startup: string;
	/** The startup probe waits so long. */
	timeout: string;
}

/**
 * Makes the static pod of a component around its container.
 *
 * Source: ComponentPod, cmd/kubeadm/app/util/staticpod/utils.go.
 */
export function componentPod({ container, requests, probes, volumes, annotations }: Component): Pod {
	const { name, env } = container;
	return {
		apiVersion: "v1",
		kind: "Pod",
		metadata: { name, namespace: "kube-system", labels: { component: name, tier: "control-plane" }, annotations },
		spec: {
			containers: [
				{
					...container,
					imagePullPolicy: "IfNotPresent",
					env: env.length > 0 ? env : undefined,
					ports: [{ containerPort: probes.port, name: "probe-port", protocol: "TCP" }],
					...probesOf(probes),
					resources: { requests },
				},
			],
			...criticalOnHost,
			volumes,
		},
		status: {},
	};
}

/** Fields of every static pod: the host's network, the highest priority, the container runtime's system call filter. */
export const criticalOnHost = {
	hostNetwork: true,
	priority: 2000001000,
	priorityClassName: "system-node-critical",
	securityContext: { seccompProfile: { type: "RuntimeDefault" } },
} as const;

/**
 * Merges lists of environment variables by name. A later variable replaces an earlier one.
 *
 * Source: MergeKubeadmEnvVars, cmd/kubeadm/app/util/env.go.
 */
export function mergeEnvironment(...lists: (readonly EnvVar[])[]): EnvVar[] {
	const byName = new Map(lists.flat().map((variable) => [variable.name, variable]));
	return [...byName.values()]
		.sort((a, b) => (a.name < b.name ? -1 : 1))
		.map((variable) => encode(environmentVariable, variable) as unknown as EnvVar);
}

/**
 * Returns the address that a probe connects to. An unspecified address (`0.0.0.0`, `::`) becomes an empty text, the
 * pod's own address.
 */
export function probeAddress(address: string): string {
	return address === "0.0.0.0" || address === "::" ? "" : address;
}

function probesOf({ host, port: _, scheme, liveness, readiness, startup, timeout }: Probes) {
	const get = (path: string) => ({ httpGet: { host: host || undefined, path, port: "probe-port", scheme } });
	const common = { timeoutSeconds: 15 };
	return {
		livenessProbe: { ...get(liveness), ...common, initialDelaySeconds: 10, failureThreshold: 8, periodSeconds: 10 },
		readinessProbe: readiness ? { ...get(readiness), ...common, failureThreshold: 3, periodSeconds: 1 } : undefined,
		startupProbe: {
			...get(startup),
			...common,
			initialDelaySeconds: 10,
			failureThreshold: startupFailures(timeout),
			periodSeconds: 10,
		},
	};
}

/** So many probes, one in ten seconds, that the whole timeout is used; Kubernetes leaves out a zero. */
function startupFailures(timeout: string): number | string | undefined {
	if (isUnknown(timeout)) return UNKNOWN;
	const seconds = Number(parseDuration(timeout) ?? 0n) / 1e9;
	return Math.ceil(seconds / 10) || undefined;
}
