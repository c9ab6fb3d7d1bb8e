import type { AddonArgs } from "./addon";
import type { BootstrapTokenArgs, BootstrapTokenInputs, BootstrapTokenOutputs } from "./bootstrap-token";
import type { CertificateArgs, CertificateInputs, CertificateOutputs } from "./certificate";
import type {
	CertificateAuthorityArgs,
	CertificateAuthorityInputs,
	CertificateAuthorityOutputs,
} from "./certificate-authority";
import type {
	CertificateSigningRequestArgs,
	CertificateSigningRequestInputs,
	CertificateSigningRequestOutputs,
} from "./certificate-signing-request";
import type { ClusterAccessArgs } from "./cluster-access";
import type { ClusterIdentityArgs, ClusterIdentityInputs, ClusterIdentityOutputs } from "./cluster-identity";
import type { ClusterObjectsArgs } from "./cluster-objects";
import type { ClusterReadyArgs, ClusterReadyInputs } from "./cluster-ready";
import type { ComponentUsersArgs, ComponentUsersOutputs } from "./component-users";
import type { EncryptionKeyArgs, EncryptionKeyOutputs } from "./encryption-key";
import type { EtcdDataArgs, EtcdDataInputs, EtcdDataOutputs } from "./etcd-data";
import type { GateArgs, GateInputs } from "./gate";
import type { HostArgs, HostInputs, HostOutputs } from "./host";
import type { HostFileArgs, HostFileInputs, HostFileOutputs } from "./host-file";
import type { KubeconfigArgs, KubeconfigInputs, KubeconfigOutputs } from "./kubeconfig";
import type { KubeletOutputs } from "./kubelet";
import type { KubeletArgs, KubeletInputs } from "./kubelet-inputs";
import type {
	KubeletServingCertificateArgs,
	KubeletServingCertificateInputs,
	KubeletServingCertificateOutputs,
} from "./kubelet-serving-certificate";
import type { KubeletVersionArgs, KubeletVersionInputs } from "./kubelet-version";
import type { LocalProxyArgs, LocalProxyInputs, LocalProxyOutputs } from "./local-proxy";
import type { NodePreflightArgs, NodePreflightInputs, NodePreflightOutputs } from "./node-preflight";
import type { NodeRegistrationArgs, NodeRegistrationInputs, NodeRegistrationOutputs } from "./node-registration";
import type { ObjectsInputs, ObjectsOutputs } from "./objects-lifecycle";
import type { ServiceAccountKeyArgs, ServiceAccountKeyInputs, ServiceAccountKeyOutputs } from "./service-account-key";
import { type Shape, shapeOf } from "./shape";
import type {
	SharedCertificatesArgs,
	SharedCertificatesInputs,
	SharedCertificatesOutputs,
} from "./shared-certificates";
import type { StandaloneKubeletArgs, StandaloneKubeletInputs, StandaloneKubeletOutputs } from "./standalone-kubelet";
import type { StaticPodManifestArgs, StaticPodManifestInputs, StaticPodManifestOutputs } from "./static-pod-manifest";
import type { StoredSecretsArgs } from "./stored-secrets";
import type { VirtualIPArgs, VirtualIPInputs, VirtualIPOutputs } from "./virtual-ip";

// biome-ignore lint/complexity/noBannedTypes: a lifecycle without outputs
type None = {};

const membershipFields = ["initialMembers", "members", "formerMembers"] as const;
const objectsInputs = ["controlPlanes", "kubernetesAPICall", "objects", "leftAlone"] as const;
const clusterObjects = shapeOf<ClusterObjectsArgs, ObjectsInputs, ObjectsOutputs>()({
	args: ["controlPlanes", "cluster", "node"],
	inputs: objectsInputs,
	outputs: ["applied"],
	rendered: { objects: ["cluster", "node"] },
	inPreviewForm: ["objects"],
});

