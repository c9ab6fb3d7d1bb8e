import * as pulumi from "@pulumi/pulumi";
import type { HostFacts } from "../config/node";
import { nodeSpecShape } from "../config/node-rules";
import { type ByAuthority, type CaName, certificateNamesOf, certificates } from "../render/pki/certificates";
import { staticPodNamesOf } from "../render/static-pods/static-pods";
import {
	Certificate,
	type CertificateAuthority,
	type ClusterIdentity,
	type ClusterInputs,
	ComponentUsers,
	Gate,
	type Host,
	Kubeconfig,
	Kubelet,
	type NodeInputs,
	Preflight,
	type ServiceAccountKey,
	SharedCertificates,
	type SharedCertificatesArgs,
	StaticPodManifest,
} from "../resources";
import { checkArguments } from "../resources/check-arguments";
import { etcdOf, isRootless, skippedBy } from "./decisions";
import { externallySigned, type Sign } from "./signing";

export interface ControlPlaneNodeArgs {
	host: Host;
	cluster: ClusterInputs;
	node: NodeInputs;
	identity: ClusterIdentity;
	authorities: ByAuthority<CertificateAuthority>;
	serviceAccountKey: ServiceAccountKey;
	/** Who signs for the CAs that have no key here. @default each certificate is awaited on the host, beside its request */
	sign?: Sign;
	/** Names of those CAs. @default none */
	external?: readonly CaName[];
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
		checkArguments("ControlPlaneNode", name, args, options);
		super("kubeadm:index:ControlPlaneNode", name, {}, options);
		const { host, cluster, identity, authorities, serviceAccountKey } = args;
		const parent = { parent: this };
		const etcd = etcdOf(cluster, this);
		const isSkipped = skippedBy(args.node, this);
		const certificateNames = certificateNamesOf(etcd).filter((leaf) => !isSkipped(`certs/${leaf}`));
		const files = [...kubeconfigs, ...(args.superAdmin ? (["super-admin.conf"] as const) : [])].filter(
			(file) => !isSkipped(`kubeconfig/${file.replace(".conf", "")}`),
		);

		const preflight = new Preflight(
			`${name}-preflight`,
			{ host, cluster, node: args.node, joins: !args.superAdmin },
			parent,
		);
		const own = isRootless(cluster, this)
			? new ComponentUsers(`${name}-users`, { host }, { ...parent, dependsOn: [preflight] })
			: undefined;
		const node = own ? withUsers(args.node, own) : args.node;
		const afterwards = { ...parent, dependsOn: own ? [preflight, own] : [preflight] };
		const shared = sharedCertificates({ authorities, serviceAccountKey }, isSkipped).map(
			(wanted) => new SharedCertificates(`${name}-shared`, { host, cluster, ...wanted }, afterwards),
		);
		const withKubelet = ["kubelet-start", "kubeconfig/kubelet"].some(isSkipped) ? [] : (["kubelet.conf"] as const);
		const { requests, signed } = externallySigned(
			name,
			[...certificateNames, ...files, ...withKubelet],
			{ ...args, node },
			afterwards,
		);
		const asked = { ...parent, dependsOn: [...afterwards.dependsOn, ...requests] };
		const leaves = certificateNames.map((leaf) => {
			const { ca } = certificates[leaf];
			return new Certificate(
				`${name}-${leaf}`,
				{ host, cluster, node, name: leaf, authority: authorities[ca]!, ...signed(leaf) },
				asked,
			);
		});
		const users = files.map(
			(file) =>
				new Kubeconfig(
					`${name}-${file}`,
					{ host, cluster, node, name: file, authority: authorities.ca!, ...signed(file) },
					asked,
				),
		);
		const kubelet = isSkipped("kubelet-start")
			? []
			: [
					new Kubelet(
						`${name}-kubelet`,
						{ host, cluster, node, role: "control-plane", authority: authorities.ca!, ...signed("kubelet.conf") },
						{ ...parent, dependsOn: [...afterwards.dependsOn, ...shared, ...requests] },
					),
				];
		const pods = staticPodNamesOf(etcd)
			.filter((component) => !isSkipped(component.replace(/^kube-/, "control-plane/").replace("etcd", "etcd/local")))
			.map(
				(component) =>
					new StaticPodManifest(
						`${name}-${component}`,
						{ host, cluster, node, component, identity },
						{ ...parent, dependsOn: [...afterwards.dependsOn, ...shared, ...leaves, ...users] },
					),
			);
		const credentials = Object.fromEntries(
			[...leaves, ...users].map((resource, index) => [[...certificateNames, ...files][index]!, resource.placedDigests]),
		);
		this.gate = new Gate(
			`${name}-gate`,
			{ host, cluster, node, identity, credentials },
			{ ...parent, dependsOn: [...kubelet, ...pods] },
		);
		this.registerOutputs({});
	}
}

/** What control planes share, as far as the node does not go without it; nothing where that is all. */
function sharedCertificates(
	{ authorities, serviceAccountKey }: Pick<ControlPlaneNodeArgs, "authorities" | "serviceAccountKey">,
	isSkipped: (phase: string) => boolean,
): Pick<SharedCertificatesArgs, "authorities" | "serviceAccountKey">[] {
	const wanted = Object.entries(authorities).filter(([ca]) => !isSkipped(`certs/${ca}`));
	const key = isSkipped("certs/sa") ? undefined : serviceAccountKey.privateKey;
	if (wanted.length === 0 && key === undefined) return [];
	return [{ authorities: Object.fromEntries(wanted) as typeof authorities, serviceAccountKey: key }];
}

/** A node whose host's facts tell the ids of its users too; each fact for itself, so that those that are known are used. */
function withUsers(node: NodeInputs, { users, groups }: ComponentUsers): NodeInputs {
	const facts = pulumi.output(node.facts as pulumi.Input<HostFacts | undefined>);
	const others = Object.keys(nodeSpecShape.facts).map((name) => [
		name,
		facts.apply((known) => known?.[name as keyof HostFacts]),
	]);
	return { ...node, facts: { ...Object.fromEntries(others), componentUsers: { users, groups } } };
}
