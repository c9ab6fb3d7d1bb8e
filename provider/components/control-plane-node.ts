import * as pulumi from "@pulumi/pulumi";
import { type CaName, certificateNames, certificates } from "../render/pki/certificates";
import { staticPodNames } from "../render/static-pods/static-pods";
import {
	Certificate,
	type CertificateAuthority,
	Kubeconfig,
	type ServiceAccountKey,
	SharedCertificates,
} from "../resources/certificates";
import type { ClusterIdentity } from "../resources/cluster";
import type { Host } from "../resources/host";
import type { ClusterInputs, NodeInputs } from "../resources/inputs";
import { Gate, Kubelet, StaticPodManifest } from "../resources/node";

export interface ControlPlaneNodeArgs {
	host: Host;
	cluster: ClusterInputs;
	node: NodeInputs;
	identity: ClusterIdentity;
	authorities: Record<CaName, CertificateAuthority>;
	serviceAccountKey: ServiceAccountKey;
	/** Whether this is the node whose super-admin.conf can mend a cluster's RBAC: `kubeadm init` makes it on one node. */
	superAdmin?: boolean;
}

/** kubeadm's kubeconfigs on a control plane, but for the kubelet's, which is the kubelet's own. */
const kubeconfigs = ["admin.conf", "controller-manager.conf", "scheduler.conf"] as const;

/** A control plane node: its certificates, kubeconfigs, static pods and kubelet, and the gate that passes when it is well. */
export class ControlPlaneNode extends pulumi.ComponentResource {
	/** Passes when the control plane on this host is well. */
	readonly gate: Gate;

	constructor(name: string, args: ControlPlaneNodeArgs, options?: pulumi.ComponentResourceOptions) {
		super("kubeadm:index:ControlPlaneNode", name, {}, options);
		const { host, cluster, node, identity, authorities, serviceAccountKey } = args;
		const parent = { parent: this };

		const shared = new SharedCertificates(
			`${name}-shared`,
			{ host, cluster, authorities, serviceAccountKey: serviceAccountKey.privateKey },
			parent,
		);
		const leaves = certificateNames.map(
			(leaf) =>
				new Certificate(
					`${name}-${leaf}`,
					{ host, cluster, node, name: leaf, authority: authorities[certificates[leaf].ca] },
					parent,
				),
		);
		const users = [...kubeconfigs, ...(args.superAdmin ? (["super-admin.conf"] as const) : [])].map(
			(file) =>
				new Kubeconfig(`${name}-${file}`, { host, cluster, node, name: file, authority: authorities.ca }, parent),
		);
		const kubelet = new Kubelet(
			`${name}-kubelet`,
			{ host, cluster, node, role: "control-plane", authority: authorities.ca },
			{ ...parent, dependsOn: [shared] },
		);
		const pods = staticPodNames.map(
			(component) =>
				new StaticPodManifest(
					`${name}-${component}`,
					{ host, cluster, node, component, identity },
					{ ...parent, dependsOn: [shared, ...leaves, ...users] },
				),
		);
		const credentials = Object.fromEntries(
			[...leaves, ...users].map((resource, index) => [
				[...certificateNames, ...kubeconfigs, "super-admin.conf"][index]!,
				resource.placed,
			]),
		);
		this.gate = new Gate(
			`${name}-gate`,
			{ host, cluster, node, identity, credentials },
			{ ...parent, dependsOn: [kubelet, ...pods] },
		);
		this.registerOutputs({});
	}
}
