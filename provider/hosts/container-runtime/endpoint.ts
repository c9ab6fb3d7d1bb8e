import { paths } from "../../facts/paths";
import type { Host } from "../host";

/** Reads the CRI socket that a host's kubelet is configured with; containerd's where none is configured. */
export async function runtimeEndpoint(host: Host): Promise<string> {
	const { stdout } = await host.run({
		intent: "look which container runtime the kubelet uses",
		script: `sed -n 's/^containerRuntimeEndpoint: *"\\{0,1\\}\\([^"]*\\).*/\\1/p' ${paths.kubeletInstanceConfiguration} 2>/dev/null; exit 0`,
	});
	return stdout.trim() || paths.criSocket;
}
