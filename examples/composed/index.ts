import { Config, interpolate } from "@pulumi/pulumi";
import * as kubeadm from "pulumi-kubeadm";

type Machine = kubeadm.ConnectionInputs & { name: string };

const config = new Config();
const first = config.requireObject<Machine>("controlPlane");
const workers = config.requireObject<Machine[]>("workers");

const cluster: kubeadm.ClusterInputs = {
	kubernetesVersion: "1.37.2",
	networking: { podSubnet: "10.244.0.0/16" },
	...config.getObject<Partial<kubeadm.ClusterInputs>>("cluster"),
};

// The control plane.
const host = hostOf(first);
const localAPIEndpoint = { advertiseAddress: host.facts.defaultRouteAddress, bindPort: 6443 };
const node: kubeadm.NodeInputs = { name: first.name, facts: host.facts, localAPIEndpoint };
const identity = new kubeadm.ClusterIdentity("composed", {
	cluster,
	members: [{ name: first.name, address: localAPIEndpoint.advertiseAddress }],
});
const authorities = {
	ca: new kubeadm.CertificateAuthority("ca", { name: "ca", cluster }),
	"etcd-ca": new kubeadm.CertificateAuthority("etcd-ca", { name: "etcd-ca", cluster }),
	"front-proxy-ca": new kubeadm.CertificateAuthority("front-proxy-ca", { name: "front-proxy-ca", cluster }),
};
const serviceAccountKey = new kubeadm.ServiceAccountKey("sa", { cluster });
const { preflight, gate } = new kubeadm.ControlPlaneNode(first.name, {
	host,
	cluster,
	node,
	identity,
	authorities,
	serviceAccountKey,
	joins: false,
});

const superAdmin = new kubeadm.Kubeconfig(
	"super-admin.conf",
	{ host, cluster, node, name: "super-admin.conf", authority: authorities.ca },
	{ dependsOn: preflight },
);

// What is in its API.
const access = new kubeadm.ClusterAccess("access", {
	api: { controlPlanes: [host], dependsOn: [gate, superAdmin] },
	cluster,
	node,
	certificate: authorities.ca.certificate,
});
const api = { controlPlanes: [host], dependsOn: [access] };
const upload = new kubeadm.ConfigurationUpload("configuration", { api, cluster, node });
const kubeProxy = new kubeadm.KubeProxy("kube-proxy", { api, cluster, node });
new kubeadm.CoreDns("coredns", { api, cluster, node }, { dependsOn: kubeProxy });
new kubeadm.NodeRegistration(first.name, { api, cluster, node, role: "control-plane" });

// The workers, one after another: each waits for the one before it.
let previous: kubeadm.NodeRegistration | undefined;
for (const worker of workers) {
	const workerHost = hostOf(worker);
	const { registration } = new kubeadm.WorkerNode(
		worker.name,
		{
			host: workerHost,
			cluster,
			node: { name: worker.name, facts: workerHost.facts, apiServer: localAPIEndpoint },
			authority: authorities.ca,
			api: { controlPlanes: [host], dependsOn: [access, upload] },
		},
		previous && { dependsOn: previous },
	);
	previous = registration;
}

// A kubeconfig for a user of the group "tenants", who may do what is granted to that group.
const tenant = new kubeadm.Kubeconfig("tenant", {
	authority: authorities.ca,
	cluster,
	user: {
		name: "tenant",
		groups: ["tenants"],
		server: interpolate`https://${localAPIEndpoint.advertiseAddress}:${localAPIEndpoint.bindPort}`,
	},
});

function hostOf({ name, ...connection }: Machine): kubeadm.Host {
	return new kubeadm.Host(name, { connection });
}

export const kubeconfig = tenant.kubeconfig;
