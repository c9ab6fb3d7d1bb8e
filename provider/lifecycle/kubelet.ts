import { paths } from "../facts/paths";
import type { Host } from "../hosts/host";
import { waitFor } from "../hosts/wait";
import {
	bootstrapKubeconfigPath,
	type Credentials,
	kubeconfig,
	kubeconfigRequest,
	kubeletClientCertificate,
} from "../render/kubeconfig";
import { caRequest } from "../render/pki/certificates";
import { fromYaml, toYaml } from "../render/yaml";
import type { ClusterSpec } from "../spec/cluster";
import { durationSeconds } from "../spec/duration";
import { defaultTimeouts, type NodeRole, type NodeSpec } from "../spec/node";
import { kubelet as component, type KubeletFiles } from "./components/kubelet";
import type { KubeconfigSubject } from "./kubeconfig";
import { withBootstrapToken } from "./kubernetes/bootstrap-token";
import { type Lifecycle, PartialFailure } from "./lifecycle";
import { issueLeaf } from "./pki/issue";
import { keyPem } from "./pki/keys";
import { type Digests, displace, newId, place } from "./placement/place";
import { preflight } from "./preflight/preflight";
import { type HostReference, reach } from "./reach";
import { renderNode } from "./rendering";
import { status } from "./status";
import { captureBefore, type HostBefore, removeTraces } from "./traces/traces";
import { keep, recall } from "./vault";

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

export interface KubeletInputs extends KubeletFiles {
	host: HostReference;
	role: NodeRole;
	/** Major and minor release that the kubelet's binary must have. */
	kubernetesVersion: string;
	subject: KubeconfigSubject;
	/** Where its kubeconfig is placed. */
	kubeconfigPath: string;
	/** Where the kubelet keeps the client certificate that it renews by itself. */
	clientCertificatePath: string;
	authority: { certificate: string; path: string; fingerprint?: string };
	controlPlanes?: HostReference[];
	timeouts: { kubeletHealthCheck: number; tlsBootstrap: number };
}

export interface KubeletOutputs {
	digests: Digests;
	/** "running", or what is missing. */
	status: string;
	/** What the host was like before. */
	before: HostBefore;
}

