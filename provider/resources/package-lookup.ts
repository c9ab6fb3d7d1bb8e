import { createRequire } from "node:module";
import { join } from "node:path";
import { PlainError } from "../config/plain-error";

const foundFolders = new Set<string>();

/**
 * Refuses a program from whose folder this package is not found. The engine runs a resource's code in a separate
 * process, which looks the package up in the program's folder. A package manager may have installed the package for a
 * library of the program only.
 *
 * @param folder of the program @default the working directory
 * @throws PlainError with the command that installs the package
 */
export function requireOwnPackage(folder = process.cwd()): void {
	if (foundFolders.has(folder)) return;
	try {
		createRequire(join(folder, "index.js")).resolve("pulumi-kubeadm/lifecycle/dispatch");
	} catch {
		throw new PlainError(
			`pulumi-kubeadm: the package is not found from the program's folder ${folder}, where Pulumi runs the code of its resources. Add it to that project too: npm install pulumi-kubeadm (pnpm add pulumi-kubeadm, yarn add pulumi-kubeadm, bun add pulumi-kubeadm)`,
		);
	}
	foundFolders.add(folder);
}
