import { existsSync } from "node:fs";
import { expected } from "../config/expected";
import { type KubeadmConfig, parseKubeadmConfig } from "../config/kubeadm";
import type { Patch } from "../config/node";
import { PlainError } from "../config/plain-error";
import { show } from "../config/problems";
import { optionsShape, requireArguments } from "./arguments";
import { readPatches } from "./patches";
import { readTextFile } from "./text";

/**
 * Reads a kubeadm configuration file for a program: its parts are spread into the arguments of a cluster.
 *
 * ```ts
 * const { cluster, init } = fromKubeadmConfig("kubeadm.yaml");
 * new Cluster("main", { ...cluster, controlPlanes: [{ ...init, name: "cp-1", connection }] });
 * ```
 *
 * The folders that `patches.directory` names are read too, on the machine where the program runs. A relative path starts at
 * the working directory, as for kubeadm.
 * @param pathOrText path of a file, or the file's text. A value with several lines, or that begins with a brace, is text
 * @param options.patches patches in place of the file's `patches.directory`
 * @param options.kubernetesVersion version for a file whose ClusterConfiguration gives none, or that has no ClusterConfiguration
 * @throws SpecError with all problems; PlainError where a file cannot be read, and for a wrong argument
 */
export function fromKubeadmConfig(
	pathOrText: string,
	options: { patches?: Patch[]; kubernetesVersion?: string } = {},
): KubeadmConfig {
	requireArguments("fromKubeadmConfig", [
		{
			name: "pathOrText",
			expected: "the path of a kubeadm configuration file, or its text, a string",
			shape: "string",
			given: pathOrText,
		},
		{
			name: "options",
			expected: 'an object such as { kubernetesVersion: "1.37.2" }',
			shape: optionsShape,
			given: options,
		},
	]);
	const text = /\n|^\s*\{/.test(pathOrText) ? pathOrText : readText(pathOrText);
	const config = parseKubeadmConfig(text, options);
	const { init, join } = config.patchesDirectories;
	if (options.patches || !(init || join)) return config;
	const patchesIn = (directory?: string) => directory && readPatches(directory, config.cluster.kubernetesVersion);
	return parseKubeadmConfig(text, {
		...options,
		patches: { init: patchesIn(init) || [], join: patchesIn(join) || [] },
	});
}

function readText(path: string): string {
	if (existsSync(path)) {
		try {
			return readTextFile(path);
		} catch (cause) {
			const got = (cause as Error).message;
			throw new PlainError(
				expected({ at: show(path), expected: "a kubeadm configuration file that can be read", got }),
				{
					cause,
				},
			);
		}
	}
	throw new PlainError(
		expected({ at: show(path), expected: "a kubeadm configuration file", got: `none in ${process.cwd()}` }),
	);
}
