import { delimiter } from "node:path";
import { ensureToolchain, minors, newestMinor } from "../../lab/toolchain/index.ts";

/** Puts the toolchain on the tests' PATH, and names the older releases' kubeadm by `$KUBEADM_1_34` and the like. */
export default async function setup(): Promise<void> {
	const { binDir } = await ensureToolchain();
	process.env["PATH"] = `${binDir}${delimiter}${process.env["PATH"]}`;
	for (const kubernetes of minors.filter((minor) => minor !== newestMinor)) {
		const { path } = await ensureToolchain({ kubernetes, tools: ["kubeadm"] });
		process.env[`KUBEADM_${kubernetes.replace(".", "_")}`] ??= path("kubeadm");
	}
}
