import * as k8s from "@pulumi/kubernetes";
import { Config } from "@pulumi/pulumi";
import { Cluster, type NodeArgs } from "pulumi-kubeadm";

const config = new Config();
const podSubnet = "10.244.0.0/16";

const cluster = new Cluster("lab", {
	kubernetesVersion: "1.37.2",
	networking: { podSubnet },
	controlPlanes: config.requireObject<NodeArgs[]>("controlPlanes"),
	workers: config.requireObject<NodeArgs[]>("workers"),
});

// The kubeconfig becomes known when the API serves: nothing here needs a dependsOn.
const provider = new k8s.Provider("lab", { kubeconfig: cluster.kubeconfig });

// The pod network. flannel's pods may do on a node what the level "privileged" allows.
const networkNamespace = new k8s.core.v1.Namespace(
	"kube-flannel",
	{ metadata: { name: "kube-flannel", labels: { "pod-security.kubernetes.io/enforce": "privileged" } } },
	{ provider },
);
const network = new k8s.helm.v3.Release(
	"flannel",
	{
		chart: "flannel",
		version: "v0.28.9",
		repositoryOpts: { repo: "https://flannel-io.github.io/flannel/" },
		namespace: networkNamespace.metadata.name,
		values: { podCidr: podSubnet },
	},
	{ provider },
);

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
	// Pods get addresses once flannel runs on their nodes; and a destroy removes them while it still does.
	{ provider, dependsOn: network },
);

export const kubeconfig = cluster.kubeconfig;
