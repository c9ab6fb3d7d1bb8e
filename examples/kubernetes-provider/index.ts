import * as k8s from "@pulumi/kubernetes";
import { Config } from "@pulumi/pulumi";
import { Cluster, type NodeArgs } from "pulumi-kubeadm";

const config = new Config();

const cluster = new Cluster("lab", {
	kubernetesVersion: "1.37.2",
	networking: { podSubnet: "10.244.0.0/16" },
	controlPlanes: config.requireObject<NodeArgs[]>("controlPlanes"),
	workers: config.requireObject<NodeArgs[]>("workers"),
});

// The kubeconfig becomes known when the API serves: nothing here needs a dependsOn.
const provider = new k8s.Provider("lab", { kubeconfig: cluster.kubeconfig });

const namespace = new k8s.core.v1.Namespace("shop", { metadata: { name: "shop" } }, { provider });

const labels = { app: "web" };
new k8s.apps.v1.Deployment(
	"web",
	{
		metadata: { namespace: namespace.metadata.name, labels },
		spec: {
			replicas: 2,
			selector: { matchLabels: labels },
			template: {
				metadata: { labels },
				spec: { containers: [{ name: "web", image: "nginx:1.29", ports: [{ containerPort: 80 }] }] },
			},
		},
	},
	{ provider },
);

export const kubeconfig = cluster.kubeconfig;
