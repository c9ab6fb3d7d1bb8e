import type { ApiServer } from "./api-server";
import { host as reference } from "./cluster";
import { MemoryHost } from "./memory-host";
import { hosts } from "./reachable";

/** A control plane in memory, the only host that can be reached: the administrator's kubeconfig on it, and the way to an API server. */
export function controlPlaneOf(server: ApiServer): MemoryHost {
	const host = new MemoryHost();
	host.put("/etc/kubernetes/admin.conf", server.kubeconfig, "0600");
	host.listens = server.port;
	hosts.clear();
	hosts.set(reference.connection.host, host);
	return host;
}
