import { defaultTimeouts } from "../../config/node";
import { durationSeconds } from "../../go/duration";
import type { Host } from "../../hosts/host";
import type { Digests } from "../../hosts/placement/place";
import type { HostReference } from "../../hosts/reach";
import { status } from "../../hosts/status";
import { waitFor } from "../../hosts/wait";
import { readFromApi } from "../../kubernetes/api";
import { Unread } from "../../kubernetes/unread";
import { hashesOf } from "../../pki/authorities";
import { hasCredentials, joinWith, type KubeletIdentity, startWithCredentials } from "../kubelet/credentials";
import { checkCluster, type ExpectedCluster } from "./check-cluster";
import { type Discovered, discover, type FoundCluster } from "./discover";
import { discoveryError } from "./words";

/** Limit of one request for the node. */
const REQUEST_SECONDS = 10;

/** Settings of a kubelet that discovers its cluster; `discovery` and `timeouts.discovery` (seconds) are required. */
export interface DiscoveringKubelet extends KubeletIdentity {
	/** Configuration that the cluster must have; required for a join. */
	expectedCluster?: ExpectedCluster;
}

interface Joining {
	target: { host: Host; owner: string };
	/** Reference to the same host, through which the API is reached. */
	reference: HostReference;
	inputs: DiscoveringKubelet;
	/** Places the kubelet's files and starts the kubelet. */
	start: () => Promise<Digests>;
	/** The cluster that an earlier join discovered. */
	known?: FoundCluster | undefined;
}

/**
 * Discovers a cluster and joins a worker's kubelet to it, then waits until the node is registered. A kubelet with valid
 * credentials for a `known` cluster is only started.
 *
 * Source: kubeadm cmd/join.go and cmd/phases/join/kubelet.go.
 * @returns SHA-256 of each placed file by path, and the cluster, for `known` of the next update
 * @throws Error where discovery fails, the CA is not the given one, or the cluster is not the expected one
 * @throws WaitError where the certificate or the node does not appear within `timeouts.tlsBootstrap`
 */
export async function joinByDiscovery({
	target,
	reference,
	inputs,
	start,
	known,
}: Joining): Promise<{ digests: Digests; found: FoundCluster }> {
	const { host } = target;
	if (known && (await hasCredentials(target, identityIn(known, inputs))))
		return { digests: await startWithCredentials(target, identityIn(known, inputs), start), found: known };
	const discovered = await discover(host, inputs.discovery!, inputs.timeouts.discovery!);
	const found = { server: discovered.server, certificate: discovered.certificate };
	refuseOtherAuthority(host, found, inputs.authority.certificate);
	const identity = identityIn(found, inputs);
	const digests = (await hasCredentials(target, identity))
		? await startWithCredentials(target, identity, start)
		: await join({ target, inputs, discovered, start, rejoins: known !== undefined });
	await waitForNode(reference, inputs);
	return { digests, found };
}

async function join({
	target,
	inputs,
	discovered,
	start,
	rejoins,
}: Pick<Joining, "target" | "inputs" | "start"> & { discovered: Discovered; rejoins: boolean }): Promise<Digests> {
	const { nodeName, expectedCluster: expected, kubernetesAPICall = defaultTimeouts.kubernetesAPICall } = inputs;
	const patienceSeconds = durationSeconds(kubernetesAPICall);
	await checkCluster({ host: target.host, discovered, nodeName, expected: expected!, patienceSeconds, rejoins });
	return joinWith(discovered.kubeconfig, { target, inputs: identityIn(discovered, inputs), start });
}

/** Completes a kubelet's settings with the cluster that it discovered. */
function identityIn({ server, certificate }: FoundCluster, inputs: DiscoveringKubelet): KubeletIdentity {
	return { ...inputs, subject: { ...inputs.subject, server }, authority: { ...inputs.authority, certificate } };
}

/** Refuses a discovered CA that is not the one that the program gives. */
function refuseOtherAuthority(host: Host, { server, certificate }: FoundCluster, authority: string): void {
	if (!authority) return;
	const [wanted, got] = [hashesOf(authority), hashesOf(certificate)];
	if (wanted.some((hash) => got.includes(hash))) return;
	throw discoveryError(
		{
			at: `${host.name}: the cluster at ${server}`,
			expected: `the CA that the program gives as authority (${wanted.join(", ")})`,
			got: got.join(", "),
		},
		"openssl x509 -noout -subject -fingerprint -in /etc/kubernetes/pki/ca.crt",
	);
}

/** Waits until the node is registered, asking with the kubelet's own credentials. */
async function waitForNode(
	host: HostReference,
	{ nodeName: name, kubeconfigPath, timeouts }: DiscoveringKubelet,
): Promise<void> {
	const node = { apiVersion: "v1", kind: "Node", metadata: { name } };
	const way = { kubeconfigs: [kubeconfigPath], patienceSeconds: REQUEST_SECONDS };
	await waitFor({
		subject: `node ${name}`,
		timeoutSeconds: timeouts.tlsBootstrap,
		onStatus: status,
		observe: async () => {
			try {
				const nodeInApi = await readFromApi({ controlPlanes: [host] }, (server) => server.read(node), way);
				return nodeInApi
					? { done: true, value: undefined }
					: { done: false, saw: "the kubelet has not registered the node yet" };
			} catch (error) {
				if (error instanceof Unread) return { done: false, saw: error.message };
				throw error;
			}
		},
	});
}
