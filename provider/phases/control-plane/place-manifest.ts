import { paths } from "../../facts/paths";
import type { FileOnHost, Host } from "../../hosts/host";
import { type Digests, placedFiles } from "../../hosts/placement/place";
import { inTurn } from "../../hosts/placement/turn";
import { forgetUndo, hasUndo, keepForUndo, putBack } from "../../hosts/placement/undo";
import type { HostReference } from "../../hosts/reach";
import { serviceCommand } from "../../hosts/service";
import { status } from "../../hosts/status";
import { WaitError, waitFor } from "../../hosts/wait";
import { startsAlike } from "../../render/static-pods/initial-cluster";
import type { Pod } from "../../render/static-pods/pod";
import { type StaticPodName, staticPodPath } from "../../render/static-pods/static-pods";
import { awayFromVirtualIP } from "../balancer/virtual-ip";
import type { EtcdPlacement } from "../components/etcd";
import { health } from "../components/health";
import { staticPodComponents } from "../components/registry";
import { explain } from "../diagnosis/explain";
import { memberOf } from "../etcd/placed-member";
import { giveLeadAway } from "../etcd/quorum";
import { isStandalone } from "../kubelet/standalone";
import { healthOn, isOtherPod, manifestOn, podOf } from "./host-manifests";
import { waitForTurn } from "./other-control-planes";
import { refuseOtherManifests } from "./other-manifests";
import { runsAsPlaced } from "./sandboxes";

/** A manifest to place on a host. */
export interface ManifestPlacement extends EtcdPlacement {
	/** Reference to the host. */
	reference: HostReference;
	/** Name of the component. */
	component: StaticPodName;
	/** Name of the node in waits and errors. */
	nodeName: string;
	/** The pod that the manifest describes. */
	manifest: Pod;
	/** Limit in seconds for a changed component to be healthy again. */
	timeoutSeconds: number;
}

/** Error of a change that was begun: what the host has now. */
export class ManifestChangeError extends Error {
	/** The manifest, where the last one that served is put back, and digests of the file. */
	readonly onHost: { manifest?: Pod; digests: Digests };

	constructor(message: string, onHost: ManifestChangeError["onHost"], cause: Error) {
		super(message, { cause });
		this.onHost = onHost;
	}
}

/**
 * Places the manifest of a component. In a bring-up the file is placed without a wait. Where the component serves, the change
 * waits for its turn and then until the component serves again, and puts the old file back if it does not. A create leaves
 * an etcd that serves as it was found, where only the members that it started with are others.
 * @returns SHA-256 of the file, by path
 * @throws ManifestChangeError where a change was begun and failed; Error that names a second manifest of the pod
 */
export async function placeManifest(placement: ManifestPlacement): Promise<Digests> {
	const { host, component: name, manifest } = placement;
	const path = staticPodPath(name);
	const before = (await host.read([path])).get(path);
	const was = before && podOf(before.content.toString());
	// What is put back on a damaged host may need what is put back beside it, so that none waits for another.
	if (was === undefined || !isOtherPod(was, manifest)) return placeOver(placement, { before, was, isOther: false });
	const change = () => placeOver(placement, { before, was, isOther: true });
	// Without its etcd, an API server serves no more: before either restarts, the virtual IP leaves the host.
	const leaves = name === "etcd" || name === "kube-apiserver";
	return inTurn(host, () => (leaves ? awayFromVirtualIP(host, change) : change()));
}

/** What a host has in the place of a manifest. */
interface OnHost {
	/** The file. Absent where there is none. */
	before: FileOnHost | undefined;
	/** The pod that the file describes. */
	was: Pod | undefined;
	/** Whether that pod is another one than the wanted one. */
	isOther: boolean;
}

/** Places a manifest in the place of what the host has. */
async function placeOver(placement: ManifestPlacement, { before, was, isOther }: OnHost): Promise<Digests> {
	const { host, owner, component: name, manifest: wanted, stateDigests } = placement;
	const path = staticPodPath(name);
	await refuseOtherManifests(host, wanted, path);
	const isWell = isOther && was !== undefined && (await health(host, was)) === "ok";
	const staysAsFound = isWell && stateDigests === undefined && startsAlike(was, wanted);
	if (staysAsFound) return staticPodComponents[name].save(placement, was);
	if (isWell || (await hasUndo({ host, owner, path }))) return changeServing(placement, before, isWell);
	return placeFresh(placement, was);
}

