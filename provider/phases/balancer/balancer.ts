import { readableByAll, rootOnly } from "../../facts/file-access";
import { paths } from "../../facts/paths";
import { fromYaml, toYaml } from "../../go/yaml/write";
import type { Host } from "../../hosts/host";
import { type Digests, goesWith, placeFiles, removeFiles } from "../../hosts/placement/place";
import { status } from "../../hosts/status";
import { waitFor } from "../../hosts/wait";
import type { Balancer, BalancerPod } from "../../render/balancer/pods";
import type { Pod } from "../../render/static-pods/pod";
import { health } from "../components/health";
import { refuseOtherManifests } from "../control-plane/other-manifests";
import { removeSandboxes, runsAsPlaced } from "../control-plane/sandboxes";
import { watchExits } from "../diagnosis/exits";
import { explain } from "../diagnosis/explain";

/** The host of a balancer, and the resource that its files belong to. */
export interface BalancerPlacement {
	/** Open connection to the host. */
	host: Host;
	/** Id of the resource. */
	owner: string;
	/** SHA-256 of each file as the resource's state has it, by path. @default none: the resource is being created */
	stateDigests?: Digests | undefined;
}

/**
 * Places the files, then the manifests.
 * @returns SHA-256 of each file, by path
 * @throws Error that names each file that is not this program's
 */
export async function placeBalancer(placement: BalancerPlacement, { files, pods }: Balancer): Promise<Digests> {
	for (const [name, pod] of entries(pods)) await refuseOtherManifests(placement.host, pod, manifestPath(name));
	const configuration = Object.entries(files).map(([path, content]) => ({ path, content, ...readableByAll }));
	const manifests = entries(pods).map(([name, pod]) => ({
		path: manifestPath(name),
		content: toYaml(pod),
		...rootOnly,
		directoryMode: "0700",
	}));
	const placed = await placeFiles({ ...placement, files: configuration });
	return { ...placed.digests, ...(await placeFiles({ ...placement, files: manifests })).digests };
}

/**
 * Waits until the kubelet runs each pod from its current manifest, and the pod is ready.
 * @throws WaitError with the cause
 */
export async function awaitBalancer(
	host: Host,
	{ pods, nodeName, timeoutSeconds }: { pods: Balancer["pods"]; nodeName: string; timeoutSeconds: number },
): Promise<void> {
	for (const [name, pod] of entries(pods)) {
		const runsNew = runsAsPlaced(host, pod, manifestPath(name));
		const exited = watchExits(host, pod);
		await waitFor({
			subject: `${nodeName}: ${name}`,
			timeoutSeconds,
			onStatus: status,
			observe: async () => {
				if (!(await runsNew())) return { done: false, saw: "the kubelet has not started the pod yet" };
				const saw = await health(host, pod);
				if (saw === "ok") return { done: true, value: undefined };
				const end = await exited();
				return end ? { done: false, saw: end, hopeless: true } : { done: false, saw };
			},
			explain: () => explain(host, pod),
		});
	}
}

/**
 * Reads the files and manifests of a balancer. A manifest that is broken is its text.
 * @returns what exists, and SHA-256 of each file; `undefined` where nothing exists
 */
export async function readBalancer(
	host: Host,
	{ files, pods }: Balancer,
): Promise<(Balancer & { digests: Digests }) | undefined> {
	const manifests = entries(pods).map(([name]) => [name, manifestPath(name)] as const);
	const onHost = await host.read([...Object.keys(files), ...manifests.map(([, path]) => path)]);
	if (onHost.size === 0) return undefined;
	const text = (path: string) => onHost.get(path)?.content.toString();
	return {
		files: Object.fromEntries(Object.keys(files).flatMap((path) => (onHost.has(path) ? [[path, text(path)!]] : []))),
		pods: Object.fromEntries(
			manifests.flatMap(([name, path]) => (onHost.has(path) ? [[name, parsed(text(path)!)]] : [])),
		),
		digests: Object.fromEntries([...onHost].map(([path, { digest }]) => [path, digest])),
	};
}

/** Removes the pods, keepalived before haproxy, and their files. What was on the host before this program stays. */
export async function removeBalancer({ host, owner }: BalancerPlacement, { files, pods }: Balancer): Promise<void> {
	for (const [name, pod] of entries(pods).reverse()) {
		if (!(await goesWith({ host, owner }, manifestPath(name)))) continue;
		await host.remove([manifestPath(name)]);
		await removeSandboxes(host, pod);
	}
	const all = [...entries(pods).map(([name]) => manifestPath(name)), ...Object.keys(files)];
	await removeFiles({ host, owner, paths: all });
}

function manifestPath(name: BalancerPod): string {
	return `${paths.manifestsDirectory}/${name}.yaml`;
}

function entries(pods: Balancer["pods"]): [BalancerPod, Pod][] {
	return Object.entries(pods) as [BalancerPod, Pod][];
}

function parsed(text: string): Pod {
	try {
		return fromYaml(text) as Pod;
	} catch {
		return text as never;
	}
}
