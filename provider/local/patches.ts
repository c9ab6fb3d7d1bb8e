import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expected } from "../config/expected";
import type { Patch } from "../config/node";
import { type IgnoredFile, readPatchFiles } from "../config/patches";
import { PlainError } from "../config/plain-error";
import { requireArguments } from "./arguments";
import { readTextFile } from "./text";

/**
 * Reads the patches in a folder of this machine, in kubeadm's order. A file's name gives the target and the type:
 * `kube-apiserver0+merge.yaml`. Other files are ignored, as by kubeadm.
 *
 * Source: getPatchSetsFromPath, cmd/kubeadm/app/util/patches/patches.go.
 * @param kubernetesVersion version that decides which targets exist @default the newest known version
 * @throws SpecError for an unknown type after `+` and for a text that is no YAML; PlainError where there is no such folder, and for a wrong argument
 */
export function readPatches(directory: string, kubernetesVersion?: string): Patch[] {
	requireArguments("readPatches", [
		{ name: "directory", expected: "the path of a folder of patches, a string", shape: "string", given: directory },
		{
			name: "kubernetesVersion",
			expected: "a version such as 1.37.2, a string",
			shape: "string",
			given: kubernetesVersion,
			optional: true,
		},
	]);
	return readPatchesFolder(directory, kubernetesVersion).patches;
}

/** Patches in a folder, and the files that are ignored. */
export function readPatchesFolder(
	directory: string,
	kubernetesVersion?: string,
): { patches: Patch[]; ignored: IgnoredFile[] } {
	const names = filesUnder(directory);
	const files = Object.fromEntries(names.map((name) => [name, contentOf(join(directory, name))]));
	return readPatchFiles(files, kubernetesVersion);
}

/** Reads a patch file. Empty for a file that is ignored by its name: such a file may be a link to a folder, as in a mounted ConfigMap. */
function contentOf(path: string): string {
	if (!/\.(json|yaml)$/.test(path)) return "";
	try {
		return readTextFile(path);
	} catch (cause) {
		const got = (cause as Error).message;
		throw new PlainError(expected({ at: JSON.stringify(path), expected: "a patch that can be read", got }), { cause });
	}
}

function filesUnder(directory: string): string[] {
	// Go's filepath.Walk does not follow a link that it starts at. Source: filepath.Walk.
	if (isLink(directory)) {
		const message = expected({
			at: JSON.stringify(directory),
			expected: "a folder of patches",
			got: "a link, which kubeadm does not follow",
			next: "end the path with a slash",
		});
		throw new PlainError(message, { cause: "a link" });
	}
	try {
		const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
		return names.filter((name) => !lstatSync(join(directory, name)).isDirectory());
	} catch (cause) {
		const message = expected({
			at: JSON.stringify(directory),
			expected: "a folder of patches",
			got: "none that can be read",
			next: "make it, or take patches.directory out of the configuration",
		});
		throw new PlainError(message, { cause });
	}
}

/** Whether a path is a link. A link that cannot be read fails later, when it is read. */
function isLink(path: string): boolean {
	try {
		return lstatSync(path).isSymbolicLink();
	} catch {
		return false;
	}
}
