import { type KubeconfigName, kubeconfigs } from "../render/kubeconfig";
import { type CaName, type CertificateName, certificateAuthorities, certificates } from "../render/pki/certificates";

type Fields = Record<string, unknown>;

/**
 * Returns the fields that the other fields of an object imply: the fields of a certificate request that follow from
 * kubeadm's name of the certificate, the defaults of a host's preflight checks, or the zero values that kubeadm writes
 * into a KubeletConfiguration. Empty for any other object. States leave implied fields out, so a later release must imply
 * the same values.
 */
export function impliedBy(fields: Fields): Fields {
	if (typeof fields["sandboxImage"] === "string" && "criSocket" in fields) return preflightDefaults;
	if (fields["kind"] === "KubeletConfiguration") return unsetByKubeadm;
	const { name, algorithm, validity, certificatePath } = fields;
	if (typeof name !== "string" || algorithm === undefined || validity === undefined) return {};
	const fixed = fixedByName(name);
	if (!fixed || typeof certificatePath !== "string") return fixed ?? {};
	return { ...fixed, keyPath: certificatePath.replace(/\.crt$/, ".key") };
}

/**
 * Returns the fields that every Kubernetes object of a kind has, such as `apiVersion`. Empty for a kind of which this
 * package makes no objects.
 */
export function impliedByKind(kind: string): Fields {
	return Object.hasOwn(kinds, kind) ? kinds[kind as keyof typeof kinds] : {};
}

const preflightDefaults = {
	endpointName: "",
	ignored: [],
	imagePullPolicy: "IfNotPresent",
	imagePullSerial: true,
	images: [],
	proxiedAddresses: [],
	skipped: false,
};

/** Fields of a KubeletConfiguration that kubeadm writes with Go's zero values where nobody sets them. */
const unsetByKubeadm = {
	cpuManagerReconcilePeriod: "0s",
	crashLoopBackOff: {},
	evictionPressureTransitionPeriod: "0s",
	fileCheckFrequency: "0s",
	httpCheckFrequency: "0s",
	imageMaximumGCAge: "0s",
	imageMinimumGCAge: "0s",
	memorySwap: {},
	nodeStatusReportFrequency: "0s",
	nodeStatusUpdateFrequency: "0s",
	runtimeRequestTimeout: "0s",
	shutdownGracePeriod: "0s",
	shutdownGracePeriodCriticalPods: "0s",
	streamingConnectionIdleTimeout: "0s",
	syncFrequency: "0s",
	volumeStatsAggPeriod: "0s",
};

/** Source: cmd/kubeadm/app/phases/certs/certlist.go and phases/kubeconfig/kubeconfig.go, by the tables of render/. */
function fixedByName(name: string): Fields | undefined {
	if (Object.hasOwn(certificates, name)) {
		const { ca, usages, ...rest } = certificates[name as CertificateName];
		return {
			ca,
			usages,
			organizations: [],
			sans: [],
			...("commonName" in rest ? { commonName: rest.commonName } : {}),
		};
	}
	if (Object.hasOwn(certificateAuthorities, name)) {
		const { commonName } = certificateAuthorities[name as CaName];
		return { commonName, organizations: [], usages: [], sans: [commonName] };
	}
	if (!Object.hasOwn(kubeconfigs, name)) return undefined;
	const { organizations } = kubeconfigs[name as KubeconfigName];
	return { ca: "ca", organizations: [...organizations], usages: ["clientAuth"], sans: [] };
}

const rbac = "rbac.authorization.k8s.io";

const kinds = {
	ClusterRole: { apiVersion: `${rbac}/v1` },
	ClusterRoleBinding: { apiVersion: `${rbac}/v1`, roleRef: { apiGroup: rbac } },
	ConfigMap: { apiVersion: "v1" },
	DaemonSet: { apiVersion: "apps/v1" },
	Deployment: { apiVersion: "apps/v1" },
	Role: { apiVersion: `${rbac}/v1` },
	RoleBinding: { apiVersion: `${rbac}/v1`, roleRef: { apiGroup: rbac } },
	Service: { apiVersion: "v1" },
	ServiceAccount: { apiVersion: "v1" },
};
