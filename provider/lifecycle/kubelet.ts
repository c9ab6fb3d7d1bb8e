import { isDeepStrictEqual } from "node:util";
import { paths } from "../facts/paths";
import type { Host } from "../hosts/host";
import { claimNode, releaseNode } from "../hosts/placement/node-claim";
import { belongsToAnother, type Digests, handOverToHeirs, newId, removeFiles } from "../hosts/placement/place";
import { inTurn } from "../hosts/placement/turn";
import { reach } from "../hosts/reach";
import { serviceOf } from "../hosts/service";
import { status } from "../hosts/status";
import { api } from "../kubernetes/api";
import { DRAIN_SECONDS, drain, FORCED_DRAINS } from "../kubernetes/drain";
import { kubelet as component } from "../phases/components/kubelet";
import type { FoundCluster } from "../phases/discovery/discover";
import { leaveEtcdOf } from "../phases/etcd/leave";
import { bringUpKubelet } from "../phases/kubelet/bring-up";
import { changeKubelet, KubeletChangeUndone } from "../phases/kubelet/change";
import { bringingUpKubelet } from "../phases/kubelet/kubelet-hosts";
import { configurationIn, forgetConfiguration, isUnproved, kubeletFiles } from "../phases/kubelet/last-configuration";
import { watchNode } from "../phases/kubelet/node-health";
import { kubeletStatus, NO_NODE, nodeOfKubelet, RUNNING } from "../phases/kubelet/status";
import { unitFiles } from "../phases/kubelet/unit";
import { becomeNode } from "../phases/preflight/become-node";
import { preflightUnlessPassed } from "../phases/preflight/preflight";
import { captureBefore, type HostBefore, resetHost, restoreService } from "../phases/reset/host-before";
import { rememberCertificate, rememberedCertificate } from "../pki/certificate-memory";
import { forNext, pick } from "../pki/renewal";
import { bootstrapKubeconfigPath } from "../render/kubeconfig";
import { type KubeletArgs, type KubeletInputs, kubeletInputs } from "./kubelet-inputs";
import { type Lifecycle, PartialFailure } from "./lifecycle";
import { isListedIn } from "./machine-guards";

/** Outputs of a `Kubelet`. */
export interface KubeletOutputs {
	/** SHA-256 of each file on the host, hexadecimal, by absolute path. */
	digests: Digests;
	/** The cluster that the kubelet discovered. Absent without discovery. */
	discoveredCluster?: FoundCluster;
	/** Status of the kubelet: "running", or the reason why the next `up` has to update it. */
	status: string;
	/**
	 * True after a refresh that found an interrupted change of the kubelet's configuration: the kubelet was not yet seen to
	 * run with it. Absent otherwise.
	 */
	unproved?: true;
	/** State of the host before the kubelet was set up. A delete restores this state. */
	hostBefore: HostBefore;
}

/** Status of a kubelet that was not healthy in time. */
const NOT_STARTED = "not started";

/**
 * Lifecycle of the kubelet of a node: preflight checks, configuration, credentials, service, and the wait until the
 * kubelet is healthy. A changed way to join is no difference for a kubelet that has joined. `create` and `update` throw
 * PartialFailure where the kubelet does not become healthy. A delete resets the host as `kubeadm reset` does.
 */
