import type { Cluster, ClusterSpec } from "../config/cluster";
import { type Problem, SpecError } from "../config/problems";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { newId } from "../hosts/placement/place";
import type { EtcdMembers } from "../render/static-pods/pod";
import type { Lifecycle } from "./lifecycle";
import { renderCluster } from "./rendering";

export interface ClusterIdentityArgs {
	/** The cluster: its names, networks, directories and release. */
	cluster: ClusterSpec;
	/** The control planes, as etcd members. */
	members: EtcdMembers;
	/** Whether kubeadm's phase that makes etcd is skipped. @default false */
	withoutEtcd?: boolean;
}

export interface ClusterIdentityInputs {
	/** What a running cluster cannot change, by kubeadm's names. */
	identity: Record<string, string>;
	/** `1.37.2` */
	kubernetesVersion: string;
	/** Those that etcd was started with: fixed with the first `up`. */
	initialMembers: EtcdMembers;
	withoutEtcd?: true;
}

/**
 * What makes a cluster this cluster. It stands before every other resource of it, so that a change that would break a
 * running cluster is refused before anything else is looked at.
 */
export const clusterIdentity: Lifecycle<ClusterIdentityArgs, ClusterIdentityInputs, object> = {
	check({ cluster, members, withoutEtcd = false }, old) {
		const { identity, kubernetesVersion } = renderCluster(cluster, (resolved) => ({
			identity: Object.fromEntries(Object.entries(fixed).map(([path, { of }]) => [path, of(resolved)])),
			kubernetesVersion: resolved.kubernetesVersion.replace(/^v/, ""),
		}));
		if (!old && !isUnknown(members)) refuseFounders(members);
		if (old) refuseChanges(old, { identity, kubernetesVersion, members, withoutEtcd });
		const initialMembers = old?.initialMembers ?? members;
		return { identity, kubernetesVersion, initialMembers, ...(withoutEtcd ? { withoutEtcd: true as const } : {}) };
	},

	async create({ identity }) {
		return { id: newId(identity.clusterName!), outputs: {} };
	},

	async update() {
		return {};
	},

	async delete() {},
};

/** What breaks when it changes. */
const fixed: Record<string, { of: (cluster: Cluster) => string; because: string }> = {
	clusterName: { of: ({ clusterName }) => clusterName, because: "kubeconfigs and the controller manager name it" },
	"networking.serviceSubnet": {
		of: ({ networking }) => networking.serviceSubnet,
		because: "every Service has an address of it",
	},
	"networking.podSubnet": {
		of: ({ networking }) => networking.podSubnet ?? "",
		because: "every node has a part of it",
	},
	"networking.dnsDomain": {
		of: ({ networking }) => networking.dnsDomain,
		because: "running pods and certificates name it",
	},
	"etcd.local.dataDir": {
		of: ({ etcd }) => (etcd.external ? "none, as etcd is external" : etcd.local.dataDir),
		because: "etcd would start empty",
	},
	certificatesDir: {
		of: ({ certificatesDir }) => certificatesDir,
		because: "every component reads its certificates there",
	},
};

/** Several members need each other to start, and gates that know it: until then they are not begun at all. A member's address stays. */
function refuseFounders(members: EtcdMembers): void {
	const messages = members
		.filter((member) => member.address === "")
		.map(
			({ name }) =>
				`expected an address of ${name}, whose host has none on the interface of a default route, got none; give its localAPIEndpoint.advertiseAddress`,
		);
	if (members.length > 1)
		messages.push(`expected one control plane, got ${members.length}: several are not brought up together yet`);
	if (messages.length > 0)
		throw new SpecError(
			"Cluster",
			messages.map((message) => ({ path: "controlPlanes", message })),
		);
}

function refuseChanges(
	old: ClusterIdentityInputs,
	now: Pick<ClusterIdentityInputs, "identity" | "kubernetesVersion"> & { members: EtcdMembers; withoutEtcd: boolean },
): void {
	const { identity } = now;
	const problems: Problem[] = Object.entries(isUnknown(identity) ? {} : fixed)
		.map(([path, { because }]) => ({ path, because, was: old.identity[path], is: identity[path] }))
		.filter(({ was, is }) => was !== undefined && is !== UNKNOWN && is !== was)
		.map(({ path, because, was, is }) => ({
			path,
			message: `expected "${was}" as the running cluster has it, got "${is}": ${because}; it cannot be changed, make a new cluster`,
		}));
	if (now.withoutEtcd && !old.withoutEtcd)
		problems.push({
			path: "controlPlanes[0].skipPhases",
			message:
				"expected etcd's phase not to be skipped, as the running cluster has its data in that etcd, got it skipped: the data would go with it",
		});
	problems.push(...versionProblems(old.kubernetesVersion, now.kubernetesVersion));
	if (!isUnknown(now.members) && !now.members.some((member) => isUnknown(member) || isUnknown(member.name)))
		problems.push(...memberProblems(old.initialMembers, now.members));
	if (problems.length > 0) throw new SpecError("Cluster", problems);
}

/** A member that etcd was not founded with has to join it, and one that leaves has to be removed from it: that is not done yet. */
function memberProblems(was: EtcdMembers, is: EtcdMembers): Problem[] {
	const founded = new Map(was.map(({ name, address }) => [name, address]));
	const names = `${[...founded.keys()].join(", ")}, with which the cluster was founded`;
	const message = (got: string, next: string) => ({
		path: "controlPlanes",
		message: `expected ${names}, got ${got}: ${next}`,
	});
	const added = is.filter(({ name }) => !founded.has(name));
	const removed = was.filter(({ name }) => !is.some((member) => member.name === name));
	// Before a machine was asked its address is not known, or left out.
	const moved = is.filter(
		({ name, address }) => founded.has(name) && address && !isUnknown(address) && founded.get(name) !== address,
	);
	return [
		...added.map(({ name }) =>
			message(
				`${name} too`,
				"joining a member to a running etcd is not possible yet; take it out, or found a new cluster with it",
			),
		),
		...removed.map(({ name }) =>
			message(
				`none named ${name}`,
				"removing a member from a running etcd is not possible yet; put it back, or destroy the cluster",
			),
		),
		...moved.map(({ name, address }) =>
			message(
				`${name} at ${address} instead of ${founded.get(name)}`,
				"etcd and the certificates know it by its address; give it the old one",
			),
		),
	];
}

/** Source: Kubernetes' version skew policy. */
function versionProblems(was: string, is: string): Problem[] {
	if (isUnknown(is) || was === is) return [];
	const [major, minor, patch] = was.split(".").map(Number);
	const [newMajor, newMinor, newPatch] = is.split(".").map(Number);
	const refuse = (why: string) => [
		{ path: "kubernetesVersion", message: `expected ${was} or a later patch of ${major}.${minor}, got ${is}: ${why}` },
	];
	if (newMajor !== major || newMinor! > minor!)
		return refuse(
			"an upgrade to another minor release is not possible yet: `kubeadm upgrade` knows how, this package does not",
		);
	if (newMinor! < minor!) return refuse("a minor release cannot be lowered");
	if (newMinor === minor && newPatch! < patch!) return refuse("a running cluster cannot be lowered");
	return [];
}
