import { inputProblem } from "../config/expected";
import { defaultTimeouts } from "../config/node";
import type { KubernetesBinaries, KubernetesPackages } from "../config/preparation";
import { SpecError } from "../config/problems";
import type { RollArgs } from "../config/rollout";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { minorRelease, versionNumbers } from "../facts/versions";
import { durationSeconds } from "../go/duration";
import { newId } from "../hosts/placement/place";
import { type HostReference, reach } from "../hosts/reach";
import { DRAIN_SECONDS, FORCED_DRAINS } from "../kubernetes/drain";
import { installedKubelet, upgradeKubelet } from "../phases/upgrade/kubelet-packages";
import { type Lifecycle, nothingToDelete, PartialFailure } from "./lifecycle";
import { isListedIn } from "./machine-guards";

/** Arguments of a `KubeletVersion`. */
export interface KubeletVersionArgs extends RollArgs {
	/** The node's host, prepared by a `HostPreparation`. */
	host: HostReference;
	/** Control planes through which the API is reached, tried in this order. */
	controlPlanes: HostReference[];
	/** Name of the node. */
	nodeName: string;
	/** Role of the node: "control-plane" or "worker". */
	role: string;
	/** Version of the cluster's API servers. A kubelet must not be of a newer minor release. */
	kubernetesVersion: string;
	/** The packages: their version, and their repository with its key or the addresses of programs. */
	packages: KubernetesPackages;
	/** Time limit of the drain before the kubelet changes, in seconds. @default 120 */
	drainTimeoutSeconds?: number;
	/** Whether the kubelet changes even where the drain does not end within its limit. @default false */
	forceDrain?: boolean;
}

/** Inputs of a `KubeletVersion`, as the state keeps them. */
export interface KubeletVersionInputs {
	/** The node's host. */
	host: HostReference;
	/** Control planes through which the API is reached, tried in this order. */
	controlPlanes: HostReference[];
	/** Name of the node. */
	nodeName: string;
	/** Role of the node: "control-plane" or "worker". */
	role: string;
	/** Version of the kubelet, without `v`. */
	version: string;
	/** URL of the repository with the packages. Absent with `binaries`. */
	repository?: string;
	/** Public key that has signed the repository. Absent: the key that the repository itself shows. */
	key?: string;
	/** Where the programs are fetched from. Absent: packages of the repository are installed. */
	binaries?: KubernetesBinaries;
	/** Time limit of the drain before the kubelet changes, in seconds. */
	drainTimeoutSeconds: number;
	/** True where the kubelet changes even if the drain does not end within its limit. Absent otherwise. */
	forceDrain?: true;
}

/**
 * Lifecycle of the version of a node's kubelet, where it comes from packages. An update moves the node's pods away, changes
 * the packages, and waits until the node is well. A delete leaves the packages, which the preparation of the machine
 * takes back. `check` throws SpecError for a kubelet that is newer than the API servers. `update` throws PartialFailure,
 * and the node then has its last kubelet again.
 */
export const kubeletVersion: Lifecycle<KubeletVersionArgs, KubeletVersionInputs, object> = {
	check({ host, controlPlanes, nodeName, role, kubernetesVersion, packages, drainTimeoutSeconds, forceDrain = false }) {
		refuseNewer(packages, kubernetesVersion);
		return {
			host,
			controlPlanes,
			nodeName,
			role,
			...(isUnknown(packages) ? { version: UNKNOWN, repository: UNKNOWN, key: UNKNOWN } : packages),
			drainTimeoutSeconds: drainTimeoutSeconds ?? DRAIN_SECONDS,
			...(forceDrain ? { forceDrain: true as const } : {}),
		};
	},

	async create(inputs) {
		const id = newId(`kubelet-version/${inputs.nodeName}`);
		await bring(id, inputs);
		return { id, outputs: {} };
	},

	async read(_id, state) {
		return { ...state, version: await installedKubelet(await reach(state.host)) };
	},

	async update(id, state, inputs) {
		await bring(id, inputs, state);
		return {};
	},

	delete: nothingToDelete,
};

/** Source: https://kubernetes.io/releases/version-skew-policy/#kubelet. */
function refuseNewer(packages: KubernetesPackages, kubernetesVersion: string): void {
	if (isUnknown(packages) || isUnknown(packages.version) || isUnknown(kubernetesVersion)) return;
	const [kubelet, server] = [versionNumbers(packages.version), versionNumbers(kubernetesVersion)];
	if (kubelet.major === server.major && kubelet.minor <= server.minor) return;
	throw new SpecError("KubeletVersion", [
		inputProblem({
			path: "packages.version",
			expected: `a version of ${minorRelease(kubernetesVersion)} or before, as the API servers have`,
			value: packages.version,
			next: "a kubelet must not be newer than the API servers: leave it out, or change kubernetesVersion first",
		}),
	]);
}

async function bring(id: string, inputs: KubeletVersionInputs, state?: KubeletVersionInputs): Promise<void> {
	const { host, controlPlanes, nodeName, role, drainTimeoutSeconds } = inputs;
	const timeoutSeconds = durationSeconds(defaultTimeouts.kubeletHealthCheck);
	const node = { host, controlPlanes, nodeName, isControlPlane: role === "control-plane" };
	const isForced = inputs.forceDrain === true || isListedIn(FORCED_DRAINS, nodeName);
	try {
		await upgradeKubelet(
			{ ...node, packages: inputs, drainTimeoutSeconds, timeoutSeconds },
			{ isForced, lastPackages: state },
		);
	} catch (error) {
		throw new PartialFailure(id, state ?? {}, error as Error);
	}
}
