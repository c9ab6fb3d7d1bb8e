import { paths } from "../facts/paths";
import { isUnknown } from "../facts/unknown";
import { clusterRules, clusterSpecShape } from "./cluster-rules";
import type { Cluster, ClusterSpec } from "./cluster-spec";
import type { ControlPlaneComponent, ControlPlaneComponentSpec, EnvVar } from "./component";
import { normalizeDuration } from "./duration";
import { SpecError } from "./problems";
import { ruleProblems } from "./rules";
import * as structure from "./structure";

export type * from "./cluster-spec";

/**
 * Checks a cluster and fills in kubeadm's defaults.
 *
 * Values that are not known yet are taken as they are; objects and lists that are not known yet in one piece
 * (`clusterUnknowns` names them) are taken as absent.
 * @throws SpecError with all problems
 */
export function resolveCluster(spec: ClusterSpec): Cluster {
	const known = structure.withoutStructuralUnknowns(clusterSpecShape, spec);
	const problems = structure.structureProblems(clusterSpecShape, known);
	if (known?.kubernetesVersion === undefined) {
		problems.push({ path: "kubernetesVersion", message: "expected a version such as 1.37.2, got nothing" });
	}
	if (problems.length === 0) problems.push(...ruleProblems(clusterRules, known));
	if (problems.length > 0) throw new SpecError("Cluster", problems);
	const { networking, etcd, apiServer } = known;
	return {
		...known,
		kubernetesVersion: `v${known.kubernetesVersion.replace(/^v/, "")}`,
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
		},
		apiServer: {
			...component(apiServer),
			certSANs: (apiServer?.certSANs ?? []).map((name) => name.toLowerCase()),
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

/**
 * Paths of what is not known yet and leaves the whole of a cluster open: objects and lists in one piece, and whether it
 * has an addon at all.
 */
export function clusterUnknowns(spec: ClusterSpec): string[] {
	const switches = { "dns.disabled": spec.dns?.disabled, "proxy.disabled": spec.proxy?.disabled };
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

/** Source: SetDefaults_EnvVar, cmd/kubeadm/app/apis/kubeadm/v1beta4/defaults.go. */
function withFieldVersion(variable: EnvVar): EnvVar {
	const fieldRef = variable.valueFrom?.fieldRef;
	if (!fieldRef) return variable;
	return { ...variable, valueFrom: { ...variable.valueFrom, fieldRef: { apiVersion: "v1", ...fieldRef } } };
}
