import { delimiter } from "node:path";
import { ensureToolchain, minors, newestMinor, type ToolName } from "../../lab/toolchain/index.ts";

/** Puts all tools on the tests' PATH, and names each older release's kubeadm in a variable such as `$KUBEADM_1_34`. */
export default async function setup(): Promise<void> {
	await putOnPath();
	for (const kubernetes of minors.filter((minor) => minor !== newestMinor)) {
		const { path } = await ensureToolchain({ kubernetes, tools: ["kubeadm"] });
		process.env[`KUBEADM_${kubernetes.replace(".", "_")}`] ??= path("kubeadm");
	}
}

/**
 * Puts tools of the newest Kubernetes release at the front of this process's PATH.
 * @param tools only these are fetched or built. @default all
 */
export async function putOnPath(tools?: ToolName[]): Promise<void> {
	const { binDir } = await ensureToolchain({ ...(tools && { tools }) });
	process.env["PATH"] = `${binDir}${delimiter}${process.env["PATH"]}`;
}
