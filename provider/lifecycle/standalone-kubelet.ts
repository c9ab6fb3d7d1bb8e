import { isDeepStrictEqual } from "node:util";
import type { ClusterSpec } from "../config/cluster";
import { type NodeSpec, timeoutOf } from "../config/node";
import type { RollArgs } from "../config/rollout";
import { paths } from "../facts/paths";
import { durationSeconds } from "../go/duration";
import type { Host } from "../hosts/host";
import { claimNode, releaseNode } from "../hosts/placement/node-claim";
import { belongsToAnother, type Digests, handOverToHeirs, newId } from "../hosts/placement/place";
import { inTurn } from "../hosts/placement/turn";
import { type HostReference, reach } from "../hosts/reach";
import { serviceOf } from "../hosts/service";
import { status } from "../hosts/status";
import type { KubeletRun } from "../phases/kubelet/bring-up";
import { changeKubelet, KubeletChangeUndone } from "../phases/kubelet/change";
import { configurationIn, forgetConfiguration, isUnproved, kubeletFiles } from "../phases/kubelet/last-configuration";
import { removeStandalone, startStandalone } from "../phases/kubelet/standalone";
import { kubeletOnHost, RUNNING } from "../phases/kubelet/status";
import { unitFiles } from "../phases/kubelet/unit";
import { becomeNode } from "../phases/preflight/become-node";
import { preflightUnlessPassed } from "../phases/preflight/preflight";
import { type PreflightSubject, preflightSubject } from "../phases/preflight/subject";
import { captureBefore, type HostBefore, resetHost, restoreService } from "../phases/reset/host-before";
import { kubeletFlags, standaloneKubeletConfiguration } from "../render/kubelet";
import { type Lifecycle, PartialFailure } from "./lifecycle";
import { renderNode } from "./rendering";

/** Arguments of a `StandaloneKubelet`. */
export interface StandaloneKubeletArgs extends RollArgs {
	/** The host. */
	host: HostReference;
	/** The cluster, whose `kubelet` settings apply. */
	cluster: ClusterSpec;
	/** Name of the machine, and its own `kubelet` settings, flags and patches. */
	node: NodeSpec;
}

/** Inputs of a `StandaloneKubelet`, as the state keeps them. */
export interface StandaloneKubeletInputs {
	/** The host. */
	host: HostReference;
	/** Name of the machine in waits and errors. */
	nodeName: string;
	/** Requirements of the host before anything is placed there. */
	preflight: PreflightSubject;
	/** The KubeletConfiguration that is placed on the host, as an object. */
	configuration: Record<string, unknown>;
	/** Content of /var/lib/kubelet/kubeadm-flags.env. */
	flags: string;
	/** Limits in seconds. */
	timeouts: KubeletRun["timeouts"];
}

/** Outputs of a `StandaloneKubelet`. */
export interface StandaloneKubeletOutputs {
	/** SHA-256 of each file on the host, hexadecimal, by absolute path. */
	digests: Digests;
	/** Status of the kubelet: "running", or the reason why the next `up` has to update it. */
	status: string;
	/** True after a refresh that found an interrupted change of the configuration. Absent otherwise. */
	unproved?: true;
	/** State of the host before the kubelet was set up. A delete restores this state. */
	hostBefore: HostBefore;
}

/** Status of a kubelet that was not healthy in time. */
const NOT_STARTED = "not started";

/** Files that a kubelet without an API server may have on its host. */
const files = [...kubeletFiles, paths.standaloneKubeletDropIn, ...unitFiles];

/**
 * Lifecycle of a kubelet that runs static pods without an API server: preflight checks, configuration, drop-in, service,
 * and the wait until the kubelet is healthy. A change with which it does not run is put back. `create` and `update` throw
 * PartialFailure where the kubelet does not become healthy. A delete leaves the host as it was.
 */
