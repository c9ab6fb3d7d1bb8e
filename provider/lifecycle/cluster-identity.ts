import type { Cluster, ClusterSpec } from "../config/cluster";
import { inputProblem } from "../config/expected";
import { type Problem, SpecError, under } from "../config/problems";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { newId } from "../hosts/placement/place";
import { foundProgram } from "../hosts/placement/program";
import { status } from "../hosts/status";
import { declareFormerMembers } from "../phases/etcd/declared-members";
import { electFounder, memberProblems, membership, refuseUnusableFounders } from "../phases/etcd/founders";
import { versionSkewProblems } from "../phases/upgrade/version-skew";
import type { EtcdMembers } from "../render/static-pods/pod";
import { type Lifecycle, nothingToDelete } from "./lifecycle";
import { declareGone, type GoneNode } from "./machine-guards";
import { renderCluster } from "./rendering";

/** Arguments of a `ClusterIdentity`. */
export interface ClusterIdentityArgs {
	/** The cluster: names, networks, directories and Kubernetes version. */
	cluster: ClusterSpec;
	/** The control planes as etcd members: names and addresses. */
	members: EtcdMembers;
	/** Whether kubeadm's phase `etcd/local`, which makes etcd, is skipped. @default false */
	withoutEtcd?: boolean;
	/** Nodes whose machines are gone for good: no delete of this run reaches for them. @default none */
	goneNodes?: GoneNode[];
	/** How the API server writes Secrets to etcd. @default "none" */
	encryption?: EncryptionMode;
	/** Whether the cluster is one of etcd alone, without control planes. @default false */
	etcdOnly?: boolean;
	/** Whether the kubelets get the cluster's version, as their packages come from the preparation of the machines. @default false */
	kubeletsFollow?: boolean;
}

/**
 * How the API server writes Secrets to etcd: "none", without an EncryptionConfiguration; "secretbox", with the program's
 * key; "identity", unencrypted, while what that key encrypted stays readable; "configuration", as an
 * EncryptionConfiguration of the program's own says; "plain configuration", with one that encrypts nothing anew.
 */
export type EncryptionMode = "none" | "secretbox" | "identity" | "configuration" | "plain configuration";

/** Inputs of a `ClusterIdentity`, as the state keeps them. */
export interface ClusterIdentityInputs {
	/** Values that a running cluster cannot change, by kubeadm's field names, such as "networking.podSubnet". */
	identity: Record<string, string>;
	/** Kubernetes version without a leading "v", such as `1.37.2`. */
	kubernetesVersion: string;
	/** Name of the control plane node that the cluster was founded with. */
	founder: string;
	/** The members that etcd was started with, as far as the program still has them. The first `up` fixes this list. */
	initialMembers: EtcdMembers;
	/** The members that the program has now. Absent where these are the initial members. */
	members?: EtcdMembers;
	/** Names of members that the program had once and has no more. Absent where there are none. */
	formerMembers?: string[];
	/** True where kubeadm's phase `etcd/local` is skipped. Absent otherwise. */
	withoutEtcd?: true;
	/** How the API server writes Secrets to etcd. Absent where it does not encrypt. */
	encryption?: EncryptionMode;
}

/** Outputs of a `ClusterIdentity`. */
export interface ClusterIdentityOutputs {
	/** Time at which the cluster was founded, in milliseconds since 1970. Absent in states of before this output was there. */
	foundedAt?: number;
}

/**
 * Lifecycle of the identity of a cluster. Every other resource of the cluster depends on this one, so that a change
 * that would break a running cluster is refused first. `check` throws SpecError with all refused changes: fixed fields,
 * the Kubernetes version, and the etcd members.
 */
