import { dirname } from "node:path/posix";
import { ExpectationError } from "../../config/expected";
import type { Host } from "../../hosts/host";
import { readClaim } from "../../hosts/placement/node-claim";
import { isThisProgram } from "../../hosts/placement/program";
import { takePathsOver } from "../../hosts/placement/take-over";
import { type HostReference, reach } from "../../hosts/reach";
import { status } from "../../hosts/status";
import { api } from "../../kubernetes/api";
import { kubeconfigPath } from "../../render/kubeconfig";
import type { KubernetesObject } from "../../render/kubernetes-object";
import { nodeParts } from "../../render/node-plan";
import { certificateAuthorities, certificates } from "../../render/pki/certificates";
import { staticPodPath } from "../../render/static-pods/static-pods";
import { kubeletFiles } from "../kubelet/last-configuration";
import { keepResetAsBefore } from "../reset/host-before";
import type { PreflightSubject } from "./subject";

/** A node that the program declares on a machine. */
export interface DeclaredNode {
	/** Name of the node. */
	node: string;
	/** What the checks of the machine depend on. */
	subject: Pick<PreflightSubject, "action" | "caPath" | "etcdDataDirectory" | "externalEtcd">;
	/** Hosts of the cluster's other control planes. @default none: the cluster cannot be asked */
	controlPlanes?: readonly HostReference[] | undefined;
}

/**
 * Takes a node over that `kubeadm join` made in this program's cluster: its files count as placed by this program from
 * then on, and a delete leaves the host as `kubeadm reset` does. The proof is the cluster's own word: a control plane that
 * this program made has a Node with the name and the machine-id of this machine. Nothing but records is written.
 * @returns false where no control plane of this program knows the machine
 * @throws ExpectationError where the machine is a node of the cluster with another name or role
 */
export async function takeOver(host: Host, declared: DeclaredNode): Promise<boolean> {
	const known = await nodeOfMachine(host, declared.controlPlanes ?? []);
	if (!known) return false;
	const { node, subject } = declared;
	const { name, labels = {} } = known.metadata;
	const isControlPlane = CONTROL_PLANE in labels;
	if (name !== node || isControlPlane === (subject.action === "worker join"))
		throw new ExpectationError({
			at: host.name,
			expected: `node ${node}, ${roleText(subject.action !== "worker join")}`,
			got: `node ${name} of this cluster, ${roleText(isControlPlane)}, which kubeadm made; nothing was changed`,
			next: `list it as ${name} under ${isControlPlane ? "controlPlanes" : "workers"} to take it over`,
		});
	status(`${host.name}: ${name} is a node of this cluster that kubeadm made: it is taken over as it runs`);
	await keepResetAsBefore(host);
	await takePathsOver(
		host,
		isControlPlane ? controlPlanePaths(subject) : [...ofKubelet, subject.caPath],
		subject.etcdDataDirectory,
	);
	return true;
}

/** The Node of a machine in the cluster that this program's control planes serve. */
async function nodeOfMachine(
	host: Host,
	controlPlanes: readonly HostReference[],
): Promise<KubernetesObject | undefined> {
	const claimed = await Promise.all(controlPlanes.map(isOfThisProgram));
	const own = controlPlanes.filter((_, index) => claimed[index]);
	if (own.length === 0) return undefined;
	const { stdout } = await host.run({ intent: "read the machine-id", script: "cat /etc/machine-id" });
	const nodes = await (await api({ controlPlanes: own })).list("v1", "Node");
	return nodes.find(({ status: told }) => machineIdOf(told) === stdout.trim());
}

/** A control plane of a cluster that kubeadm made as a whole knows its nodes as well: such a cluster is not this program's. */
async function isOfThisProgram(control: HostReference): Promise<boolean> {
	try {
		const claim = await readClaim(await reach(control));
		return claim !== undefined && isThisProgram(claim.program);
	} catch {
		// Another control plane is asked; without one, the machine is refused as one of another cluster.
		return false;
	}
}

function machineIdOf(told: unknown): string | undefined {
	return (told as { nodeInfo?: { machineID?: string } } | undefined)?.nodeInfo?.machineID;
}

function roleText(isControlPlane: boolean): string {
	return isControlPlane ? "a control plane" : "a worker";
}

const CONTROL_PLANE = "node-role.kubernetes.io/control-plane";

/** What a kubelet has that `kubeadm join` started. */
const ofKubelet = [...kubeletFiles, kubeconfigPath("kubelet.conf")];

/** What `kubeadm join --control-plane` writes. The certificates of an external etcd's client are a person's own. */
function controlPlanePaths({ caPath, externalEtcd }: DeclaredNode["subject"]): string[] {
	const etcd = externalEtcd ? { external: externalEtcd } : {};
	const parts = nodeParts({ role: "control-plane", command: "join", etcd });
	const pairs = [
		...parts.authorities.map((name) => certificateAuthorities[name].file),
		...parts.certificates.map((name) => certificates[name].file),
	].flatMap((file) => [`${file}.crt`, `${file}.key`]);
	return [
		...ofKubelet,
		...[...pairs, "sa.key", "sa.pub"].map((file) => `${dirname(caPath)}/${file}`),
		...parts.kubeconfigs.map(kubeconfigPath),
		...parts.staticPods.map(staticPodPath),
	];
}
