import type { KubernetesPackages } from "../../config/preparation";
import { CommandError } from "../../hosts/command-error";
import type { Host } from "../../hosts/host";
import { type HostReference, reach } from "../../hosts/reach";
import { serviceOf } from "../../hosts/service";
import { status } from "../../hosts/status";
import { WaitError } from "../../hosts/wait";
import { type Api, api } from "../../kubernetes/api";
import { type Drain, takePodsAgain, whileDrained } from "../../kubernetes/drain";
import { kubeletUpgrade } from "../../render/preparation/commands";
import { awayFromVirtualIP } from "../balancer/virtual-ip";
import { waitForTurn } from "../control-plane/other-control-planes";
import { placedEtcd } from "../control-plane/placed-pods";
import { watchNode } from "../kubelet/node-health";

/** Limit of the package manager, in seconds. */
const INSTALL_SECONDS = 600;

/** A node whose kubelet comes from packages. */
export interface PackagedKubelet {
	/** The node's host. */
	host: HostReference;
	/** Control planes through which the API is reached. */
	controlPlanes: HostReference[];
	/** Name of the node. */
	nodeName: string;
	/** Whether the node is a control plane, whose turn comes when the others are well. */
	isControlPlane: boolean;
	/** The packages: their version and where they come from. */
	packages: KubernetesPackages;
	/** Time limit of the drain, in seconds. */
	drainTimeoutSeconds: number;
	/** Time limit of the wait for the kubelet, in seconds. */
	timeoutSeconds: number;
}

/** Version of the kubelet that is installed on a host, without `v`; empty where none is. */
export async function installedKubelet(host: Host): Promise<string> {
	const { stdout } = await host.run({
		intent: "ask for the kubelet's version",
		script: "kubelet --version 2>/dev/null | sed -n 's/^Kubernetes v//p'",
	});
	return stdout.trim();
}

/** Version of the kubelet that runs a node, without `v`, as the node says; undefined for a node that is not in the API. */
async function runningKubelet(server: Api, name: string): Promise<string | undefined> {
	const node = await server.read({ apiVersion: "v1", kind: "Node", metadata: { name } });
	const { nodeInfo } = (node?.status ?? {}) as { nodeInfo?: { kubeletVersion: string } };
	return nodeInfo?.kubeletVersion.replace(/^v/, "");
}

/**
 * Brings the kubelet of a node to a version: while the node's pods are elsewhere, its packages change and the kubelet starts
 * again; then the node is waited for, and takes pods again. Does nothing on a node that runs with the version. A kubelet that
 * does not become healthy gets its last packages back.
 *
 * Source: https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/upgrading-linux-nodes/.
 * @param isForced whether a drain that does not end is only a warning
 * @param lastPackages packages that the node had before. @default those from where the wanted ones come
 * @throws Error that says what blocks the drain, before anything is changed
 * @throws WaitError with the kubelet's last lines
 */
export async function upgradeKubelet(
	kubelet: PackagedKubelet,
	{ isForced, lastPackages = kubelet.packages }: { isForced: boolean; lastPackages?: KubernetesPackages | undefined },
): Promise<void> {
	const { nodeName, drainTimeoutSeconds: timeoutSeconds } = kubelet;
	const { version } = kubelet.packages;
	const host = await reach(kubelet.host);
	const server = await api(kubelet);
	const last = await installedKubelet(host);
	const running = await runningKubelet(server, nodeName);
	// A change that was cut off may have installed the packages, and not started the kubelet again.
	if (last === version && (running ?? version) === version) return takePodsAgain(server, nodeName);
	if (kubelet.isControlPlane) {
		const { host: reference, timeoutSeconds: limit } = kubelet;
		await waitForTurn({ reference, host, nodeName, etcd: await placedEtcd(host), timeoutSeconds: limit });
	}
	const drained: Drain = { nodeName, timeoutSeconds, isForced, onStatus: status };
	const before = { ...kubelet, packages: { ...lastPackages, version: last } };
	await whileDrained(server, drained, () =>
		change(host, kubelet).catch(async (error: Error) => {
			if (!(error instanceof WaitError || error instanceof CommandError) || last === "" || last === version)
				throw error;
			status(`${nodeName}: kubelet ${version} does not run: kubelet ${last} is put back`);
			const said = await change(host, before).then(
				() => "and the kubelet runs again",
				(failure: Error) => `but the kubelet does not run again: ${failure.message}`,
			);
			throw new Error(`${error.message}\n${nodeName}: kubelet ${last} is put back, ${said}`, { cause: error });
		}),
	);
}

/** Installs the packages of a kubelet, starts it again, and waits until its node is well with it. */
async function change(host: Host, kubelet: PackagedKubelet): Promise<void> {
	const { nodeName, packages, timeoutSeconds, isControlPlane } = kubelet;
	const { version } = packages;
	const target = { host, nodeName };
	const settings = { ...kubelet, timeouts: { kubeletHealthCheck: timeoutSeconds } };
	const prove = await watchNode(target, settings, { version: `v${version}`, runsWith: `version ${version}` });
	const install = async () => {
		status(`${nodeName}: kubelet ${version} is installed`);
		const intent = `install the kubelet's packages ${version}`;
		await host.run({ intent, ...kubeletUpgrade(packages), timeoutSeconds: INSTALL_SECONDS });
		await serviceOf(host, "kubelet").restart();
		await prove();
	};
	await (isControlPlane ? awayFromVirtualIP(host, install) : install());
}
