import { isDeepStrictEqual } from "node:util";
import type { Cluster, ClusterSpec } from "../config/cluster";
import { type Discovery, type Node, type NodeRole, type NodeSpec, timeoutOf } from "../config/node";
import { SpecError } from "../config/problems";
import { paths } from "../facts/paths";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { durationSeconds } from "../go/duration";
import type { Host } from "../hosts/host";
import { releaseNode } from "../hosts/placement/node-claim";
import {
	belongsToAnother,
	type Digests,
	editedFiles,
	handOverToHeirs,
	newId,
	removeFiles,
} from "../hosts/placement/place";
import { inTurn } from "../hosts/placement/turn";
import { type HostReference, reach } from "../hosts/reach";
import { serviceOf } from "../hosts/service";
import { status } from "../hosts/status";
import { WaitError } from "../hosts/wait";
import { api, callTimeout } from "../kubernetes/api";
import { DRAIN_SECONDS, drain, FORCED_DRAINS } from "../kubernetes/drain";
import { kubelet as component, kubeletHealth, kubeletTexts, waitUntilStays } from "../phases/components/kubelet";
import { expectedOf, refuseWithoutWay } from "../phases/discovery/arguments";
import type { ExpectedCluster } from "../phases/discovery/check-cluster";
import type { FoundCluster } from "../phases/discovery/discover";
import { joinByDiscovery } from "../phases/discovery/join";
import { bootstrap, type KubeletIdentity, startWithCertificate } from "../phases/kubelet/credentials";
import { rememberKubelet } from "../phases/kubelet/kubelet-hosts";
import {
	configurationIn,
	forgetConfiguration,
	isUnproved,
	keepConfiguration,
	kubeletFiles,
	putConfigurationBack,
	type UnprovedChange,
} from "../phases/kubelet/last-configuration";
import { nodeInApi } from "../phases/kubelet/node";
import { unitFiles } from "../phases/kubelet/unit";
import { becomeNode } from "../phases/preflight/become-node";
import { fixedFieldProblems } from "../phases/preflight/fixed-fields";
import { preflightUnlessPassed } from "../phases/preflight/preflight";
import { type PreflightSubject, preflightSubject } from "../phases/preflight/subject";
import { captureBefore, type HostBefore, resetHost, restoreService } from "../phases/reset/host-before";
import { authorityByFingerprint } from "../pki/key-memory";
import { forNext, pick } from "../pki/renewal";
import type { KubeletFiles } from "../render/components";
import { bootstrapKubeconfigPath, kubeconfigRequest, kubeletClientCertificate } from "../render/kubeconfig";
import { nodeParts } from "../render/node-plan";
import { caRequest } from "../render/pki/certificates";
import { type Lifecycle, PartialFailure } from "./lifecycle";
import { isListedIn } from "./machine-guards";
import { renderNode } from "./rendering";

/** Arguments of a `Kubelet`. */
export interface KubeletArgs {
	/** The node's host. */
	host: HostReference;
	/** The cluster that the node belongs to. */
	cluster: ClusterSpec;
	/** The node that the kubelet registers. */
	node: NodeSpec;
	/** Role of the node: "control-plane" or "worker". */
	role: NodeRole;
	/**
	 * The cluster's CA, PEM. A control plane's kubelet needs the CA's key, because the kubelet starts before there is
	 * an API to bootstrap from. A worker's kubelet needs the certificate only, and none with `discovery`; a CA that is
	 * given must be the cluster's.
	 */
	authority?: { certificate: string; privateKey?: string };
	/**
	 * Control planes through which a worker's kubelet bootstraps: a bootstrap token is made there for the kubelet, and
	 * removed after use. A worker needs these or `discovery`.
	 */
	controlPlanes?: HostReference[];
	/**
	 * First client certificate of a control plane's kubelet, PEM: signed elsewhere for the key in the kubelet's
	 * kubeconfig on the host. @default the CA's key signs one
	 */
	certificate?: string;
	/** Discovery of the cluster by a worker's kubelet, as for `kubeadm join`. Contains secrets. @default none */
	discovery?: Discovery;
}

/** Inputs of a `Kubelet`, as the state keeps them. */
export interface KubeletInputs extends KubeletFiles, KubeletIdentity {
	/** The node's host. */
	host: HostReference;
	/** Role of the node: "control-plane" or "worker". */
	role: NodeRole;
	/** Requirements of the host before anything is placed there. `Preflight` checks a control plane's host as well. */
	preflight: PreflightSubject;
	/** The KubeletConfiguration that is placed on the host, as an object. */
	configuration: Record<string, unknown>;
	/** Values that a discovered cluster must have. Absent without discovery. */
	expectedCluster?: ExpectedCluster;
}

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

/** Status of a kubelet whose node is not registered, or not known to be. */
const NO_NODE = "its node is not known to be registered";

/**
 * Lifecycle of the kubelet of a node: preflight checks, configuration, credentials, service, and the wait until the
 * kubelet is healthy. A changed way to join is no difference for a kubelet that has joined. `create` and `update` throw
 * PartialFailure where the kubelet does not become healthy. A delete resets the host as `kubeadm reset` does.
 */
