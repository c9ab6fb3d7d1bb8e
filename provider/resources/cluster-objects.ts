import type * as lifecycle from "../lifecycle/cluster-objects";
import type { ApiArgs, ProgramArgs } from "./inputs";

/** Arguments of a resource whose Kubernetes objects are rendered from the cluster. */
export interface ClusterObjectsArgs extends ProgramArgs<Omit<lifecycle.ClusterObjectsArgs, "controlPlanes">>, ApiArgs {}
