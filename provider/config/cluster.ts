import { paths } from "../facts/paths";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { normalizeDuration } from "../go/duration";
import { lowerCase } from "../go/lower-case";
import { goValue } from "../go/yaml/go-value";
import { clusterRules, clusterSpecShape } from "./cluster-rules";
import type { Cluster, ClusterSpec, ExternalEtcd, ExternalEtcdSpec } from "./cluster-spec";
import type { ControlPlaneComponent, ControlPlaneComponentSpec, EnvVar } from "./component";
import { inputProblem } from "./expected";
import { aVersion, releaseOf, splitVersion } from "./kubernetes-version";
import { type Problem, SpecError } from "./problems";
import { laterFieldProblems } from "./release-fields";
import { ruleProblems } from "./rules";
import * as structure from "./structure";

export type * from "./cluster-spec";

/**
 * Checks a cluster and fills in kubeadm's defaults.
 *
 * Values that are not known yet are kept. Objects and lists that are unknown as a whole
 * (`clusterUnknowns` names them) count as absent.
 * @throws SpecError with all problems
 */
export function resolveCluster(spec: ClusterSpec): Cluster {
	const known = goValue(clusterSpecShape, structure.withoutStructuralUnknowns(clusterSpecShape, spec));
	const problems = clusterProblems(goValue(clusterSpecShape, spec));
	if (problems.length > 0) throw new SpecError("Cluster", problems);
	const { networking, etcd, apiServer } = known;
	const { version, isCI } = splitVersion(known.kubernetesVersion);
	return {
		...known,
		kubernetesVersion: `v${version.replace(/^v/, "")}`,
		...(isCI ? { isCI } : {}),
		clusterName: known.clusterName || "kubernetes",
		networking: {
			...networking,
			serviceSubnet: networking?.serviceSubnet || "10.96.0.0/12",
			dnsDomain: networking?.dnsDomain || "cluster.local",
		},
		etcd: {
			local: {
				...etcd?.local,
				dataDir: etcd?.local?.dataDir || paths.etcdDataDirectory,
				extraArgs: etcd?.local?.extraArgs ?? [],
				extraEnvs: (etcd?.local?.extraEnvs ?? []).map(withFieldVersion),
				serverCertSANs: etcd?.local?.serverCertSANs ?? [],
				peerCertSANs: etcd?.local?.peerCertSANs ?? [],
			},
			...(etcd?.external ? { external: externalEtcd(etcd.external, known.kubernetesVersion) } : {}),
		},
		apiServer: {
			...component(apiServer),
			certSANs: (apiServer?.certSANs ?? []).map(lowerCase),
		},
		controllerManager: component(known.controllerManager),
		scheduler: component(known.scheduler),
		dns: { ...known.dns, disabled: known.dns?.disabled ?? false },
		proxy: { disabled: known.proxy?.disabled ?? false },
		imageRepository: known.imageRepository || "registry.k8s.io",
		certificatesDir: known.certificatesDir || paths.certificatesDirectory,
		encryptionAlgorithm: known.encryptionAlgorithm || "RSA-2048",
		certificateValidityPeriod: normalizeDuration(known.certificateValidityPeriod ?? "8760h"),
		caCertificateValidityPeriod: normalizeDuration(known.caCertificateValidityPeriod ?? "87600h"),
		featureGates: known.featureGates ?? {},
		proxyEnvs: known.proxyEnvs ?? [],
	};
}

/** Returns the problems of a cluster. Unknown values, objects and lists are no problem. */
export function clusterProblems(spec: ClusterSpec): Problem[] {
	const { problems, sound } = structure.soundPart(clusterSpecShape, spec);
	const rest = sound?.kubernetesVersion === undefined ? { ...sound, kubernetesVersion: UNKNOWN } : sound;
	if (rest !== sound && !problems.some(({ path }) => path === "kubernetesVersion"))
		problems.push(inputProblem({ path: "kubernetesVersion", expected: aVersion }));
	return [
		...problems,
		...ruleProblems(clusterRules, rest),
		...laterFieldProblems(clusterSpecShape, rest, rest.kubernetesVersion),
	];
}

/**
 * Returns the paths of unknown values on which the whole cluster depends: objects and lists as a whole, the version,
 * and whether the cluster has an addon or a feature at all.
 */
export function clusterUnknowns(spec: ClusterSpec): string[] {
	const { etcdFlagsByTag } = releaseOf(spec.kubernetesVersion ?? "");
	const switches = {
		kubernetesVersion: spec.kubernetesVersion,
		"dns.disabled": spec.dns?.disabled,
		"proxy.disabled": spec.proxy?.disabled,
		...(etcdFlagsByTag ? { "etcd.local.imageTag": spec.etcd?.local?.imageTag } : {}),
		...Object.fromEntries(Object.entries(spec.featureGates ?? {}).map(([name, on]) => [`featureGates.${name}`, on])),
	};
	const open = Object.entries(switches).flatMap(([path, value]) => (isUnknown(value) ? [path] : []));
	return [...structure.structuralUnknowns(clusterSpecShape, spec), ...open];
}

function component(spec: ControlPlaneComponentSpec = {}): ControlPlaneComponent {
	return {
		extraArgs: spec.extraArgs ?? [],
		extraVolumes: spec.extraVolumes ?? [],
		extraEnvs: (spec.extraEnvs ?? []).map(withFieldVersion),
	};
}

/** Source: SetDefaults_ExternalEtcd, cmd/kubeadm/app/apis/kubeadm/v1beta4/defaults.go. */
function externalEtcd(spec: ExternalEtcdSpec, kubernetesVersion: string): ExternalEtcd {
	const httpEndpoints = spec.httpEndpoints ?? [];
	const isDefault = httpEndpoints.length === 0 && releaseOf(kubernetesVersion).etcdHttpEndpoints;
	return { ...spec, httpEndpoints: isDefault ? spec.endpoints : httpEndpoints };
}

/** Source: SetDefaults_EnvVar, cmd/kubeadm/app/apis/kubeadm/v1beta4/defaults.go. */
function withFieldVersion(variable: EnvVar): EnvVar {
	const fieldRef = variable.valueFrom?.fieldRef;
	if (!fieldRef) return variable;
	return { ...variable, valueFrom: { ...variable.valueFrom, fieldRef: { apiVersion: "v1", ...fieldRef } } };
}
