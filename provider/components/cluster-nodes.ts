import type * as pulumi from "@pulumi/pulumi";
import { type ByAuthority, caNamesOf } from "../render/pki/certificates";
import {
	CertificateAuthority,
	ClusterIdentity,
	EncryptionKey,
	type Gate,
	Host,
	type NodeInputs,
	type Preflight,
	ServiceAccountKey,
	type VirtualIP,
} from "../resources";
import { typedAt } from "../resources/typed-paths";
import type { ClusterArgs } from "./cluster-args";
import type { Context } from "./cluster-context";
import { ControlPlaneNode } from "./control-plane-node";
import { etcdOf } from "./decisions";
import { apiServersOf } from "./endpoint";
import type { EtcdCluster } from "./etcd-cluster";
import { isFoundedNow } from "./founding";
import { HostPreparation } from "./host-preparation";
import { byName, type Endpoint, endpointOf, hostArgs } from "./node-inputs";

/** The machines, by the name of their node. */
export type Hosts = ReadonlyMap<string, Host>;

/** Creates one `Host` for each control plane and worker. */
export function makeHosts({ name, controlPlanes, workers, parent }: Context): Hosts {
	return byName([...controlPlanes, ...workers], (node) => new Host(`${name}-${node.name}`, hostArgs(node), parent));
}

/** What prepares a machine, as far as later steps need it. */
export type Prepared = Pick<HostPreparation, "steps" | "kubernetesPackages">;

/**
 * Prepares the machines, where the program asks for it. Returns what prepares each, by the name of its node. The steps of a
 * machine that is gone for good stay in the state, until they can leave it without contact to the machine.
 */
export function prepareHosts(
	{ name, spec: cluster, preparationOf, controlPlanes, workers, goneNodes, parent }: Context,
	hosts: Hosts,
): Map<string, Prepared> {
	return byName([...controlPlanes, ...workers, ...goneNodes], (node) => {
		const preparation = preparationOf(node);
		if (!preparation) return { steps: [] };
		const role = workers.includes(node) ? "worker" : "control-plane";
		const machine = node.gone ? { host: { connection: node.connection }, gone: true } : { host: hosts.get(node.name)! };
		return new HostPreparation(`${name}-${node.name}`, { ...preparation, ...machine, cluster, node, role }, parent);
	});
}

/** Makes the identity of the cluster, which remembers the control plane that the cluster was founded with. */
export function makeIdentity(
	{ name, spec, controlPlanes, workers, goneNodes, preparationOf, isSkipped, hardened, parent }: Context,
	hosts: Hosts,
) {
	const endpoints = byName(controlPlanes, (node) => endpointOf(node, hosts.get(node.name)!));
	const members = membersOf(endpoints);
	const withoutEtcd = isSkipped("etcd/local") ? { withoutEtcd: true } : {};
	const machines = goneNodes.map(({ name: node, connection: { host } }) => ({ name: node, host }));
	const gone = machines.length > 0 ? { goneNodes: machines } : {};
	const encryption = hardened.encryption === "none" ? {} : { encryption: hardened.encryption };
	const preparations = [...controlPlanes, ...workers].map(preparationOf);
	const follow = preparations.every((preparation) => preparation && preparation.kubernetesPackages !== false);
	const kubelets = follow ? { kubeletsFollow: true } : {};
	const args = typedAt(typedMembers, { cluster: spec, members, ...withoutEtcd, ...gone, ...encryption, ...kubelets });
	const identity = new ClusterIdentity(name, args, parent);
	return { identity, endpoints };
}

/** The control planes as etcd members. */
function membersOf(endpoints: ReadonlyMap<string, Endpoint>) {
	return [...endpoints].map(([name, { advertiseAddress: address }]) => ({ name, address }));
}

const typedMembers = {
	members: "controlPlanes",
	withoutEtcd: "controlPlanes[0].skipPhases",
	encryption: "hardening.encryption",
};

