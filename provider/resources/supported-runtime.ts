import { PlainError } from "../config/plain-error";

/** The oldest Node.js version that the package runs on, as in package.json. */
const oldest = [22, 19] as const;

/**
 * Returns an error message for a runtime that the package cannot run on, with what to type. `undefined` for a supported
 * runtime.
 *
 * @param versions of the runtime, as in `process.versions` @default the versions of this process
 */
export function unsupportedRuntime(
	versions: Readonly<Record<string, string | undefined>> = process.versions,
): string | undefined {
	const needed = `pulumi-kubeadm: expected Node.js ${oldest.join(".")} or newer`;
	if (versions["bun"])
		return `${needed}, got Bun ${versions["bun"]}: Pulumi runs the code of dynamic resources on Node.js. Set \`runtime: nodejs\` in Pulumi.yaml; Bun may stay the package manager (\`options: { packagemanager: bun }\`)`;
	const [major = 0, minor = 0] = (versions["node"] ?? "").split(".").map(Number);
	if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return undefined;
	return `${needed}, got ${versions["node"]}: install a newer one (\`nvm install ${oldest[0]}\`, or https://nodejs.org) and check it with: node --version`;
}

// The check runs before the rest of the package is loaded, which an old Node.js cannot load.
const problem = unsupportedRuntime();
if (problem) throw new PlainError(problem);