export const clusterIdentity: Lifecycle<ClusterIdentityArgs, ClusterIdentityInputs, ClusterIdentityOutputs> = {
	check(
		{
			cluster,
			members,
			withoutEtcd = false,
			goneNodes = [],
			encryption = "none",
			etcdOnly = false,
			kubeletsFollow = false,
		},
		old,
	) {
		declareGone(goneNodes);
		const { identity, kubernetesVersion } = renderCluster(cluster, (resolved) => ({
			identity: Object.fromEntries(Object.entries(fixed).map(([path, { of }]) => [path, of(resolved)])),
			kubernetesVersion: resolved.kubernetesVersion.replace(/^v/, ""),
		}));
		if (!old && !isUnknown(members)) refuseUnusableFounders(members, etcdOnly ? "address" : undefined);
		if (old) refuseChanges(old, { identity, kubernetesVersion, members, withoutEtcd, encryption });
		if (old && !etcdOnly && !kubeletsFollow) sayKubeletsStay(old.kubernetesVersion, kubernetesVersion);
		const known = membership(members, old);
		declareFormerMembers(known.formerMembers ?? []);
		return {
			identity,
			kubernetesVersion,
			founder: electFounder(members, old),
			...known,
			...(withoutEtcd ? { withoutEtcd: true as const } : {}),
			...(encryption === "none" ? {} : { encryption }),
		};
	},

	async create({ identity }) {
		foundProgram();
		return { id: newId(identity.clusterName!), outputs: { foundedAt: Date.now() } };
	},

	async update(_id, { foundedAt }) {
		return foundedAt === undefined ? {} : { foundedAt };
	},

	delete: nothingToDelete,
};

/** A changed version is that of the control plane's images: no kubelet is installed or restarted by it. */
function sayKubeletsStay(was: string, is: string): void {
	if (isUnknown(is) || was === is) return;
	status(`kubernetesVersion changes from ${was} to ${is}: one control plane after the other gets the new components.
Each kubelet stays at the release that is installed on its host. Next, after the up, on one node after the other:
  kubectl drain NODE --ignore-daemonsets; install the packages kubelet and kubectl ${is};
  systemctl restart kubelet; kubectl uncordon NODE`);
}

/** Fields that a running cluster cannot change, each with the reason. */
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

function refuseChanges(
	old: ClusterIdentityInputs,
	now: Pick<ClusterIdentityInputs, "identity" | "kubernetesVersion"> & {
		members: EtcdMembers;
		withoutEtcd: boolean;
		encryption: EncryptionMode;
	},
): void {
	const { identity } = now;
	const problems: Problem[] = Object.entries(isUnknown(identity) ? {} : fixed)
		.map(([path, { because }]) => ({ path, because, was: old.identity[path], is: identity[path] }))
		.filter(({ was, is }) => was !== undefined && is !== UNKNOWN && is !== was)
		.map(({ path, because, was, is }) =>
			inputProblem({
				path: `cluster.${path}`,
				expected: `"${was}" as the running cluster has it`,
				got: `"${is}": ${because}`,
				next: "the field cannot be changed; make a new cluster",
			}),
		);
	if (now.withoutEtcd && !old.withoutEtcd)
		problems.push(
			inputProblem({
				path: "withoutEtcd",
				expected: "etcd's phase not to be skipped, as the running cluster has its data in that etcd",
				got: "the phase skipped: the data would go with it",
			}),
		);
	problems.push(...encryptionProblems(old.encryption ?? "none", now.encryption));
	problems.push(...under("cluster", versionSkewProblems(old.kubernetesVersion, now.kubernetesVersion)));
	if (!isUnknown(now.members) && !now.members.some((member) => isUnknown(member) || isUnknown(member.name)))
		problems.push(...memberProblems(old.members ?? old.initialMembers, now.members));
	if (problems.length > 0) throw new SpecError("Cluster", problems);
}

/** What alone can follow a way to write Secrets, so that what is in etcd stays readable. Anything can follow the others. */
const readableBy: Partial<Record<EncryptionMode, readonly EncryptionMode[]>> = {
	secretbox: ["secretbox", "identity"],
	configuration: ["configuration", "plain configuration"],
};

function encryptionProblems(was: EncryptionMode, is: EncryptionMode): Problem[] {
	if (isUnknown(is) || (readableBy[was]?.includes(is) ?? true)) return [];
	const next =
		was === "secretbox"
			? '`encryption: "identity"` and an `up` first: all Secrets are then written unencrypted'
			: "give an EncryptionConfiguration with your key whose first provider is identity, and run an `up` first";
	return [
		inputProblem({
			path: "encryption",
			expected: `${was === "secretbox" ? '"secretbox" or "identity"' : "an EncryptionConfiguration"}, as Secrets in etcd are encrypted`,
			got: `"${is}": nobody could read them`,
			next,
		}),
	];
}
