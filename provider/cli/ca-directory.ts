import { existsSync } from "node:fs";
import { join } from "node:path";
import { relative } from "node:path/posix";
import { fileAt } from "../compare/read";
import type { ReadFile } from "../compare/tree-file";

import type { NodePlan } from "../render/node-plan";
import { type CaName, certificateAuthorities } from "../render/pki/certificates";
import { UnreadableError } from "./command";

/** Option for a folder of existing CAs. */
export const caDirectoryOption = {
	type: "string",
	value: "DIR",
	description: "existing CAs and service account key, named as in kubeadm's certificates directory",
} as const;

/**
 * Makes a function that reads CAs and the service account key by their paths on the host. Other paths do not exist.
 * @throws UnreadableError where the folder has none of these files, as new CAs would be generated
 */
export function filesOfCaDirectory(
	{ authorities, serviceAccountKey, cluster }: NodePlan,
	directory?: string,
): ReadFile {
	if (!directory) return () => undefined;
	const names = new Map([
		...authorities.flatMap(({ name, certificatePath, keyPath }) => {
			const { file } = certificateAuthorities[name as CaName];
			return [[certificatePath, `${file}.crt`] as const, [keyPath, `${file}.key`] as const];
		}),
		...Object.values(serviceAccountKey ?? {}).map((path) => [path, relative(cluster.certificatesDir, path)] as const),
	]);
	if (names.size === 0) return () => undefined;
	if (![...names.values()].some((name) => existsSync(join(directory, name)))) {
		const wanted = [...new Set(names.values())].join(", ");
		throw new UnreadableError({
			at: `--ca-dir ${directory}`,
			expected: `a folder with ${wanted}, or some of them`,
			got: "none of them",
		});
	}
	return (path) => (names.has(path) ? fileAt(join(directory, names.get(path)!)) : undefined);
}
