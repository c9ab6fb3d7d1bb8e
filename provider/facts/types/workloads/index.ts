import type { GoTypes } from "../notation";
import { containers } from "./containers";
import { metadata } from "./metadata";
import { pods } from "./pods";
import { status } from "./status";
import { volumes } from "./volumes";
import { workloads } from "./workloads";

/** The Go types of pods, Deployments and DaemonSets, as Kubernetes 1.34 to 1.37 have them. */
export const workloadTypes: GoTypes = { ...metadata, ...pods, ...containers, ...volumes, ...status, ...workloads };
