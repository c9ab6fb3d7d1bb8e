import { addon } from "./addon";
import { bootstrapToken } from "./bootstrap-token";
import { certificate } from "./certificate";
import { certificateAuthority } from "./certificate-authority";
import { certificateSigningRequest } from "./certificate-signing-request";
import { clusterAccess } from "./cluster-access";
import { clusterIdentity } from "./cluster-identity";
import { clusterReady } from "./cluster-ready";
import { componentUsers } from "./component-users";
import { configurationUpload } from "./configuration-upload";
import { coreDns } from "./core-dns";
import { encryptionKey } from "./encryption-key";
import { etcdData } from "./etcd-data";
import { gate } from "./gate";
import { host } from "./host";
import { hostFile } from "./host-file";
import { kubeProxy } from "./kube-proxy";
import { kubeconfig } from "./kubeconfig";
import { kubelet } from "./kubelet";
import { kubeletServingCertificate } from "./kubelet-serving-certificate";
import { kubeletVersion } from "./kubelet-version";
import type { Lifecycle } from "./lifecycle";
import { localProxy } from "./local-proxy";
import { nodePreflight } from "./node-preflight";
import { nodeRegistration } from "./node-registration";
import { serviceAccountKey } from "./service-account-key";
import type { ResourceKind } from "./shapes";
import { sharedCertificates } from "./shared-certificates";
import { standaloneKubelet } from "./standalone-kubelet";
import { staticPodManifest } from "./static-pod-manifest";
import { storedSecrets } from "./stored-secrets";
import { virtualIP } from "./virtual-ip";

/** The lifecycle of each kind of resource, by the name of the class. */
export const lifecycles = {
	Host: host,
	ClusterIdentity: clusterIdentity,
	CertificateAuthority: certificateAuthority,
	ServiceAccountKey: serviceAccountKey,
	EncryptionKey: encryptionKey,
	ComponentUsers: componentUsers,
	SharedCertificates: sharedCertificates,
	CertificateSigningRequest: certificateSigningRequest,
	Certificate: certificate,
	Kubeconfig: kubeconfig,
	Preflight: nodePreflight,
	EtcdData: etcdData,
	StaticPodManifest: staticPodManifest,
	HostFile: hostFile,
	VirtualIP: virtualIP,
	LocalProxy: localProxy,
	Kubelet: kubelet,
	StandaloneKubelet: standaloneKubelet,
	Gate: gate,
	ClusterAccess: clusterAccess,
	ConfigurationUpload: configurationUpload,
	NodeRegistration: nodeRegistration,
	KubeletServingCertificate: kubeletServingCertificate,
	KubeletVersion: kubeletVersion,
	StoredSecrets: storedSecrets,
	BootstrapToken: bootstrapToken,
	Addon: addon,
	CoreDns: coreDns,
	KubeProxy: kubeProxy,
	ClusterReady: clusterReady,
} as const satisfies Record<ResourceKind, Lifecycle<any, any, any>>;

/** The lifecycle of a kind, for code that treats all kinds alike. */
export function lifecycleOf(kind: ResourceKind): Lifecycle<any, any, any> {
	return lifecycles[kind];
}
