import { Config } from "@pulumi/pulumi";
import { Cluster, type ClusterArgs, ClusterReady } from "pulumi-kubeadm";

const cluster = new Cluster("lab", new Config("test").requireObject<ClusterArgs>("program"));

const workloads = ["Deployment kube-system/coredns", "DaemonSet kube-system/kube-proxy"];
new ClusterReady("ready", { api: cluster.api, nodes: cluster.nodeNames, workloads });

export const kubeconfig = cluster.kubeconfig;
