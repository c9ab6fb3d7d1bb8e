import { Config } from "@pulumi/pulumi";
import { Cluster, Host, WorkerNode } from "pulumi-kubeadm";

/** Many workers of a cluster that exists, or a whole cluster that is only previewed. */
export interface Scale {
	/** Whether a whole `Cluster` is described, in place of workers of a cluster that exists. */
	whole: boolean;
	/** Addresses of the control plane, and of the workers. */
	addresses: string[];
	/** Address of the API server. Not used for a whole cluster. */
	server: string;
	port: number;
	privateKeyFile: string;
	/** PEM of the cluster's CA. Not used for a whole cluster. */
	caCertificate: string;
	kubernetesVersion: string;
}

const { whole, addresses, server, port, privateKeyFile, caCertificate, kubernetesVersion } = new Config(
	"test",
).requireObject<Scale>("program");
const [first, ...workers] = addresses.map((host) => ({ host, port, privateKeyFile })) as [object, ...object[]];

// Simulated hosts have no kernel and no container runtime of their own to check.
const skipPhases = ["preflight"];

if (whole) {
	new Cluster("scale", {
		kubernetesVersion,
		controlPlanes: [{ name: "cp-1", connection: first as { host: string } }],
		workers: workers.map((connection, index) => ({
			name: `worker-${index + 1}`,
			connection: connection as { host: string },
			skipPhases,
		})),
	});
} else {
	const controlPlane = new Host("cp-1", { connection: first as { host: string } });
	const api = { controlPlanes: [controlPlane] };
	const cluster = { kubernetesVersion };
	for (const [index, connection] of workers.entries()) {
		const name = `worker-${index + 1}`;
		const host = new Host(name, { connection: connection as { host: string } });
		const node = { name, apiServer: { advertiseAddress: server }, facts: host.facts, skipPhases };
		new WorkerNode(name, { host, cluster, node, authority: { certificate: caCertificate }, api });
	}
}