export const standaloneKubelet: Lifecycle<StandaloneKubeletArgs, StandaloneKubeletInputs, StandaloneKubeletOutputs> = {
	check({ host, cluster, node }) {
		const rendered = renderNode({ cluster, node, role: "control-plane" }, (resolved, resolvedNode) => ({
			nodeName: resolvedNode.name,
			preflight: { ...preflightSubject(resolved, resolvedNode, "etcd"), images: [] },
			configuration: standaloneKubeletConfiguration(resolved, resolvedNode),
			flags: kubeletFlags(resolved, resolvedNode),
		}));
		const kubeletHealthCheck = durationSeconds(timeoutOf(node, "kubeletHealthCheck"));
		return { host, ...rendered, timeouts: { kubeletHealthCheck } };
	},

	diff(state, inputs) {
		if (state.status !== RUNNING) return { changes: true, reason: state.status };
		if (state.unproved) return { changes: true, reason: "its last change was cut off" };
		const { digests: _digests, status: _status, hostBefore: _before, preflight: _was, ...was } = state;
		const { preflight: _is, ...is } = inputs;
		return isDeepStrictEqual(was, is) ? { changes: false } : {};
	},

	async create(inputs) {
		const id = newId(`kubelet/${inputs.nodeName}`);
		const host = await reach(inputs.host);
		const check = () => preflightUnlessPassed(host, inputs.preflight);
		await becomeNode(host, { owner: id, node: inputs.nodeName, check });
		const hostBefore = await captureBefore(host);
		try {
			const target = { host, owner: id, nodeName: inputs.nodeName };
			return { id, outputs: { ...(await startStandalone(target, runOf(inputs))), hostBefore, status: RUNNING } };
		} catch (error) {
			throw new PartialFailure(id, { hostBefore, status: NOT_STARTED }, error as Error);
		}
	},

	async read(id, state) {
		const host = await reach(state.host);
		const placed = Object.keys(state.digests ?? {});
		const filesOnHost = await host.read([...new Set([...kubeletFiles, ...placed])]);
		const { configuration, flags } = configurationIn(filesOnHost);
		const unproved = await isUnproved({ host, owner: id });
		if (unproved)
			status(`${state.nodeName}: kubelet: its last change was cut off; the next \`pulumi up\` proves or undoes it`);
		return {
			...state,
			configuration,
			flags,
			...(unproved ? { unproved: true as const } : {}),
			status: await kubeletOnHost(
				host,
				placed.filter((path) => !kubeletFiles.includes(path as never)),
			),
		};
	},

	async update(id, state, inputs) {
		const host = await reach(inputs.host);
		const update = () => change(host, { id, state, inputs });
		return state.status === RUNNING ? inTurn(host, update) : update();
	},

	async delete(id, state) {
		const host = await reach(state.host);
		const target = { host, owner: id };
		// A renamed resource goes on under its new name.
		if (await belongsToAnother(target, paths.kubeletConfiguration)) return handOverToHeirs(host, files);
		await forgetConfiguration(target);
		await removeStandalone(target);
		if (state.hostBefore) await resetHost(host, state.hostBefore);
		if (state.hostBefore) await restoreService(host, state.hostBefore);
		await releaseNode(host, id);
	},
};

async function change(
	host: Host,
	{
		id,
		state,
		inputs,
	}: { id: string; state: Parameters<typeof standaloneKubelet.update>[1]; inputs: StandaloneKubeletInputs },
): Promise<StandaloneKubeletOutputs> {
	// A machine that was set up anew has no records.
	if (state.status !== RUNNING) await claimNode(host, { owner: id, node: inputs.nodeName });
	if (state.status === NOT_STARTED) await preflightUnlessPassed(host, inputs.preflight);
	// After a change that was cut off, the kubelet may run with older files than those on the host.
	if (state.unread !== undefined) await serviceOf(host, "kubelet").restart();
	const hostBefore = state.hostBefore ?? (await captureBefore(host));
	const target = { host, owner: id, nodeName: inputs.nodeName, stateDigests: state.digests ?? {} };
	const settings = runOf(inputs);
	try {
		const started = await changeKubelet(target, settings, { start: () => startStandalone(target, settings) });
		return { ...started, hostBefore, status: RUNNING };
	} catch (error) {
		const kept = { hostBefore, status: NOT_STARTED, digests: state.digests };
		if (!(error instanceof KubeletChangeUndone)) throw new PartialFailure(id, kept, error as Error);
		const { isRunning, restored } = error;
		const { configuration, flags, digests } = restored;
		const outputs = { ...kept, configuration, flags, status: isRunning ? RUNNING : NOT_STARTED };
		throw new PartialFailure(id, { ...outputs, digests: { ...state.digests, ...digests } }, error);
	}
}

function runOf({ configuration, flags, timeouts }: StandaloneKubeletInputs): KubeletRun {
	return { configuration, flags, timeouts, instanceConfiguration: {} };
}