/** Makes the cluster's CAs and the key that signs service account tokens. */
export function makeCredentials(
	{ component, name, spec: cluster, given, hardened, parent }: Context,
	identity: ClusterIdentity,
	{ serviceAccountKey: privateKey }: ClusterArgs,
) {
	const behind = { ...parent, dependsOn: [identity] };
	const authorities = caNamesOf(etcdOf(cluster, component)).map((ca) => [
		ca,
		new CertificateAuthority(
			`${name}-${ca}`,
			typedAt({ "": `authorities.${ca}` }, { name: ca, cluster, ...given[ca] }),
			behind,
		),
	]);
	const key = typedAt({ privateKey: "serviceAccountKey" }, { cluster, privateKey });
	return {
		authorities: Object.fromEntries(authorities) as ByAuthority<CertificateAuthority>,
		serviceAccountKey: new ServiceAccountKey(`${name}-sa`, key, behind),
		...(hardened.needsKey
			? { encryptionKey: new EncryptionKey(`${name}-encryption`, { provider: "secretbox" }, behind) }
			: {}),
	};
}

/** Resources of the earlier steps that the later steps take. */
export interface Made {
	hosts: Hosts;
	/** What prepares each machine, by the name of its node. */
	prepared: ReadonlyMap<string, Prepared>;
	identity: ClusterIdentity;
	nodes: ReadonlyMap<string, NodeInputs>;
	/** Addresses of the API servers, by the name of the node. */
	endpoints: ReadonlyMap<string, Endpoint>;
	authorities: ByAuthority<CertificateAuthority>;
	serviceAccountKey: ServiceAccountKey;
	/** The key that encrypts Secrets. Absent where the program makes none. */
	encryptionKey?: EncryptionKey;
	/** The etcd cluster that `etcd.external` names. Absent where etcd is local, or not made by this package. */
	etcdCluster?: EtcdCluster;
}

/** What the control planes leave for the steps behind them. */
export interface ControlPlanes {
	gates: Gate[];
	/** The preflights of all control planes. Nothing is written on a control plane before its preflight has passed. */
	preflights: Preflight[];
	/** What may hold the virtual IP on each control plane. Empty where the cluster has none. */
	virtualIPs: VirtualIP[];
}

/** Makes the control planes. A change on one of them waits for the gate of the one before it. */
export function makeControlPlanes(cluster: Context, made: Made): ControlPlanes {
	const { name, spec, controlPlanes, external, sign, parent } = cluster;
	const { hosts, nodes, identity, authorities, serviceAccountKey, encryptionKey } = made;
	const files = cluster.hardened.files.map(({ name: file, path, content }) => ({
		name: file,
		path,
		content: content(encryptionKey?.secretboxKey),
	}));
	const apiServers = apiServersOf(made.endpoints);
	const [gates, preflights, virtualIPs]: [Gate[], Preflight[], VirtualIP[]] = [[], [], []];
	const pods: pulumi.Resource[] = [];
	// Asked once all control planes have their resources.
	const isNow = Promise.resolve().then(() => isFoundedNow(identity, preflights));
	const founding = { isNow, pods: isNow.then(() => pods) };
	// In an order that the lines of the program do not change.
	const names = controlPlanes.map((each) => each.name).sort();
	for (const { name: node } of controlPlanes) {
		const controlPlane = new ControlPlaneNode(
			`${name}-${node}`,
			{
				host: hosts.get(node)!,
				cluster: spec,
				node: nodes.get(node)!,
				identity,
				...(controlPlanes.length > 1 ? { members: membersOf(made.endpoints) } : {}),
				authorities,
				serviceAccountKey,
				...(made.etcdCluster ? { etcd: made.etcdCluster } : {}),
				sign,
				external,
				files,
				prepared: made.prepared.get(node)!.steps,
				otherControlPlanes: names.filter((other) => other !== node).map((other) => hosts.get(other)!),
				joins: controlPlanes.length > 1 && identity.founder.apply((founder) => founder !== node),
				after: gates.slice(-1),
				...(controlPlanes.length > 1 ? { founding } : {}),
				balancer: { ...cluster.balancer, apiServers, after: virtualIPs.slice(-1) },
			},
			parent,
		);
		gates.push(controlPlane.gate);
		preflights.push(controlPlane.preflight);
		pods.push(...controlPlane.pods);
		if (controlPlane.virtualIP) virtualIPs.push(controlPlane.virtualIP);
	}
	return { gates, preflights, virtualIPs };
}