/** The shape of each kind of resource, by the name of its class. `resources/` and `dispatch` loop over this table. */
export const shapes = {
	Host: shapeOf<HostArgs, HostInputs, HostOutputs>()({
		args: ["connection", "facts", "trustOnFirstUse", "bootTimeoutSeconds"],
		inputs: ["connection", "givenFacts", "trustOnFirstUse", "bootTimeoutSeconds"],
		usual: { givenFacts: {} },
		outputs: ["facts", "hostKey", "proxyHostKey", "firstContact"],
		knownInPreview: ["facts", "hostKey", "proxyHostKey"],
	}),
	ClusterIdentity: shapeOf<ClusterIdentityArgs, ClusterIdentityInputs, ClusterIdentityOutputs>()({
		args: ["cluster", "members", "withoutEtcd", "goneNodes", "encryption", "etcdOnly", "kubeletsFollow"],
		inputs: ["identity", "kubernetesVersion", "founder", ...membershipFields, "withoutEtcd", "encryption"],
		outputs: ["foundedAt"],
		readable: ["founder", "initialMembers"],
	}),
	CertificateAuthority: shapeOf<CertificateAuthorityArgs, CertificateAuthorityInputs, CertificateAuthorityOutputs>()({
		args: ["name", "cluster", "certificate", "privateKey"],
		inputs: ["request", "givenAuthority"],
		outputs: ["certificate", "privateKey", "publicKeyHash", "notAfter"],
		inPreviewForm: ["request"],
		secrets: ["privateKey"],
	}),
	ServiceAccountKey: shapeOf<ServiceAccountKeyArgs, ServiceAccountKeyInputs, ServiceAccountKeyOutputs>()({
		args: ["cluster", "privateKey"],
		inputs: ["algorithm", "givenKey"],
		outputs: ["privateKey", "publicKey"],
		secrets: ["privateKey"],
	}),
	EncryptionKey: shapeOf<EncryptionKeyArgs, EncryptionKeyArgs, EncryptionKeyOutputs>()({
		args: ["provider"],
		inputs: ["provider"],
		outputs: ["secretboxKey"],
		secrets: ["secretboxKey"],
	}),
	ComponentUsers: shapeOf<ComponentUsersArgs, ComponentUsersArgs, ComponentUsersOutputs>()({
		args: ["host", "ownsEtcdData"],
		inputs: ["host", "ownsEtcdData"],
		outputs: ["users", "groups", "madeHere"],
	}),
	SharedCertificates: shapeOf<SharedCertificatesArgs, SharedCertificatesInputs, SharedCertificatesOutputs>()({
		args: ["host", "cluster", "authorities", "serviceAccountKey"],
		inputs: ["host", "files"],
		outputs: ["digests"],
		inPreviewForm: ["files"],
		secrets: ["authorities.*.privateKey", "serviceAccountKey"],
	}),
	CertificateSigningRequest: shapeOf<
		CertificateSigningRequestArgs,
		CertificateSigningRequestInputs,
		CertificateSigningRequestOutputs
	>()({
		args: ["host", "name", "cluster", "node", "caCertificate", "request"],
		inputs: ["host", "signing"],
		outputs: ["csr", "digests", "status"],
	}),
	Certificate: shapeOf<CertificateArgs, CertificateInputs, CertificateOutputs>()({
		args: ["host", "authority", "certificate", "name", "cluster", "node", "request"],
		inputs: ["host", "request", "authority", "givenCertificate"],
		outputs: ["certificate", "notBefore", "notAfter", "digests", "placedDigests", "keptAsFound", "status"],
		inPreviewForm: ["request"],
		secrets: ["authority.privateKey"],
	}),
	Kubeconfig: shapeOf<KubeconfigArgs, KubeconfigInputs, KubeconfigOutputs>()({
		args: ["host", "authority", "certificate", "cluster", "name", "node", "user", "token", "path"],
		inputs: ["host", "path", "subject", "fileAccess", "authority", "givenCertificate", "token"],
		outputs: ["kubeconfig", "notBefore", "notAfter", "digests", "placedDigests", "keptAsFound", "status"],
		inPreviewForm: ["subject"],
		secrets: ["token", "authority.privateKey", "kubeconfig"],
	}),
	Preflight: shapeOf<NodePreflightArgs, NodePreflightInputs, NodePreflightOutputs>()({
		args: ["host", "cluster", "node", "joins", "etcdOnly", "placesEtcdClient", "otherControlPlanes"],
		inputs: [
			"host",
			"otherControlPlanes",
			"keepsKubelet",
			"action",
			"nodeName",
			"kubernetesVersion",
			"criSocket",
			"configuration",
			"listeners",
			"families",
			"endpointName",
			"caPath",
			"etcdDataDirectory",
			"externalEtcd",
			"proxiedAddresses",
			"images",
			"sandboxImage",
			"imagePullPolicy",
			"imagePullSerial",
			"ignored",
			"skipped",
		],
		outputs: ["emptyAt"],
		usual: {
			endpointName: "",
			ignored: [],
			imagePullPolicy: "IfNotPresent",
			imagePullSerial: true,
			proxiedAddresses: [],
			skipped: false,
		},
		rendered: {
			configuration: ["cluster", "node"],
			listeners: ["cluster", "node"],
			externalEtcd: ["cluster", "node"],
			proxiedAddresses: ["cluster", "node"],
			images: ["cluster", "node"],
		},
		inPreviewForm: ["otherControlPlanes", "configuration", "listeners", "externalEtcd", "images"],
	}),
	EtcdData: shapeOf<EtcdDataArgs, EtcdDataInputs, EtcdDataOutputs>()({
		args: ["host", "cluster", "node", "initialMembers", "members"],
		inputs: ["host", "directory", "onDelete", "acceptsForeignData", "member"],
		outputs: ["initialMembers", "dataProblem"],
		knownInPreview: ["initialMembers"],
	}),
	StaticPodManifest: shapeOf<StaticPodManifestArgs, StaticPodManifestInputs, StaticPodManifestOutputs>()({
		args: ["host", "component", "cluster", "node", "initialMembers", "flagsAtNextStart", "rollsAfter"],
		inputs: ["host", "component", "manifest", "timeoutSeconds", "nodeName", "acceptsForeignData", "dataOwner"],
		outputs: ["digests", "placedManifest", "unproved", "hasOtherManifest"],
		secrets: ["placedManifest"],
		rendered: { manifest: ["cluster", "node"] },
		inPreviewForm: ["manifest"],
	}),
	HostFile: shapeOf<HostFileArgs, HostFileInputs, HostFileOutputs>()({
		args: ["host", "path", "content", "mode", "owner", "group"],
		inputs: ["host", "path", "content", "mode", "owner", "group"],
		outputs: ["digests"],
	}),
	VirtualIP: shapeOf<VirtualIPArgs, VirtualIPInputs, VirtualIPOutputs>()({
		args: ["host", "nodeName", "apiServers", "virtualIP", "rollsAfter"],
		inputs: ["host", "nodeName", "address", "apiServers", "interface", "files", "pods"],
		outputs: ["digests"],
		inPreviewForm: ["pods"],
	}),
	LocalProxy: shapeOf<LocalProxyArgs, LocalProxyInputs, LocalProxyOutputs>()({
		args: ["host", "nodeName", "apiServers", "localProxy"],
		inputs: ["host", "nodeName", "files", "pods"],
		outputs: ["digests"],
		inPreviewForm: ["pods"],
	}),
	Kubelet: shapeOf<KubeletArgs, KubeletInputs, KubeletOutputs>()({
		args: ["host", "cluster", "node", "role", "authority", "controlPlanes", "certificate", "discovery", "rollsAfter"],
		inputs: [
			"host",
			"role",
			"preflight",
			"configuration",
			"instanceConfiguration",
			"flags",
			"fileMode",
			"nodeName",
			"subject",
			"authority",
			"kubeconfigPath",
			"clientCertificatePath",
			"keepsCredentials",
			"externalCA",
			"givenCertificate",
			"discovery",
			"expectedCluster",
			"controlPlanes",
			"kubernetesAPICall",
			"timeouts",
		],
		outputs: ["digests", "discoveredCluster", "status", "unproved", "hostBefore"],
		secrets: ["authority.privateKey", "discovery.bootstrapToken.token", "discovery.tlsBootstrapToken"],
		rendered: {
			configuration: ["cluster", "node"],
			instanceConfiguration: ["cluster", "node"],
			flags: ["cluster", "node"],
		},
		inPreviewForm: ["preflight", "configuration", "instanceConfiguration", "subject", "timeouts"],
		spread: ["configuration"],
	}),
	StandaloneKubelet: shapeOf<StandaloneKubeletArgs, StandaloneKubeletInputs, StandaloneKubeletOutputs>()({
		args: ["host", "cluster", "node", "rollsAfter"],
		inputs: ["host", "nodeName", "preflight", "configuration", "flags", "timeouts"],
		outputs: ["digests", "status", "unproved", "hostBefore"],
		rendered: { configuration: ["cluster", "node"], flags: ["cluster", "node"] },
		inPreviewForm: ["preflight", "configuration", "timeouts"],
		spread: ["configuration"],
	}),
	Gate: shapeOf<GateArgs, GateInputs, None>()({
		args: ["host", "cluster", "node", "initialMembers", "components", "waitsInFounding", "credentials", "rollsAfter"],
		inputs: ["host", "healthChecks", "credentials", "timeoutSeconds", "nodeName", "otherFounders"],
		outputs: [],
		rendered: { healthChecks: ["cluster", "node"] },
	}),
	ClusterAccess: shapeOf<ClusterAccessArgs, ObjectsInputs, ObjectsOutputs>()({
		args: ["controlPlanes", "cluster", "node", "certificate"],
		inputs: objectsInputs,
		outputs: ["applied"],
		rendered: { objects: ["cluster", "node"] },
		inPreviewForm: ["objects"],
	}),
	ConfigurationUpload: clusterObjects,
	NodeRegistration: shapeOf<NodeRegistrationArgs, NodeRegistrationInputs, NodeRegistrationOutputs>()({
		args: ["controlPlanes", "cluster", "node", "role", "drainTimeoutSeconds", "forceDrain"],
		inputs: [
			"controlPlanes",
			"kubernetesAPICall",
			"nodeName",
			"labels",
			"annotations",
			"taints",
			"timeoutSeconds",
			"drainTimeoutSeconds",
			"forceDrain",
		],
		outputs: ["uid"],
		usual: { annotations: {}, labels: {}, taints: [] },
		inPreviewForm: ["taints"],
	}),
	KubeletServingCertificate: shapeOf<
		KubeletServingCertificateArgs,
		KubeletServingCertificateInputs,
		KubeletServingCertificateOutputs
	>()({
		args: ["host", "controlPlanes", "cluster", "node", "role", "authority"],
		inputs: ["host", "controlPlanes", "kubernetesAPICall", "nodeName", "caCertificate", "timeoutSeconds"],
		outputs: ["notAfter", "status"],
		secrets: ["authority.privateKey"],
	}),
	KubeletVersion: shapeOf<KubeletVersionArgs, KubeletVersionInputs, None>()({
		args: [
			"host",
			"controlPlanes",
			"nodeName",
			"role",
			"kubernetesVersion",
			"packages",
			"drainTimeoutSeconds",
			"forceDrain",
			"rollsAfter",
		],
		inputs: [
			"host",
			"controlPlanes",
			"nodeName",
			"role",
			"version",
			"repository",
			"key",
			"binaries",
			"drainTimeoutSeconds",
			"forceDrain",
		],
		outputs: [],
	}),
	StoredSecrets: shapeOf<StoredSecretsArgs, StoredSecretsArgs, None>()({
		args: ["controlPlanes", "writtenWith"],
		inputs: ["controlPlanes", "writtenWith"],
		outputs: [],
	}),
	BootstrapToken: shapeOf<BootstrapTokenArgs, BootstrapTokenInputs, BootstrapTokenOutputs>()({
		args: ["controlPlanes", "token", "ttl", "expires", "usages", "groups", "description"],
		inputs: ["controlPlanes", "givenToken", "ttl", "expires", "usages", "groups", "description"],
		outputs: ["token", "expiration"],
		secrets: ["token"],
		rendered: { givenToken: ["token"] },
	}),
	Addon: shapeOf<AddonArgs, ObjectsInputs, ObjectsOutputs>()({
		args: ["controlPlanes", "yaml"],
		inputs: objectsInputs,
		outputs: ["applied"],
		rendered: { objects: ["yaml"] },
		inPreviewForm: ["objects"],
	}),
	CoreDns: clusterObjects,
	KubeProxy: clusterObjects,
	ClusterReady: shapeOf<ClusterReadyArgs, ClusterReadyInputs, None>()({
		args: ["controlPlanes", "nodes", "workloads", "timeoutSeconds"],
		inputs: ["controlPlanes", "nodes", "workloads", "timeoutSeconds"],
		outputs: [],
	}),
} as const satisfies Record<string, Shape>;

/** The kinds of resources, named as their classes: "Host", "ClusterIdentity", … */
export type ResourceKind = keyof typeof shapes;
