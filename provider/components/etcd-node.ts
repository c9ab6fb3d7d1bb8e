import * as pulumi from "@pulumi/pulumi";
import {
	Certificate,
	type CertificateAuthority,
	type ClusterIdentity,
	type ClusterInputs,
	EtcdData,
	Gate,
	type Host,
	HostFile,
	type NodeInputs,
	Preflight,
	StandaloneKubelet,
	StaticPodManifest,
} from "../resources";
import { checkArguments } from "../resources/check-arguments";
import { bringUp } from "./bring-up";
import { clientFiles } from "./etcd-cluster-args";
import { ended, rollOrder, turnOf } from "./turn";

/** Arguments of an `EtcdNode`. */
export interface EtcdNodeArgs {
	/** The machine of the member. */
	host: Host;
	/** The cluster whose `etcd.local`, version, images and directories apply. */
	cluster: ClusterInputs;
	/** The member: `name`, `localAPIEndpoint.advertiseAddress`, and settings of its kubelet. */
	node: NodeInputs;
	/** The identity of the etcd cluster: the members that it was founded with. */
	identity: ClusterIdentity;
	/** The CA of members and clients. */
	authority: CertificateAuthority;
	/** The members that the program has: names and addresses. @default this node is the only member */
	members?: pulumi.Input<pulumi.Input<{ name: pulumi.Input<string>; address: pulumi.Input<string> }>[]>;
	/** Resources that prepare the machine. Nothing looks at the machine before they are made. @default none */
	prepared?: readonly pulumi.Resource[];
	/** Gates of the members before this one. What restarts something on this host waits for them. @default none */
	after?: readonly Gate[];
}

/** kubeadm's names of the certificates of a member. */
const leaves = ["etcd-server", "etcd-peer", "etcd-healthcheck-client"] as const;

/**
 * A host with an etcd member and nothing else of a cluster: the CA's certificate, the member's certificates, a kubelet
 * without an API server, etcd's data and static pod, and the gate that passes when the member is healthy.
 */
export class EtcdNode extends pulumi.ComponentResource {
	/** The gate, which passes when the member on this host is healthy. */
	readonly gate!: Gate;

	constructor(name: string, args: EtcdNodeArgs, options?: pulumi.ComponentResourceOptions) {
		checkArguments("EtcdNode", name, args, options);
		super("kubeadm:index:EtcdNode", name, {}, options);
		const { host, cluster, node, identity, authority, after = [] } = args;
		const members = args.members === undefined ? {} : { members: args.members };
		const order = rollOrder(after);
		const credentials: Record<string, pulumi.Output<Record<string, string>>> = {};
		let data: EtcdData | undefined;

		// On a host that this `up` reaches for the first time, the kubelet starts beside those of the other members.
		const { begins } = turnOf(host, after.map(ended));
		const kubelet = (own: pulumi.CustomResourceOptions) => {
			const dependsOn = begins.then((others) => [...(own.dependsOn as pulumi.Resource[]), ...others]);
			return new StandaloneKubelet(`${name}-kubelet`, { host, cluster, node, ...order }, { ...own, dependsOn });
		};

		bringUp(this, [
			["before", [], () => [...after]],
			["prepared", [], () => [...(args.prepared ?? [])]],
			[
				"preflight",
				["prepared"],
				(own) => new Preflight(`${name}-preflight`, { host, cluster, node, etcdOnly: true }, own),
			],
			[
				"CA",
				["preflight"],
				(own) =>
					new HostFile(`${name}-ca`, { host, path: clientFiles(cluster).caFile, content: authority.certificate }, own),
			],
			[
				"certificates",
				["preflight"],
				(own) =>
					leaves.map((leaf) => {
						const made = new Certificate(`${name}-${leaf}`, { host, cluster, node, name: leaf, authority }, own);
						credentials[leaf] = made.placedDigests;
						return made;
					}),
			],
			["kubelet", ["preflight"], kubelet],
			[
				"data",
				["before", "CA", "certificates"],
				(own) => {
					data = new EtcdData(`${name}-etcd-data`, { host, cluster, node, identity, ...members }, own);
					return data;
				},
			],
			[
				"pod",
				["before", "data", "CA", "certificates"],
				(own) => {
					const known = args.members === undefined ? identity : data!;
					return new StaticPodManifest(
						`${name}-etcd`,
						{ host, cluster, node, component: "etcd", identity: known, ...order },
						own,
					);
				},
			],
			[
				"gate",
				["kubelet", "pod"],
				(own) => {
					const gate = { host, cluster, node, identity, components: ["etcd" as const], credentials, ...order };
					return Object.assign(this, { gate: new Gate(`${name}-gate`, gate, own) }).gate;
				},
			],
		]);
		this.registerOutputs({});
	}
}
