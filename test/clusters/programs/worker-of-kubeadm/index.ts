import { Config } from "@pulumi/pulumi";
import {
	type ClusterInputs,
	ClusterReady,
	type ConnectionInputs,
	Host,
	type NodeArgs,
	WorkerNode,
} from "pulumi-kubeadm";

/** A cluster that `kubeadm init` made, and a machine that is to be a node of it. */
export interface WorkerOfKubeadm {
	/** What kubeadm was told. */
	cluster: ClusterInputs;
	/** PEM of its CA: /etc/kubernetes/pki/ca.crt. */
	certificate: string;
	/** The way to its control plane. */
	controlPlane: ConnectionInputs;
	/** Address of its API server. */
	server: string;
	worker: NodeArgs;
}

const { cluster, certificate, controlPlane, server, worker } = new Config("test").requireObject<WorkerOfKubeadm>(
	"program",
);
const api = { controlPlanes: [{ connection: controlPlane }] };
const host = new Host(worker.name, { connection: worker.connection });
const node = { name: worker.name, apiServer: { advertiseAddress: server }, facts: host.facts };
const joined = new WorkerNode(worker.name, { host, cluster, node, authority: { certificate }, api });
new ClusterReady("ready", { api, nodes: [worker.name] }, { dependsOn: [joined] });
