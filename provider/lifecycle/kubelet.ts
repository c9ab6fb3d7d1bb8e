import { paths } from "../facts/paths";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import type { Host } from "../hosts/host";
import { bootstrapKubeconfigPath, kubeconfigRequest, kubeletClientCertificate } from "../render/kubeconfig";
import { caRequest } from "../render/pki/certificates";
import { fromYaml } from "../render/yaml";
import type { ClusterSpec } from "../spec/cluster";
import { durationSeconds } from "../spec/duration";
import { defaultTimeouts, type NodeRole, type NodeSpec } from "../spec/node";
import { kubelet as component, type KubeletFiles } from "./components/kubelet";
import { serviceFiles } from "./components/kubelet-service";
import { bootstrap, type KubeletIdentity, startWithCertificate } from "./kubelet-credentials";
import { nodeInApi } from "./kubelet-node";
import { callTimeout } from "./kubernetes/api";
import { type Lifecycle, PartialFailure } from "./lifecycle";
import { type Digests, displace, edited, isAnothers, newId } from "./placement/place";
import { preflight } from "./preflight/preflight";
import { type HostReference, reach } from "./reach";
import { renderNode } from "./rendering";
import { status } from "./status";
import { captureBefore, type HostBefore, removeTraces } from "./traces/traces";
import { keptAuthority } from "./vault";

export interface KubeletArgs {
	host: HostReference;
	cluster: ClusterSpec;
	node: NodeSpec;
	role: NodeRole;
	/** The cluster's CA. Its key is needed for a control plane's kubelet, which starts before there is an API to bootstrap from. */
	authority: { certificate: string; privateKey?: string };
	/** Where a worker's kubelet bootstraps: through these, a token is made for it and removed after use. */
	controlPlanes?: HostReference[];
}

export interface KubeletInputs extends KubeletFiles, KubeletIdentity {
	host: HostReference;
	role: NodeRole;
	/** Major and minor release that the kubelet's binary must have. */
	kubernetesVersion: string;
	/** Where the API server beside a control plane's listens. */
	apiServerPort?: number;
	configuration: Record<string, unknown>;
}

export interface KubeletOutputs {
	digests: Digests;
	/** "running", or what is missing. */
	status: string;
	/** What the host was like before. */
	before: HostBefore;
}

/** The status of one that was not healthy in time. */
const NOT_STARTED = "not started";

/** The status of one that has to register its node again, or perhaps has to. */
const NO_NODE = "its node is not known to be registered";

