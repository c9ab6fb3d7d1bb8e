import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Minor, minors } from "../../lab/toolchain/tools.ts";
import { type PatchTarget, patchObjects } from "../../provider/facts/patch-objects";
import { releases } from "../../provider/facts/versions";
import { coreDns } from "../../provider/render/addons/coredns";
import { kubeProxy } from "../../provider/render/addons/kube-proxy";
import { nodeFiles } from "../../provider/render/files";
import type { KubernetesObject } from "../../provider/render/kubernetes-object";
import { fromYaml } from "../../provider/render/yaml";
import { resolveCluster } from "../../provider/spec/cluster";
import { resolveNode } from "../../provider/spec/node";
import { patchesFromFiles } from "../../provider/spec/patches";
import { SpecError } from "../../provider/spec/problems";
import { somePatch } from "../render/patches-arbitrary";
import { advertiseAddress, type Case, documents, dryRunOf, patchesFolder, thisHost, versionOf } from "./kubeadm";
import { folders, refusedFolders } from "./patches-folders";

const cluster: Case["cluster"] = {
	encryptionAlgorithm: "ECDSA-P256",
	proxyEnvs: [{ name: "HTTPS_PROXY", value: "http://198.18.0.1:3128" }],
};
const names = [
	"etcd.yaml",
	"kube-apiserver.yaml",
	"kube-controller-manager.yaml",
	"kube-scheduler.yaml",
	"config.yaml",
];
const addons = ["Deployment", "DaemonSet"];
/** How kubeadm ends where a patch is to blame. */
const refusal = /could not (list|apply|convert)|failed to (patch|unmarshal)|unable to decode|panic:/;

describe.each(minors)("kubeadm of %s", (minor) => {
	it.each(Object.entries(folders))(
		"writes the same with %s",
		async (_title, files) => expect(ours(minor, files)).toEqual(await theirs(minor, files)),
		60_000,
	);

	it.each(Object.entries(refusedFolders))(
		"refuses %s too",
		async (_title, files) => {
			await expect(theirs(minor, files)).rejects.toThrow(refusal);
			expect(() => ours(minor, files)).toThrow(SpecError);
		},
		60_000,
	);

	it("writes the same with strategic merges at random", async () => {
		const rendered = ours(minor, {});
		const originalOf = (target: PatchTarget) =>
			target === "corednsdeployment" || target === "kubeproxydaemonset"
				? rendered[addons[target === "corednsdeployment" ? 0 : 1]!]
				: fromYaml(rendered[`${target}.yaml`] as string);
		const targets = releases[minor]!.patchTargets.filter(
			(target) => target !== "kubeletconfiguration",
		) as PatchTarget[];
		await fc.assert(
			fc.asyncProperty(fc.gen(), async (g) => {
				const files = Object.fromEntries(
					targets.map((target) => {
						const original = originalOf(target);
						const patch = somePatch(g, { type: patchObjects[target], original, release: minor });
						return [`${target}.json`, JSON.stringify(patch)];
					}),
				);
				await compareVerdicts(minor, files);
			}),
			{ numRuns: Number(process.env.PATCH_RUNS ?? 15), endOnFailure: process.env.PATCH_RUNS !== undefined },
		);
	}, 600_000);
});

/** Both write the same, or both refuse. */
async function compareVerdicts(minor: Minor, files: Record<string, string>): Promise<void> {
	const real = await theirs(minor, files).catch((error: Error) => error);
	if (real instanceof Error) {
		expect(real.message).toMatch(refusal);
		expect(() => ours(minor, files), real.message.slice(-1500)).toThrow(SpecError);
	} else expect(ours(minor, files)).toEqual(real);
}

/** What real kubeadm writes with a folder of patches: files as text, objects as they are asked for. */
async function theirs(minor: Minor, files: Record<string, string>): Promise<Record<string, unknown>> {
	const [init, ...rest] = documents({ cluster }, minor);
	const environment = Object.fromEntries(cluster!.proxyEnvs!.map(({ name, value }) => [name, value]));
	const configuration = [{ ...init, patches: { directory: patchesFolder } }, ...rest];
	const real = await dryRunOf("init", configuration, { minor, environment, patches: files });
	return Object.fromEntries([
		...names.map((name) => [name, real.files[name]!.content]),
		...addons.map((kind) => [kind, asked(ofKind(Object.values(real.objects), kind))]),
	]);
}

function ours(minor: Minor, files: Record<string, string>): Record<string, unknown> {
	const kubernetesVersion = versionOf(minor);
	const resolved = resolveCluster({ kubernetesVersion, ...cluster });
	const spec = { localAPIEndpoint: { advertiseAddress }, facts: thisHost() };
	const patches = patchesFromFiles(files, kubernetesVersion);
	const node = resolveNode(resolved, { ...spec, patches }, "control-plane");
	const written = nodeFiles(resolved, node);
	const objects = [...coreDns(resolved, node), ...kubeProxy(resolved, node)];
	const contentOf = (name: string) =>
		written[name === "config.yaml" ? `/var/lib/kubelet/${name}` : `/etc/kubernetes/manifests/${name}`]!.content;
	return Object.fromEntries([
		...names.map((name) => [name, contentOf(name)]),
		...addons.map((kind) => [kind, asked(ofKind(objects, kind))]),
	]);
}

/** A patch may have changed its name. */
function ofKind(objects: readonly KubernetesObject[], wanted: string): KubernetesObject {
	const found = objects.find(({ kind }) => kind === wanted);
	if (!found) throw new Error(`expected a ${wanted}, got ${objects.map(({ kind }) => kind).join(", ")}`);
	return found;
}

function asked({ status: _status, ...object }: KubernetesObject): object {
	const { resourceVersion: _version, ...metadata } = (object.metadata ?? {}) as KubernetesObject["metadata"] & {
		resourceVersion?: string;
	};
	return { ...object, metadata };
}
