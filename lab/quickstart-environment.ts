import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { ensureToolchain, type ToolName } from "./toolchain/index.ts";

/** The tools that the quickstart and its shell put on PATH. */
const shellTools: ToolName[] = ["pulumi", "kubectl", "kubeadm", "etcdctl", "crictl"];

/** Environment variables that make `pulumi`, `kubectl` and the other tools work on the quickstart's cluster. */
export interface QuickstartEnvironment {
	/** The toolchain's folder and this checkout's node_modules/.bin, followed by the caller's PATH. */
	PATH: string;
	PULUMI_BACKEND_URL: string;
	PULUMI_CONFIG_PASSPHRASE_FILE: string;
	PULUMI_HOME: string;
	PULUMI_STACK: string;
	PULUMI_SKIP_UPDATE_CHECK: string;
	KUBECONFIG: string;
}

/**
 * Returns the environment of the quickstart's stack. The stack's state, its passphrase and Pulumi's home folder are kept in
 * `$XDG_STATE_HOME/pulumi-kubeadm` (default ~/.local/state/pulumi-kubeadm), which is created when absent.
 */
export async function quickstartEnvironment(): Promise<QuickstartEnvironment> {
	const { binDir } = await ensureToolchain({ tools: shellTools });
	const checkout = join(import.meta.dirname, "..");
	const state = join(process.env["XDG_STATE_HOME"] || join(homedir(), ".local/state"), "pulumi-kubeadm");
	const passphrase = join(state, "passphrase");
	for (const folder of ["backend", "home"]) await mkdir(join(state, folder), { recursive: true, mode: 0o700 });
	if (!existsSync(passphrase))
		await writeFile(passphrase, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
	return {
		PATH: [binDir, join(checkout, "node_modules/.bin"), process.env["PATH"]].join(delimiter),
		PULUMI_BACKEND_URL: `file://${join(state, "backend")}`,
		PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
		PULUMI_HOME: join(state, "home"),
		PULUMI_STACK: "quickstart",
		PULUMI_SKIP_UPDATE_CHECK: "true",
		KUBECONFIG: join(checkout, "examples/quickstart/kubeconfig"),
	};
}