/** The kubelet of a node: configuration, credentials, service, and the wait for it. */
export const kubelet: Lifecycle<KubeletArgs, KubeletInputs, KubeletOutputs> = {
	outputs: ["digests", "status", "before"],

	check({ host, cluster, node, role, authority, controlPlanes }) {
		const { authorityPath, ...rendered } = renderNode({ cluster, node, role }, (resolved, resolvedNode) => {
			const { path, clusterName, server, user, certificate } = kubeconfigRequest(
				"kubelet.conf",
				resolved,
				resolvedNode,
			);
			return {
				...component.render({ cluster: resolved, node: resolvedNode, initialMembers: [] }),
				nodeName: resolvedNode.name,
				kubernetesVersion: resolved.kubernetesVersion,
				...(role === "worker" ? {} : { apiServerPort: resolvedNode.localAPIEndpoint.bindPort }),
				subject: { clusterName, server, user, certificate },
				kubeconfigPath: path,
				clientCertificatePath: kubeletClientCertificate(resolvedNode),
				authorityPath: caRequest("ca", resolved).certificatePath,
			};
		});
		const seconds = (name: "kubeletHealthCheck" | "tlsBootstrap") =>
			durationSeconds(node.timeouts?.[name] ?? defaultTimeouts[name]);
		return {
			...rendered,
			host,
			role,
			authority: {
				certificate: isUnknown(authority) ? UNKNOWN : authority.certificate,
				path: authorityPath,
				...(role === "control-plane" ? { fingerprint: keptAuthority(authority).fingerprint } : {}),
			},
			...(role === "worker" ? { controlPlanes, ...callTimeout(node) } : {}),
			timeouts: { kubeletHealthCheck: seconds("kubeletHealthCheck"), tlsBootstrap: seconds("tlsBootstrap") },
		};
	},

	diff: (state) => (state.status === "running" ? {} : { changes: true }),

	async create(inputs) {
		const id = newId(`kubelet/${inputs.subject.user}`);
		const host = await reach(inputs.host);
		await preflight(host, inputs);
		const before = await captureBefore(host);
		try {
			return { id, outputs: await bringUp({ id, host, inputs, before }) };
		} catch (error) {
			throw new PartialFailure(id, { before, status: NOT_STARTED }, error as Error);
		}
	},

	async read(_id, state) {
		const host = await reach(state.host);
		const { digests = {} } = state as Partial<KubeletOutputs>;
		const found = await host.read([
			...new Set([
				paths.kubeletConfiguration,
				paths.kubeletInstanceConfiguration,
				paths.kubeletFlags,
				state.kubeconfigPath,
				...Object.keys(digests),
			]),
		]);
		const text = (path: string) => found.get(path)?.content.toString() ?? "";
		return {
			...state,
			configuration: objectOf(text(paths.kubeletConfiguration)),
			instanceConfiguration: objectOf(text(paths.kubeletInstanceConfiguration)),
			flags: text(paths.kubeletFlags),
			digests: Object.fromEntries(
				[...found].filter(([path]) => path in digests).map(([path, { digest }]) => [path, digest]),
			),
			status: await statusOf(host, state, [
				state.kubeconfigPath,
				...[state.authority.path, ...serviceFiles].filter((path) => path in digests),
			]),
		};
	},

	async update(id, state, inputs) {
		const host = await reach(inputs.host);
		if (state.status === NOT_STARTED) await preflight(host, inputs);
		if (state.status === NO_NODE && (await nodeInApi(inputs)) === "missing")
			await host.run({ intent: "let the kubelet register its node again", script: "systemctl restart kubelet" });
		const before = state.before ?? (await captureBefore(host));
		try {
			return await bringUp({ id, host, inputs, before, seen: state.digests ?? {} });
		} catch (error) {
			throw new PartialFailure(id, { before, status: NOT_STARTED, digests: state.digests }, error as Error);
		}
	},

	async delete(id, state) {
		const host = await reach(state.host);
		const target = { host, owner: id };
		// A renamed one goes on under its new name.
		if (await isAnothers(target, paths.kubeletConfiguration)) return;
		await component.clean(target, state);
		if (state.before) await removeTraces(host, state.before);
		await displace({ ...target, paths: [state.kubeconfigPath, bootstrapKubeconfigPath, state.authority.path] });
		if (state.before) await restoreService(host, state.before);
	},
};

interface BringUp {
	id: string;
	host: Host;
	inputs: KubeletInputs;
	before: HostBefore;
	seen?: Digests;
}

async function bringUp({ id, host, inputs, before, seen }: BringUp): Promise<KubeletOutputs> {
	const target = { host, owner: id, seen, nodeName: inputs.nodeName };
	const patience = { timeoutSeconds: inputs.timeouts.kubeletHealthCheck, onStatus: status };
	const start = async () => {
		const digests = await component.save(target, inputs);
		await component.run(target, inputs, patience);
		return digests;
	};
	const digests =
		inputs.role === "worker"
			? await bootstrap(target, inputs, start)
			: await startWithCertificate(target, inputs, start);
	return { digests, before, status: "running" };
}

/** The kubelet as it was: enabled or not, at rest or trying to start as its package has it. */
async function restoreService(host: Host, { unitEnabled, unitActive }: HostBefore): Promise<void> {
	const script = [
		unitEnabled === "enabled" ? "" : "systemctl disable --quiet kubelet",
		unitActive === "activating" || unitActive === "active" ? "systemctl start --no-block kubelet" : "",
	].join("\n");
	if (!script.trim()) return;
	const there = "systemctl cat kubelet >/dev/null 2>&1 || exit 0";
	await host.run({ intent: "leave the kubelet's service as it was", script: `${there}\n${script}` });
}

/** "running", or what is not as it was placed. */
async function statusOf(host: Host, inputs: KubeletInputs, paths: string[]): Promise<string> {
	const found = await host.read(paths);
	const missing = paths.filter((path) => !found.has(path));
	if (missing.length > 0) return `${missing.join(", ")}: missing`;
	const changed = await edited(host, paths);
	if (changed.length > 0) return `${changed.join(", ")}: edited`;
	const { stdout } = await host.run({
		intent: "ask for the kubelet's state",
		script: "systemctl is-active kubelet",
		expectedExitCodes: [0, 3, 4],
	});
	if (stdout.trim() !== "active") return stdout.trim();
	const node = await nodeInApi(inputs);
	// A control plane's own API is back after its kubelet only: without it nothing can be told.
	const forgotten = node === "missing" || (node === "not asked" && inputs.role === "worker");
	return forgotten ? NO_NODE : "running";
}

function objectOf(text: string): Record<string, unknown> {
	try {
		return (fromYaml(text) ?? {}) as Record<string, unknown>;
	} catch {
		return { "not YAML": text };
	}
}