export const kubelet: Lifecycle<KubeletArgs, KubeletInputs, KubeletOutputs> = {
	check({ host, cluster, node: given, role, authority, controlPlanes, ...args }, old) {
		const discovery = role === "worker" ? args.discovery : undefined;
		const node = discovery && !isUnknown(given) ? { ...given, discovery } : given;
		refuseWithoutWay({ node, role, authority, controlPlanes, discovery });
		const { authorityPath, ...rendered } = renderNode({ cluster, node, role }, (resolved, resolvedNode) => {
			const { path, clusterName, server, user, certificate } = kubeconfigRequest(
				"kubelet.conf",
				resolved,
				resolvedNode,
			);
			return {
				...component.render({ cluster: resolved, node: resolvedNode }),
				nodeName: resolvedNode.name,
				preflight: {
					...preflightSubject(resolved, resolvedNode, role === "worker" ? "worker join" : "init"),
					images: [],
				},
				subject: { clusterName, server: discovery ? "" : server, user, certificate },
				...(discovery ? { expectedCluster: expectedOf(resolved) } : {}),
				...(role === "worker" && resolved.externalCA ? { externalCA: true as const } : {}),
				kubeconfigPath: path,
				...(isKubeconfigInPlace(resolved, resolvedNode) ? { keepsCredentials: true as const } : {}),
				clientCertificatePath: kubeletClientCertificate(resolvedNode),
				authorityPath: resolvedNode.caCertPath ?? caRequest("ca", resolved).certificatePath,
			};
		});
		// `Preflight` refuses the changes of a control plane.
		const problems = old && role === "worker" ? fixedFieldProblems(old.preflight ?? {}, rendered.preflight) : [];
		if (problems.length > 0) throw new SpecError("Kubelet", problems);
		if (!isUnknown(rendered.nodeName)) rememberKubelet(rendered.nodeName, host);
		const seconds = (name: "kubeletHealthCheck" | "tlsBootstrap" | "discovery") =>
			durationSeconds(timeoutOf(node, name));
		return {
			...rendered,
			host,
			role,
			authority: {
				certificate: isUnknown(authority) ? UNKNOWN : (authority?.certificate ?? ""),
				path: authorityPath,
				...(role === "control-plane" ? { fingerprint: authorityByFingerprint(authority ?? {}).fingerprint } : {}),
			},
			...(role === "worker" ? { controlPlanes, ...callTimeout(node) } : {}),
			...(discovery ? { discovery } : {}),
			...(args.certificate ? { givenCertificate: args.certificate } : {}),
			timeouts: {
				kubeletHealthCheck: seconds("kubeletHealthCheck"),
				tlsBootstrap: seconds("tlsBootstrap"),
				...(discovery ? { discovery: seconds("discovery") } : {}),
			},
		};
	},

	diff(state, inputs) {
		if (state.status !== "running") return { changes: true, reason: state.status };
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
		return joined && isDeepStrictEqual(was, now) ? { changes: false } : {};
	},

	async create(inputs) {
		const id = newId(`kubelet/${inputs.subject.user}`);
		const host = await reach(inputs.host);
		const check = () => preflightUnlessPassed(host, inputs.preflight);
		const leave = (formerNode: string) => drainFormer(inputs, formerNode);
		await becomeNode(host, { owner: id, node: inputs.nodeName, leave, check });
		const before = await captureBefore(host);
		try {
			return { id, outputs: await bringUp({ id, host, inputs, before }) };
		} catch (error) {
			throw new PartialFailure(id, { hostBefore: before, status: NOT_STARTED }, error as Error);
		}
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
			status: await statusOf(host, state, [
				state.kubeconfigPath,
				...[state.authority.path, ...unitFiles].filter((path) => path in digests),
			]),
		};
	},

	async update(id, state, inputs) {
		const host = await reach(inputs.host);
		const update = () => changeKubelet(host, { id, state, inputs });
		// What is put back on a damaged host may need what is put back beside it, so that none waits for another.
		return state.status === "running" ? inTurn(host, update) : update();
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

async function changeKubelet(
	host: Host,
	{
		id,
		state,
		inputs,
	}: {
		id: string;
		state: Parameters<typeof kubelet.update>[1];
		inputs: KubeletInputs;
	},
): Promise<KubeletOutputs> {
	if (state.status === NOT_STARTED) await preflightUnlessPassed(host, inputs.preflight);
	const isForgotten = state.status === NO_NODE && (await nodeInApi(nodeQuery(inputs))) === "missing";
	// After a change that was cut off, the kubelet may run with older files than those on the host.
	if (isForgotten || state.unread !== undefined) await serviceOf(host, "kubelet").restart();
	const before = state.hostBefore ?? (await captureBefore(host));
	const { digests, discoveredCluster: known } = state;
	const target = { host, owner: id, nodeName: inputs.nodeName };
	const change = await keepConfiguration(target, kubeletTexts(inputs), async (configuration) => {
		return (await kubeletHealth(host, configuration)) === "ok";
	});
	try {
		const outputs = await bringUp({ id, host, inputs, before, stateDigests: digests ?? {}, known });
		if (change) await waitUntilStays(target, patienceOf(inputs));
		await forgetConfiguration(target);
		const { path } = state.authority;
		if (path !== inputs.authority.path) await removeFiles({ host, owner: id, paths: [path] });
		return outputs;
	} catch (error) {
		const kept = { hostBefore: before, status: NOT_STARTED, digests, discoveredCluster: known };
		// Any other error, such as a lost connection, tells nothing of the change: the next update goes on from the kept
		// old configuration.
		if (!change || !(error instanceof WaitError)) throw new PartialFailure(id, kept, error as Error);
		const { outputs, message } = await undo(target, { change, inputs, error });
		throw new PartialFailure(
			id,
			{ ...kept, ...outputs, digests: { ...digests, ...outputs.digests } },
			new Error(message, { cause: error }),
		);
	}
}

/**
 * Whether kubelet.conf of a control plane is expected on the host, because kubeadm's phase that writes it is skipped.
 */
function isKubeconfigInPlace({ etcd }: Cluster, { role, skipPhases }: Node): boolean {
	return role === "control-plane" && !nodeParts({ role, command: "init", etcd, skipPhases }).hasKubeletKubeconfig;
}

interface BringUp {
	id: string;
	host: Host;
	inputs: KubeletInputs;
	before: HostBefore;
	stateDigests?: Digests;
	known?: FoundCluster | undefined;
}

async function bringUp({ id, host, inputs, before, stateDigests, known }: BringUp): Promise<KubeletOutputs> {
	const target = { host, owner: id, stateDigests, nodeName: inputs.nodeName };
	const start = async () => {
		const digests = await component.save(target, inputs);
		await component.run(target, inputs, patienceOf(inputs));
		return digests;
	};
	if (inputs.discovery) {
		const { digests, found } = await joinByDiscovery({ target, reference: inputs.host, inputs, start, known });
		return { digests, discoveredCluster: found, hostBefore: before, status: "running" };
	}
	const digests =
		inputs.role === "worker"
			? await bootstrap(target, inputs, start)
			: await startWithCertificate(target, inputs, start);
	return { digests, hostBefore: before, status: "running" };
}

/**
 * Puts the configuration back with which the kubelet ran, and waits until the kubelet runs with it.
 * @returns the error's message with what was done, and the outputs and inputs that hold on the host then
 */
async function undo(
	target: { host: Host; owner: string; nodeName: string },
	{ change, inputs, error }: { change: UnprovedChange; inputs: KubeletInputs; error: WaitError },
) {
	const { nodeName } = target;
	status(`${nodeName}: kubelet does not start: the last configuration is put back`);
	const restored = await putConfigurationBack(target, change);
	const runs = async () => {
		await component.run(target, { ...inputs, ...restored }, patienceOf(inputs));
		await waitUntilStays(target, patienceOf(inputs));
	};
	const after = await runs().then(
		() => ({ status: "running", said: "and the kubelet runs again" }),
		(failure: Error) => ({ status: NOT_STARTED, said: `but the kubelet does not run again: ${failure.message}` }),
	);
	const message = `${error.message}\n${nodeName}: the kubelet's last configuration that worked is put back, ${after.said}`;
	return { outputs: { ...restored, status: after.status }, message };
}

function patienceOf({ timeouts }: KubeletInputs) {
	return { timeoutSeconds: timeouts.kubeletHealthCheck, onStatus: status };
}

/** Drains a node before its machine becomes another one: afterwards no kubelet is there to end the node's pods. */
async function drainFormer({ controlPlanes, kubernetesAPICall }: KubeletInputs, nodeName: string): Promise<void> {
	if (!controlPlanes) return;
	const isForced = isListedIn(FORCED_DRAINS, nodeName);
	const server = await api({ controlPlanes, kubernetesAPICall });
	await drain(server, { nodeName, timeoutSeconds: DRAIN_SECONDS, isForced, onStatus: status });
}

/**
 * Access to the API for questions about the node: through a control plane's administrator, else with the kubelet's own
 * kubeconfig.
 */
function nodeQuery(inputs: KubeletInputs): Parameters<typeof nodeInApi>[0] {
	return inputs.discovery && !inputs.controlPlanes ? { ...inputs, kubeconfigs: [inputs.kubeconfigPath] } : inputs;
}

/** Status of the kubelet: "running", or how it differs from what was placed. */
async function statusOf(host: Host, inputs: KubeletInputs, paths: string[]): Promise<string> {
	const filesOnHost = await host.read(paths);
	const missing = paths.filter((path) => !filesOnHost.has(path));
	if (missing.length > 0) return `${missing.join(", ")}: missing`;
	const changed = await editedFiles(host, paths);
	if (changed.length > 0) return `${changed.join(", ")}: edited`;
	const state = await serviceOf(host, "kubelet").activeState();
	if (state !== "active") return state;
	const node = await nodeInApi(nodeQuery(inputs));
	// The API of a control plane returns only after its kubelet, so an API that does not answer proves nothing there.
	const forgotten = node === "missing" || (node === "not asked" && inputs.role === "worker");
	return forgotten ? NO_NODE : "running";
}