/** The kubelet of a node: configuration, credentials, service, and the wait for it. */
export const kubelet: Lifecycle<KubeletArgs, KubeletInputs, KubeletOutputs> = {
	outputs: ["digests", "status", "before"],

	check({ host, cluster, node, role, authority, controlPlanes }) {
		const rendered = renderNode({ cluster, node, role }, (resolved, resolvedNode) => {
			const { path, clusterName, server, user, certificate } = kubeconfigRequest(
				"kubelet.conf",
				resolved,
				resolvedNode,
			);
			return {
				...component.render({ cluster: resolved, node: resolvedNode, initialMembers: [] }),
				kubernetesVersion: resolved.kubernetesVersion,
				subject: { clusterName, server, user, certificate },
				kubeconfigPath: path,
				clientCertificatePath: kubeletClientCertificate(resolvedNode),
				authorityPath: caRequest("ca", resolved).certificatePath,
			};
		});
		const { authorityPath, ...files } = rendered;
		const seconds = (name: "kubeletHealthCheck" | "tlsBootstrap") =>
			durationSeconds(node.timeouts?.[name] ?? defaultTimeouts[name]);
		return {
			...files,
			host,
			role,
			authority: {
				certificate: authority.certificate,
				path: authorityPath,
				...(role === "control-plane" ? { fingerprint: keep(authority.privateKey ?? "") } : {}),
			},
			...(role === "worker" ? { controlPlanes } : {}),
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
			throw new PartialFailure(id, { before, status: "not started" }, error as Error);
		}
	},

	async read(_id, state) {
		const host = await reach(state.host);
		const found = await host.read([
			...new Set([
				paths.kubeletConfiguration,
				paths.kubeletInstanceConfiguration,
				paths.kubeletFlags,
				state.kubeconfigPath,
				...Object.keys(state.digests),
			]),
		]);
		if (!found.has(paths.kubeletConfiguration) && !found.has(paths.kubeletFlags)) return undefined;
		const text = (path: string) => found.get(path)?.content.toString() ?? "";
		return {
			...state,
			configuration: objectOf(text(paths.kubeletConfiguration)),
			instanceConfiguration: objectOf(text(paths.kubeletInstanceConfiguration)),
			flags: text(paths.kubeletFlags),
			digests: Object.fromEntries(
				[...found].filter(([path]) => path in state.digests).map(([path, { digest }]) => [path, digest]),
			),
			status: found.has(state.kubeconfigPath) ? await serviceStatus(host) : "kubelet.conf is missing",
		};
	},

	async update(id, state, inputs) {
		const host = await reach(inputs.host);
		const before = state.before ?? (await captureBefore(host));
		try {
			return await bringUp({ id, host, inputs, before, seen: state.digests ?? {} });
		} catch (error) {
			throw new PartialFailure(id, { before, status: "not started", digests: state.digests }, error as Error);
		}
	},

	async delete(id, state) {
		const host = await reach(state.host);
		const target = { host, owner: id };
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
	const target = { host, owner: id, seen };
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

/** A control plane's kubelet begins with a certificate in its kubeconfig, and then keeps its own. Source: kubeadm cmd/phases/init/kubeletfinalize.go. */
async function startWithCertificate(
	target: { host: Host; owner: string },
	inputs: KubeletInputs,
	start: () => Promise<Digests>,
): Promise<Digests> {
	const { subject, authority } = inputs;
	if (!(await hasCredentials(target.host, inputs))) {
		const issued = await issueLeaf(
			subject.certificate,
			{ certificate: authority.certificate, key: recall(authority.fingerprint!) },
			new Date(),
		);
		await placeKubeconfig(target, inputs, { clientCertificate: issued.certificate, clientKey: keyPem(issued.key) });
	}
	const digests = await start();
	if (inputs.configuration.rotateCertificates === false) return digests;
	await waitForFile(target.host, inputs.clientCertificatePath, inputs.timeouts.kubeletHealthCheck);
	return {
		...digests,
		...(await placeKubeconfig(target, inputs, {
			clientCertificateFile: inputs.clientCertificatePath,
			clientKeyFile: inputs.clientCertificatePath,
		})),
	};
}

/** A worker's kubelet asks for its certificate with a token. Source: kubeadm cmd/phases/join/kubelet.go. */
async function bootstrap(
	target: { host: Host; owner: string },
	inputs: KubeletInputs,
	start: () => Promise<Digests>,
): Promise<Digests> {
	const { host } = target;
	const { authority, subject } = inputs;
	const trust = { path: authority.path, content: authority.certificate, mode: "0644", owner: "root", group: "root" };
	const placed = await place({ ...target, files: [trust] });
	if (await hasCredentials(host, inputs)) return { ...placed.digests, ...(await start()) };
	return withBootstrapToken(inputs.controlPlanes ?? [], { description: `${subject.user} joins` }, async (token) => {
		const content = toYaml(
			kubeconfig({
				clusterName: subject.clusterName,
				server: subject.server,
				user: "tls-bootstrap-token-user",
				caCertificate: authority.certificate,
				credentials: { token },
			}),
		);
		await place({
			...target,
			files: [{ path: bootstrapKubeconfigPath, content, mode: "0600", owner: "root", group: "root" }],
		});
		try {
			const digests = await start();
			await waitForFile(host, inputs.kubeconfigPath, inputs.timeouts.tlsBootstrap);
			const adopted = await adopt(target, inputs.kubeconfigPath);
			return { ...placed.digests, ...digests, ...adopted };
		} finally {
			await displace({ ...target, paths: [bootstrapKubeconfigPath] });
		}
	});
}

async function placeKubeconfig(
	target: { host: Host; owner: string },
	{ subject, authority, kubeconfigPath: path }: KubeletInputs,
	credentials: Credentials,
): Promise<Digests> {
	const { clusterName, server, user } = subject;
	const content = toYaml(kubeconfig({ clusterName, server, user, caCertificate: authority.certificate, credentials }));
	return (
		await place({
			host: target.host,
			owner: target.owner,
			files: [{ path, content, mode: "0600", owner: "root", group: "root" }],
		})
	).digests;
}

/** Takes over a file that the kubelet wrote. */
async function adopt({ host, owner }: { host: Host; owner: string }, path: string): Promise<Digests> {
	const { content, mode, owner: user, group } = (await host.read([path])).get(path)!;
	return (await place({ host, owner, files: [{ path, content, mode, owner: user, group }] })).digests;
}

async function hasCredentials(host: Host, { clientCertificatePath, kubeconfigPath }: KubeletInputs): Promise<boolean> {
	const { exitCode } = await host.run({
		intent: "look for the kubelet's credentials",
		script: `[ -s '${clientCertificatePath}' ] && [ -s '${kubeconfigPath}' ]`,
		expectedExitCodes: [0, 1],
	});
	return exitCode === 0;
}

async function waitForFile(host: Host, path: string, timeoutSeconds: number): Promise<void> {
	await waitFor({
		subject: `${host.name}: ${path}`,
		timeoutSeconds,
		onStatus: status,
		observe: async () => {
			const { exitCode } = await host.run({
				intent: `look for ${path}`,
				script: `[ -s '${path}' ]`,
				expectedExitCodes: [0, 1],
			});
			return exitCode === 0 ? { done: true, value: undefined } : { done: false, saw: "the kubelet has not written it" };
		},
	});
}

/** The kubelet as it was: enabled or not, at rest or trying to start as its package has it. */
async function restoreService(host: Host, { unitEnabled, unitActive }: HostBefore): Promise<void> {
	const script = [
		unitEnabled === "enabled" ? "" : "systemctl disable --quiet kubelet",
		unitActive === "activating" || unitActive === "active" ? "systemctl start --no-block kubelet" : "",
	].join("\n");
	if (script.trim()) await host.run({ intent: "leave the kubelet's service as it was", script });
}

async function serviceStatus(host: Host): Promise<string> {
	const { stdout } = await host.run({
		intent: "ask for the kubelet's state",
		script: "systemctl is-active kubelet",
		expectedExitCodes: [0, 3, 4],
	});
	return stdout.trim() === "active" ? "running" : stdout.trim();
}

function objectOf(text: string): Record<string, unknown> {
	try {
		return (fromYaml(text) ?? {}) as Record<string, unknown>;
	} catch {
		return { "not YAML": text };
	}
}
