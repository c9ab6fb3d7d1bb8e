import { paths } from "../../facts/paths";
import type { Host } from "../host";

/** Reads the CRI endpoint from the configuration of a host's kubelet, for example `unix:///run/containerd/containerd.sock`. Returns containerd's default where none is configured. */
export async function runtimeEndpoint(host: Host): Promise<string> {
	const { stdout } = await host.run({
		intent: "look which container runtime the kubelet uses",
		script: `sed -n 's/^containerRuntimeEndpoint: *"\\{0,1\\}\\([^"]*\\).*/\\1/p' ${paths.kubeletInstanceConfiguration} ${paths.kubeletConfiguration} 2>/dev/null | head -n 1; exit 0`,
	});
	return stdout.trim() || paths.criSocket;
}
