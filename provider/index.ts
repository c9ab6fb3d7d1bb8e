import "./resources/supported-runtime";

export { Cluster } from "./components/cluster";
export type { ClusterArgs, HardeningArgs, NodeArgs } from "./components/cluster-args";
export { type ControlPlaneFile, ControlPlaneNode, type ControlPlaneNodeArgs } from "./components/control-plane-node";
export type { BalancerArgs, BalancerChoice } from "./components/endpoint";
export { EtcdCluster } from "./components/etcd-cluster";
export type { EtcdClusterArgs, EtcdMemberArgs } from "./components/etcd-cluster-args";
export { EtcdNode, type EtcdNodeArgs } from "./components/etcd-node";
export type { Founding } from "./components/founding";
export { HostPreparation, type HostPreparationArgs, type PreparationInputs } from "./components/host-preparation";
export type { Sign, SigningRequest } from "./components/signing";
export { Tenant, type TenantArgs } from "./components/tenant";
export { WorkerNode, type WorkerNodeArgs } from "./components/worker-node";
export { fromKubeadmConfig, readPatches } from "./local";
export * from "./resources";
export * from "./types";
