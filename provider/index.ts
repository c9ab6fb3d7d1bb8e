export { Cluster, type ClusterArgs, type NodeArgs } from "./components/cluster";
export { ControlPlaneNode, type ControlPlaneNodeArgs } from "./components/control-plane-node";
export { WorkerNode, type WorkerNodeArgs } from "./components/worker-node";
export type { ApiAccess } from "./resources/api";
export * from "./resources/certificates";
export * from "./resources/cluster";
export { Host, type HostArgs, type HostInput, type HostReference } from "./resources/host";
export type { ClusterInputs, ConnectionInputs, DeepInput, Inputs, NodeInputs } from "./resources/inputs";
export * from "./resources/node";
