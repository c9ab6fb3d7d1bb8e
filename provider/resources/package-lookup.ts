import { createRequire } from "node:module";
import { join } from "node:path";
import { PlainError } from "../config/plain-error";

const found = new Set<string>();

/**
 * Refuses a program from whose folder this package is not found. The engine runs a resource's code in a process of its own
 * in the program's folder, which looks the package up there: a package manager may have installed it for a library only.
 *
 * @param folder of the program @default the working directory
 * @throws PlainError
 */
export function requireOwnPackage(folder = process.cwd()): void {
	if (found.has(folder)) return;
	try {
		createRequire(join(folder, "index.js")).resolve("pulumi-kubeadm/lifecycle/dispatch");
	} catch {
		throw new PlainError(
			`pulumi-kubeadm: the package is not found from the program's folder ${folder}, where Pulumi runs the code of its resources. Add it to that project too: npm install pulumi-kubeadm (pnpm add pulumi-kubeadm, yarn add pulumi-kubeadm, bun add pulumi-kubeadm)`,
		);
	}
	found.add(folder);
}
