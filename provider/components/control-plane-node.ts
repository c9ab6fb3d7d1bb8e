import * as pulumi from "@pulumi/pulumi";
import type { HostFacts } from "../config/node";
import { nodeSpecShape } from "../config/node-rules";
import { componentUsers } from "../facts/identities";
import type { KubeconfigName } from "../render/kubeconfig";
import { nodeParts } from "../render/node-plan";
import { type ByAuthority, type CaName, type CertificateName, certificates } from "../render/pki/certificates";
import {
	Certificate,
	type CertificateAuthority,
	type ClusterIdentity,
	type ClusterInputs,
	ComponentUsers,
	EtcdData,
	Gate,
	type Host,
	HostFile,
	Kubeconfig,
	Kubelet,
	LocalProxy,
	type NodeInputs,
	Preflight,
	type ServiceAccountKey,
	SharedCertificates,
	StaticPodManifest,
	VirtualIP,
} from "../resources";
import { checkArguments } from "../resources/check-arguments";
import { bringUp } from "./bring-up";
import { etcdOf, hasRestrictedFiles, isRootless, skippedPhases } from "./decisions";
import type { BalancerArgs } from "./endpoint";
import { etcdClient } from "./etcd-access";
import type { EtcdCluster } from "./etcd-cluster";
import type { Founding } from "./founding";
import { externallySigned, type Sign } from "./signing";
import { rollOrder } from "./turn";

/** Arguments of a `ControlPlaneNode`. */
export interface ControlPlaneNodeArgs {
	/** The machine of the node. */
	host: Host;
	/** The cluster that the node belongs to. */
	cluster: ClusterInputs;
	/** The node. */
	node: NodeInputs;
	/** The identity of the cluster: the etcd members that it was founded with. */
	identity: ClusterIdentity;
	/** The cluster's CAs, by kubeadm's names. */
	authorities: ByAuthority<CertificateAuthority>;
	/** The key pair that signs service account tokens. */
	serviceAccountKey: ServiceAccountKey;
	/** The etcd members that the program has: node names and addresses. @default this node is the only member */
	members?: pulumi.Input<pulumi.Input<{ name: pulumi.Input<string>; address: pulumi.Input<string> }>[]>;
	/** The etcd cluster that `etcd.external` of the cluster names. @default etcd runs on this host, or its client's files are there */
	etcd?: EtcdCluster;
	/** Signs for the CAs that have no key here. @default each certificate is awaited on the host, beside its request */
	sign?: Sign;
	/** Names of the CAs that have no key here. @default none */
	external?: readonly CaName[];
	/**
	 * Hosts of the cluster's other control planes. Where they know this host as a node that `kubeadm join` made, the node is taken
	 * over. @default none: such a host is refused
	 */
	otherControlPlanes?: readonly Host[];
	/** Whether the host is checked as by `kubeadm join`. `false` selects the checks of `kubeadm init`. @default true */
	joins?: pulumi.Input<boolean>;
	/**
	 * Gates of the control planes before this one. What restarts something on this host waits for them; all else is
	 * placed beside them. @default none
	 */
	after?: readonly Gate[];
	/** The founding of the cluster, in which the control planes start together. @default each waits for the gates before it */
	founding?: Founding;
	/** What stands in front of the API servers. @default nothing of this package */
	balancer?: BalancerArgs;
	/** Resources that prepare the machine. Nothing looks at the machine before they are made. @default none */
	prepared?: readonly pulumi.Resource[];
	/** Files that are placed before the static pods, each with the end of its resource's name. @default none */
	files?: readonly ControlPlaneFile[];
}

/** A file on a control plane. */
export interface ControlPlaneFile {
	/** End of the resource's name. */
	name: string;
	/** Absolute path on the host. */
	path: pulumi.Input<string>;
	/** Text of the file, UTF-8. */
	content: pulumi.Input<string>;
}

/**
 * A control plane node: certificates, kubeconfigs, static pods and kubelet, and the gate that passes when all of it is
 * healthy. The founder's super-admin.conf is not part of the node but a separate `Kubeconfig`.
 */
export class ControlPlaneNode extends pulumi.ComponentResource {
	/** The preflight, which passes when the host may become a control plane. */
	readonly preflight!: Preflight;
	/** The gate, which passes when the control plane on this host is healthy. */
	readonly gate!: Gate;
	/** The static pods. @internal */
	readonly pods!: readonly pulumi.Resource[];
	/** What holds the virtual IP on this host. Absent where the cluster has none. */
	readonly virtualIP?: VirtualIP;

