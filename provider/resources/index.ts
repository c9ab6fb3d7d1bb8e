export * from "./addon";
export * from "./bootstrap-token";
export * from "./certificate";
export * from "./certificate-authority";
export * from "./certificate-signing-request";
export * from "./cluster-access";
export * from "./cluster-identity";
export * from "./cluster-objects";
export * from "./cluster-ready";
export * from "./component-users";
export * from "./configuration-upload";
export * from "./core-dns";
export * from "./encryption-key";
export * from "./etcd-data";
export * from "./gate";
export * from "./host";
export * from "./host-file";
export type {
	ApiAccess,
	ApiArgs,
	Authority,
	ClusterInputs,
	ConnectionInputs,
	DeepInput,
	HostInput,
	HostReference,
	Inputs,
	NodeInputs,
	ProgramArgs,
} from "./inputs";
export * from "./kube-proxy";
export * from "./kubeconfig";
export * from "./kubelet";
export * from "./kubelet-serving-certificate";
export * from "./kubelet-version";
export * from "./local-proxy";
export * from "./node-preflight";
export * from "./node-registration";
export * from "./service-account-key";
export * from "./shared-certificates";
export * from "./standalone-kubelet";
export * from "./static-pod-manifest";
export * from "./stored-secrets";
export * from "./virtual-ip";
