import { X509Certificate } from "node:crypto";
import { dirname } from "node:path/posix";
import { ExpectationError } from "../../config/expected";
import { controlPlaneLabels } from "../../facts/identities";
import type { Host } from "../../hosts/host";
import { readClaim } from "../../hosts/placement/node-claim";
import { isThisProgram } from "../../hosts/placement/program";
import { takePathsOver } from "../../hosts/placement/take-over";
import { type HostReference, reach } from "../../hosts/reach";
import { status } from "../../hosts/status";
import { type Api, api } from "../../kubernetes/api";
import { fingerprintOf } from "../../pki/key-memory";
import { kubeconfigPath } from "../../render/kubeconfig";
import { nodeParts } from "../../render/node-plan";
import { certificatesIn } from "../../render/pki/bundle";
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
 * Whether a machine is a node that `kubeadm join` made in this program's cluster: a control plane that this program made has a
 * Node with the machine's name and machine-id, and the machine has the CA of that cluster.
 * @returns false where no control plane of this program knows the machine, or where the machine trusts another CA
 * @throws ExpectationError where the machine is a node of the cluster with another name or role
 */
export async function isJoinedByHand(
	host: Host,
	{ node, subject, controlPlanes = [] }: DeclaredNode,
): Promise<boolean> {
	const claimed = await Promise.all(controlPlanes.map(isOfThisProgram));
	const own = controlPlanes.filter((_, index) => claimed[index]);
	if (own.length === 0) return false;
	const server = await api({ controlPlanes: own });
	if (!(await trustsCluster(host, subject.caPath, server))) return false;
	const { stdout } = await host.run({ intent: "read the machine-id", script: "cat /etc/machine-id" });
	const nodes = (await server.list("v1", "Node")).filter(({ status: told }) => machineIdOf(told) === stdout.trim());
	// Machines that were made of one image may have one machine-id.
	const known = nodes.find(({ metadata }) => metadata.name === node) ?? nodes[0];
	if (!known) return false;
	const { name, labels = {} } = known.metadata;
	const isControlPlane = controlPlaneLabels[0] in labels;
	if (name === node && isControlPlane === (subject.action !== "worker join")) return true;
	throw new ExpectationError({
		at: host.name,
		expected: `node ${node}, ${roleText(subject.action !== "worker join")}`,
		got: `node ${name} of this cluster, ${roleText(isControlPlane)}, which kubeadm made; nothing was changed`,
		next: `list it as ${name} under ${isControlPlane ? "controlPlanes" : "workers"} to take it over`,
	});
}

/**
 * Takes a node over that kubeadm made: its files count as placed by this program from then on, and a delete leaves the host
 * as `kubeadm reset` does. Nothing but records is written.
 */
export async function takeOver(host: Host, { node, subject }: DeclaredNode): Promise<void> {
	status(`${host.name}: ${node} is a node of this cluster that kubeadm made: it is taken over as it runs`);
	await keepResetAsBefore(host);
	const parts = subject.action === "worker join" ? [subject.caPath] : controlPlanePaths(subject);
	const { etcdDataDirectory: data } = subject;
	await takePathsOver(host, [...parts, ...(data === undefined ? [] : [data]), kubeconfigPath("kubelet.conf")]);
	await takePathsOver(host, kubeletFiles);
}

/** Whether a machine trusts the CA that the pods of a cluster trust. A stale Node may have the name of a node of another cluster. */
async function trustsCluster(host: Host, caPath: string, server: Api): Promise<boolean> {
	const metadata = { name: "kube-root-ca.crt", namespace: "kube-system" };
	const published = await server.read({ apiVersion: "v1", kind: "ConfigMap", metadata });
	const trusted = (await host.read([caPath])).get(caPath)?.content.toString();
	const keys = publicKeysIn((published?.data as { "ca.crt"?: string } | undefined)?.["ca.crt"]);
	return publicKeysIn(trusted).some((key) => keys.includes(key));
}

function publicKeysIn(text = ""): string[] {
	return certificatesIn(text).map((pem) => fingerprintOf(new X509Certificate(pem).publicKey));
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

/** What `kubeadm join --control-plane` writes. The certificates of an external etcd's client are a person's own. */
function controlPlanePaths({ caPath, externalEtcd }: DeclaredNode["subject"]): string[] {
	const etcd = externalEtcd ? { external: externalEtcd } : {};
	const parts = nodeParts({ role: "control-plane", command: "join", etcd });
	const pairs = [
		...parts.authorities.map((name) => certificateAuthorities[name].file),
		...parts.certificates.map((name) => certificates[name].file),
	].flatMap((file) => [`${file}.crt`, `${file}.key`]);
	return [
		...[...pairs, "sa.key", "sa.pub"].map((file) => `${dirname(caPath)}/${file}`),
		...parts.kubeconfigs.map(kubeconfigPath),
		...parts.staticPods.map(staticPodPath),
	];
}