	constructor(name: string, args: ControlPlaneNodeArgs, options?: pulumi.ComponentResourceOptions) {
		checkArguments("ControlPlaneNode", name, args, options);
		super("kubeadm:index:ControlPlaneNode", name, {}, options);
		const { host, cluster, identity, authorities } = args;
		const skipPhases = skippedPhases(args.node, this);
		const parts = nodeParts({ role: "control-plane", command: "join", ...etcdOf(cluster, this), skipPhases });
		const rootless = isRootless(cluster, this);
		const ownsEtcdData = hasRestrictedFiles(cluster, this) && parts.staticPods.includes("etcd");
		const credentials: Partial<Record<CertificateName | KubeconfigName, pulumi.Output<Record<string, string>>>> = {};
		const placesEtcdClient = args.etcd ? { placesEtcdClient: true } : {};
		const order = rollOrder(args.after);
		const { virtualIP, localProxy, flagsAtNextStart, apiServers = [] } = args.balancer ?? {};
		let node = args.node;
		let etcdData: EtcdData | undefined;
		let signed: ReturnType<typeof externallySigned>["signed"];

		const preflight = (own: pulumi.CustomResourceOptions) =>
			new Preflight(
				`${name}-preflight`,
				{ host, cluster, node, joins: args.joins, ...placesEtcdClient, ...othersOf(args) },
				own,
			);
		const files = (own: pulumi.CustomResourceOptions) =>
			(args.files ?? []).map(({ name: file, path, content }) => {
				const [owner, mode] = [rootless ? componentUsers["kube-apiserver"] : "root", "0600"];
				return new HostFile(`${name}-${file}`, { host, path, content, owner, group: owner, mode }, own);
			});
		const etcdUser = (own: pulumi.CustomResourceOptions) =>
			new ComponentUsers(`${name}-etcd-user`, { host, ownsEtcdData: true }, own);
		const users = (own: pulumi.CustomResourceOptions) => {
			const made = new ComponentUsers(`${name}-users`, { host }, own);
			node = withUsers(node, made);
			return made;
		};
		const shared = (own: pulumi.CustomResourceOptions) => {
			const wanted = Object.entries(authorities).filter(([ca]) => parts.authorities.includes(ca as CaName));
			const serviceAccountKey = parts.hasServiceAccountKey ? args.serviceAccountKey.privateKey : undefined;
			if (wanted.length === 0 && serviceAccountKey === undefined) return [];
			const files = { authorities: Object.fromEntries(wanted) as typeof authorities, serviceAccountKey };
			return new SharedCertificates(`${name}-shared`, { host, cluster, ...files }, own);
		};
		const requests = (own: pulumi.CustomResourceOptions) => {
			const kubelet = parts.hasKubelet && parts.hasKubeletKubeconfig ? (["kubelet.conf"] as const) : [];
			const names = [...parts.certificates, ...parts.kubeconfigs, ...kubelet];
			const signingRequests = externallySigned({ ...args, prefix: name, owner: node.name as string, names, node }, own);
			signed = signingRequests.signed;
			return signingRequests.requests;
		};
		const leaves = (own: pulumi.CustomResourceOptions) =>
			parts.certificates.map((leaf) => {
				const authority = authorities[certificates[leaf].ca]!;
				const inputs = { host, cluster, node, name: leaf, authority, ...signed(leaf) };
				const made = new Certificate(`${name}-${leaf}`, inputs, own);
				credentials[leaf] = made.placedDigests;
				return made;
			});
		const client = (own: pulumi.CustomResourceOptions) => {
			if (!args.etcd) return [];
			const { authority } = args.etcd;
			const { files, certificate } = etcdClient({ name, host, cluster, node, authority }, own);
			credentials["apiserver-etcd-client"] = certificate.placedDigests;
			return files;
		};
		const kubeconfigs = (own: pulumi.CustomResourceOptions) =>
			parts.kubeconfigs.map((file) => {
				const inputs = { host, cluster, node, name: file, authority: authorities.ca, ...signed(file) };
				const made = new Kubeconfig(`${name}-${file}`, inputs, own);
				credentials[file] = made.placedDigests;
				return made;
			});
		const kubelet = (own: pulumi.CustomResourceOptions) => {
			const role = "control-plane" as const;
			const inputs = { host, cluster, node, role, authority: authorities.ca, ...signed("kubelet.conf"), ...order };
			return parts.hasKubelet ? new Kubelet(`${name}-kubelet`, inputs, own) : [];
		};
		const data = (own: pulumi.CustomResourceOptions) => {
			if (!parts.staticPods.includes("etcd")) return [];
			etcdData = new EtcdData(
				`${name}-etcd-data`,
				{ host, cluster, node, identity, ...(args.members === undefined ? {} : { members: args.members }) },
				own,
			);
			return etcdData;
		};
		const pods = (own: pulumi.CustomResourceOptions) =>
			parts.staticPods.map((component) => {
				const known = component === "etcd" && args.members !== undefined ? (etcdData ?? identity) : identity;
				const waiting = component === "kube-apiserver" && flagsAtNextStart ? { flagsAtNextStart } : {};
				const inputs = { host, cluster, node, component, identity: known, ...waiting, ...order };
				return new StaticPodManifest(`${name}-${component}`, inputs, own);
			});
		const site = { host, nodeName: args.node.name as pulumi.Input<string>, apiServers };
		const proxy = (own: pulumi.CustomResourceOptions) =>
			localProxy ? new LocalProxy(`${name}-local-proxy`, { ...site, localProxy }, own) : [];
		const address = (own: pulumi.CustomResourceOptions) =>
			virtualIP
				? Object.assign(this, { virtualIP: new VirtualIP(`${name}-virtual-ip`, { ...site, virtualIP, ...order }, own) })
						.virtualIP
				: [];
		const gate = (own: pulumi.CustomResourceOptions) =>
			new Gate(`${name}-gate`, { host, cluster, node, identity, credentials: credentials as Digests, ...order }, own);

		bringUp(this, [
			["before", [], () => before(args)],
			["virtual IPs before", [], () => [...(args.balancer?.after ?? [])]],
			["prepared", [], () => [...(args.prepared ?? [])]],
			["preflight", ["prepared"], (own) => Object.assign(this, { preflight: preflight(own) }).preflight],
			["users", ["preflight"], rootless ? users : ownsEtcdData ? etcdUser : () => []],
			["files", ["users"], files],
			["shared", ["users"], shared],
			["requests", ["users"], requests],
			["certificates", ["users", "requests"], leaves],
			["kubeconfigs", ["users", "requests"], kubeconfigs],
			["etcd client", ["users"], client],
			["all pods", [], () => podsBefore(args)],
			["kubelet", ["before", "all pods", "shared", "requests", "etcd client"], kubelet],
			["data", ["before", "users", "certificates"], data],
			[
				"pods",
				["before", "data", "shared", "certificates", "kubeconfigs", "etcd client", "files"],
				(own) => Object.assign(this, { pods: pods(own) }).pods,
			],
			["local proxy", ["users"], proxy],
			// The virtual IP goes first from a control plane that goes.
			["virtual IP", ["before", "virtual IPs before", "kubelet", "pods"], address],
			["gate", ["kubelet", "pods"], (own) => Object.assign(this, { gate: gate(own) }).gate],
		]);
		this.registerOutputs({});
	}
}