export const kubelet: Lifecycle<KubeletArgs, KubeletInputs, KubeletOutputs> = {
	check: kubeletInputs,

	diff(state, inputs) {
		if (state.status !== RUNNING) return { changes: true, reason: state.status };
		// A change that was cut off is finished (proved, or undone), whatever the files are like.
		if (state.unproved) return { changes: true, reason: "its last change was cut off" };
		// A kubelet that has joined does not join again: changed arguments of the join are no difference.
		const { discovery: wasDiscovery, givenCertificate: wasGiven, preflight: _was, ...rest } = state;
		const {
			digests,
			status: _status,
			unproved: _unproved,
			hostBefore: before,
			discoveredCluster: found,
			...was
		} = rest;
		const { discovery, givenCertificate: given, preflight: _is, ...is } = inputs;
		const certificate = { ...is.subject.certificate, ...pick(was.subject.certificate, forNext) };
		const now = { ...is, subject: { ...is.subject, certificate } };
		const joined = discovery || given || isDeepStrictEqual([wasDiscovery, wasGiven], [discovery, given]);
		// An older release kept the text of the CA.
		const authority = { ...was.authority, certificate: rememberCertificate(was.authority.certificate) };
		return joined && isDeepStrictEqual({ ...was, authority }, now) ? { changes: false } : {};
	},

	create(kept) {
		const inputs = withCertificate(kept);
		return bringingUpKubelet(inputs.nodeName, async () => {
			const id = newId(`kubelet/${inputs.subject.user}`);
			const host = await reach(inputs.host);
			const check = () => preflightUnlessPassed(host, inputs.preflight);
			const leave = (formerNode: string) => drainFormer(inputs, formerNode);
			const joined = { subject: inputs.preflight, controlPlanes: inputs.controlPlanes };
			await becomeNode(host, { owner: id, node: inputs.nodeName, joined, leave, check });
			const before = await captureBefore(host);
			try {
				const target = { host, owner: id, nodeName: inputs.nodeName };
				return { id, outputs: { ...(await bringUpKubelet(target, inputs)), hostBefore: before, status: RUNNING } };
			} catch (error) {
				throw new PartialFailure(id, { hostBefore: before, status: NOT_STARTED }, error as Error);
			}
		});
	},

	async read(id, state) {
		const host = await reach(state.host);
		const { digests = {} } = state as Partial<KubeletOutputs>;
		const filesOnHost = await host.read([...new Set([...kubeletFiles, state.kubeconfigPath, ...Object.keys(digests)])]);
		const unproved = await isUnproved({ host, owner: id });
		if (unproved)
			status(`${state.nodeName}: kubelet: its last change was cut off; the next \`pulumi up\` proves or undoes it`);
		return {
			...state,
			...configurationIn(filesOnHost),
			...(unproved ? { unproved: true as const } : {}),
			digests: Object.fromEntries(
				[...filesOnHost].filter(([path]) => path in digests).map(([path, { digest }]) => [path, digest]),
			),
			status: await kubeletStatus(host, state, [
				state.kubeconfigPath,
				...[state.authority.path, ...unitFiles].filter((path) => path in digests),
			]),
		};
	},

	async update(id, state, kept) {
		const inputs = withCertificate(kept);
		const host = await reach(inputs.host);
		const update = () => change(host, { id, state, inputs });
		// What is put back on a damaged host may need what is put back beside it, so that none waits for another.
		return state.status === RUNNING ? inTurn(host, update) : update();
	},

	async delete(id, state) {
		const host = await reach(state.host);
		const target = { host, owner: id };
		const credentials = [
			state.kubeconfigPath,
			`${state.kubeconfigPath}.csr`,
			bootstrapKubeconfigPath,
			state.authority.path,
		];
		// A renamed kubelet resource goes on under its new name.
		if (await belongsToAnother(target, paths.kubeletConfiguration))
			return handOverToHeirs(host, [...kubeletFiles, ...unitFiles, ...credentials]);
		await forgetConfiguration(target);
		if (state.role === "control-plane") await leaveEtcdOf(host);
		await component.clean(target, state);
		if (state.hostBefore) await resetHost(host, state.hostBefore);
		await removeFiles({ ...target, paths: credentials });
		if (state.hostBefore) await restoreService(host, state.hostBefore);
		await releaseNode(host, id);
		if (state.discovery && !state.controlPlanes)
			status(
				`node ${state.nodeName} stays in the cluster's API, to which this program has no access; on a control plane: kubectl delete node ${state.nodeName}`,
			);
	},
};

/** Puts the text of the CA in the place of its digest. */
function withCertificate(kept: KubeletInputs): KubeletInputs {
	return { ...kept, authority: { ...kept.authority, certificate: rememberedCertificate(kept.authority.certificate) } };
}

/** Changes a kubelet, or finishes what a failed create began. */
async function change(
	host: Host,
	{ id, state, inputs }: { id: string; state: Parameters<typeof kubelet.update>[1]; inputs: KubeletInputs },
): Promise<KubeletOutputs> {
	// A machine that was set up anew has no records.
	if (state.status !== RUNNING) await claimNode(host, { owner: id, node: inputs.nodeName });
	if (state.status === NOT_STARTED) await preflightUnlessPassed(host, inputs.preflight);
	const isForgotten = state.status === NO_NODE && (await nodeOfKubelet(inputs)) === "missing";
	// After a change that was cut off, the kubelet may run with older files than those on the host.
	if (isForgotten || state.unread !== undefined) await serviceOf(host, "kubelet").restart();
	const hostBefore = state.hostBefore ?? (await captureBefore(host));
	const { digests, discoveredCluster } = state;
	const target = { host, owner: id, nodeName: inputs.nodeName, stateDigests: digests ?? {} };
	// The gate of a control plane looks at its node.
	const isRolled = state.status === RUNNING && inputs.role === "worker";
	const prove = isRolled ? await watchNode(target, inputs) : undefined;
	try {
		const start = () => bringUpKubelet(target, inputs, discoveredCluster);
		const started = await changeKubelet(target, inputs, { start, prove });
		const { path } = state.authority;
		if (path !== inputs.authority.path) await removeFiles({ host, owner: id, paths: [path] });
		return { ...started, hostBefore, status: RUNNING };
	} catch (error) {
		const kept = { hostBefore, status: NOT_STARTED, digests, discoveredCluster };
		if (!(error instanceof KubeletChangeUndone)) throw new PartialFailure(id, kept, error as Error);
		const { restored, isRunning } = error;
		const status = isRunning ? RUNNING : NOT_STARTED;
		throw new PartialFailure(id, { ...kept, ...restored, status, digests: { ...digests, ...restored.digests } }, error);
	}
}

/** Drains a node before its machine becomes another one: afterwards no kubelet is there to end the node's pods. */
async function drainFormer({ controlPlanes, kubernetesAPICall }: KubeletInputs, nodeName: string): Promise<void> {
	if (!controlPlanes) return;
	const isForced = isListedIn(FORCED_DRAINS, nodeName);
	const server = await api({ controlPlanes, kubernetesAPICall });
	await drain(server, { nodeName, timeoutSeconds: DRAIN_SECONDS, isForced, onStatus: status });
}