/** Places a manifest where nothing of the component serves. What is put back on a repaired host is waited for. */
async function placeFresh(placement: ManifestPlacement, was: Pod | undefined): Promise<Digests> {
	const { host, component: name, manifest, timeoutSeconds, stateDigests } = placement;
	const component = staticPodComponents[name];
	const path = staticPodPath(name);
	// A recorded file that does not exist was deleted by somebody else.
	const isPutBack = stateDigests !== undefined || (!was && (await placedFiles(host, [path])).length > 0);
	const digests = await component.save(placement, manifest);
	// An etcd that lost its data joins anew: its vote comes from the others, and no gate changes with it.
	const joinsAnew = stateDigests !== undefined && name === "etcd" && memberOf(host, manifest)?.joins;
	if (joinsAnew) await waitUntilStarted(placement);
	if (joinsAnew || (isPutBack && (await dependenciesServe(host, name, was))))
		await component.run(placement, manifest, { timeoutSeconds, onStatus: status });
	return digests;
}

/** Changes a component that serves, or finishes such a change that was cut off. */
async function changeServing(
	placement: ManifestPlacement,
	before: FileOnHost | undefined,
	isWell: boolean,
): Promise<Digests> {
	const { host, owner, component: name, manifest, timeoutSeconds } = placement;
	const component = staticPodComponents[name];
	const path = staticPodPath(name);
	if (isWell) await awaitTurn(placement);
	if (before) await keepForUndo(host, owner, before);
	const digests = await component.save(placement, manifest);
	try {
		await waitUntilStarted(placement);
		await component.run(placement, manifest, { timeoutSeconds, onStatus: status });
	} catch (error) {
		// Any other error, such as a lost connection, tells nothing of the change: the next update goes on from the kept
		// old content.
		if (!(error instanceof WaitError))
			throw new ManifestChangeError((error as Error).message, { digests }, error as Error);
		throw await undo(placement, error);
	}
	await forgetUndo(host, path);
	return digests;
}

/** Waits until the cluster can do without the component, unless nothing of the cluster is served here. A leading etcd hands over. */
async function awaitTurn({ reference, host, nodeName, component: name, manifest, timeoutSeconds }: ManifestPlacement) {
	const api = await healthOn(host, "kube-apiserver");
	const etcdOnly = api === undefined && name === "etcd" && (await isStandalone(host));
	if (api !== "ok" && !etcdOnly) return;
	const etcd = name === "etcd" ? manifest : await manifestOn(host, "etcd");
	await waitForTurn({ reference, host, nodeName, etcd, etcdOnly, timeoutSeconds });
	const member = name === "etcd" && memberOf(host, manifest);
	if (member) await giveLeadAway(member);
}

/** Puts the manifest back with which the component served, and waits until it serves again. @returns the error that says so */
async function undo(placement: ManifestPlacement, error: WaitError): Promise<ManifestChangeError> {
	const { host, owner, component: name, nodeName, timeoutSeconds } = placement;
	const path = staticPodPath(name);
	status(`${nodeName}: ${name} does not start: the last manifest is put back`);
	const undone = await putBack({ host, owner, path });
	const served = podOf(undone.content);
	const after = await staticPodComponents[name].run(placement, served, { timeoutSeconds, onStatus: status }).then(
		() => `and ${name} serves again`,
		(failure: Error) => `but ${name} does not serve again: ${failure.message}`,
	);
	const message = `${error.message}\n${nodeName}: ${path}: the last manifest that served is put back, ${after}`;
	return new ManifestChangeError(message, { manifest: served, digests: undone.digests }, error);
}

/** Waits until the kubelet has started a pod of the placed manifest. */
async function waitUntilStarted(placement: ManifestPlacement): Promise<void> {
	const { host, component: name, manifest, timeoutSeconds, nodeName } = placement;
	const runsNew = runsAsPlaced(host, manifest, staticPodPath(name));
	await waitFor({
		subject: `${nodeName}: ${name}`,
		timeoutSeconds,
		onStatus: status,
		observe: async () =>
			(await runsNew())
				? { done: true, value: undefined }
				: { done: false, saw: "the kubelet has not started the new pod yet" },
		explain: () => explain(host, manifest),
	});
}

/**
 * Whether a component's dependencies serve. A repaired component then starts by itself, and the update waits for it.
 */
async function dependenciesServe(host: Host, name: StaticPodName, was: Pod | undefined): Promise<boolean> {
	if (name !== "kube-apiserver" && name !== "etcd") return (await healthOn(host, "kube-apiserver")) === "ok";
	// The kubelet does not restart a pod that failed in a bring-up, but the gate does.
	if (typeof was === "object") return false;
	const kubelet = await host.run({
		intent: "see whether the kubelet runs",
		// systemd restarts a kubelet without configuration for ever.
		script: `${serviceCommand.isActive("kubelet")} && [ -s ${paths.kubeletConfiguration} ] && echo runs || echo stopped`,
	});
	if (kubelet.stdout.trim() !== "runs") return false;
	// An external etcd is not asked, as the API server's readiness covers it.
	return name === "etcd" || ["ok", undefined].includes(await healthOn(host, "etcd"));
}
