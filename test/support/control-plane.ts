import { afterEach, beforeEach, vi } from "vitest";
import { forgetProgram } from "../../provider/hosts/placement/program";
import { ApiServer } from "./api-server";
import { host as reference } from "./cluster";
import { MemoryHost } from "./memory-host";
import { hosts } from "./reachable";

/** The current test's API server. */
export let server: ApiServer;
/** The current test's control plane, whose API server is `server`. */
export let host: MemoryHost;
/** Lines that the current test has printed, in order. */
export const printed: string[] = [];

/**
 * Gives each test of the calling file or block a control plane of its own, as the only host that can be reached. The file
 * itself mocks provider/hosts/reach.
 */
export function useControlPlane(): void {
	beforeEach(async () => {
		forgetProgram();
		server = await new ApiServer().start();
		host = controlPlaneOf(server);
		printed.length = 0;
		vi.spyOn(console, "log").mockImplementation((line) => void printed.push(line));
	});
	afterEach(async () => {
		vi.useRealTimers();
		vi.restoreAllMocks();
		await server.stop();
	});
}

/** Returns a control plane in memory, the only host that can be reached, with the administrator's kubeconfig for an API server. */
export function controlPlaneOf(apiServer: ApiServer): MemoryHost {
	const controlPlane = new MemoryHost();
	controlPlane.put("/etc/kubernetes/admin.conf", apiServer.kubeconfig, "0600");
	controlPlane.listens = apiServer.port;
	hosts.clear();
	hosts.set(reference.connection.host, controlPlane);
	return controlPlane;
}
