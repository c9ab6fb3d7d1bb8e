import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Minor, minors } from "../../lab/toolchain/tools.ts";
import { resolveCluster } from "../../provider/config/cluster";
import { resolveNode } from "../../provider/config/node";
import { readPatchFiles } from "../../provider/config/patches";
import { SpecError } from "../../provider/config/problems";
import { type PatchTarget, patchObjects } from "../../provider/facts/patch-objects";
import { releases } from "../../provider/facts/versions";
import { fromYaml } from "../../provider/go/yaml/write";
import { readPatches } from "../../provider/local";
import { coreDns } from "../../provider/render/addons/coredns";
import { kubeProxy } from "../../provider/render/addons/kube-proxy";
import type { KubernetesObject } from "../../provider/render/kubernetes-object";
import { nodeFiles } from "../../provider/render/node-plan";
import { somePatch } from "../render/patches/patches-arbitrary";
import {
	advertiseAddress,
	type Case,
	documents,
	dryRunOf,
	kubeadm,
	patchesFolder,
	thisHost,
	versionOf,
} from "./kubeadm";
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

const patchName = "kube-apiserver+merge.yaml";
const patch = "metadata: {labels: {a: b}}";

/** How patches are placed in a folder, which path names it, and whether kubeadm takes it. */
const placed: Record<string, { outcome: "taken" | "refused"; place(folder: string): Promise<string> }> = {
	"refused a folder that is a link": { outcome: "refused", place: linked },
	"taken such a folder whose path ends with a slash": {
		outcome: "taken",
		place: async (folder) => `${await linked(folder)}/`,
	},
	"refused a patch that is not in UTF-8": {
		outcome: "refused",
		place: async (folder) => {
			await writeFile(join(folder, patchName), Buffer.from(`# \u00e4\n${patch}`, "latin1"));
			return folder;
		},
	},
	"taken a patch with a byte order mark": {
		outcome: "taken",
		place: async (folder) => {
			await writeFile(join(folder, patchName), `\ufeff${patch}`);
			return folder;
		},
	},
	"refused a link to a folder that is named as a patch": {
		outcome: "refused",
		place: async (folder) => {
			await symlink(tmpdir(), join(folder, patchName));
			return folder;
		},
	},
};

async function linked(folder: string): Promise<string> {
	await mkdir(join(folder, "real"));
	await writeFile(join(folder, "real", patchName), patch);
	await symlink("real", join(folder, "link"));
	return join(folder, "link");
}

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

	it.each(Object.entries(placed))("has %s", async (_title, { outcome, place }) => {
		const folder = await mkdtemp(join(tmpdir(), "patches-"));
		try {
			const directory = await place(folder);
			const target = ["--apiserver-advertise-address", advertiseAddress, "--kubernetes-version", versionOf(minor)];
			const command = ["init", "phase", "control-plane", "apiserver", "--dry-run", ...target, "--patches", directory];
			const { exitCode } = await kubeadm(command, { failing: true, minor, hide: ["/etc/kubernetes"] });
			expect(exitCode === 0).toBe(outcome === "taken");
			if (outcome === "taken") expect(readPatches(directory)).toHaveLength(1);
			else expect(() => readPatches(directory)).toThrow(/^".*": expected a/);
		} finally {
			await rm(folder, { recursive: true });
		}
	});

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
	const { patches } = readPatchFiles(files, kubernetesVersion);
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