/** What comes before anything that restarts something on this host. */
function before({ after = [], founding, etcd }: ControlPlaneNodeArgs) {
	const gates = etcd?.gates ?? [];
	return founding ? founding.isNow.then((isNow) => (isNow ? gates : [...after, ...gates])) : [...after, ...gates];
}

/** The static pods that are placed before the kubelet starts: those of all control planes in a founding, else none. */
function podsBefore({ founding }: ControlPlaneNodeArgs) {
	return founding ? founding.isNow.then((isNow) => (isNow ? founding.pods : [])) : [];
}

function othersOf({ otherControlPlanes = [] }: ControlPlaneNodeArgs) {
	return otherControlPlanes.length > 0 ? { otherControlPlanes: [...otherControlPlanes] } : {};
}

type Digests = Record<string, pulumi.Output<Record<string, string>>>;

/**
 * A node whose host's facts include the ids of its users. Each fact is an Output of its own, so that known facts stay
 * known.
 */
function withUsers(node: NodeInputs, { users, groups }: ComponentUsers): NodeInputs {
	const facts = pulumi.output(node.facts as pulumi.Input<HostFacts | undefined>);
	const others = Object.keys(nodeSpecShape.facts).map((name) => [
		name,
		facts.apply((known) => known?.[name as keyof HostFacts]),
	]);
	return { ...node, facts: { ...Object.fromEntries(others), componentUsers: { users, groups } } };
}
