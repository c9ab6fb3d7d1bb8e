import type { HostReference } from "../../hosts/reach";
import { look } from "../../kubernetes/api";
import { Unread } from "../../kubernetes/unread";

/** A refresh has waited for the API with its objects already. */
const PATIENCE_SECONDS = 5;

/**
 * Whether the API has a kubelet's node. A kubelet registers it when it starts, and not again: one that was deleted comes
 * back with a restart. Source: `registerWithAPIServer`, pkg/kubelet/kubelet_node_status.go.
 */
export async function nodeInApi({
	host,
	controlPlanes = [host],
	nodeName: name,
	kubeconfigs,
}: {
	host: HostReference;
	controlPlanes?: HostReference[];
	nodeName: string;
	/** With which of those on that host it is asked. @default admin.conf */
	kubeconfigs?: readonly string[];
}): Promise<"there" | "missing" | "not asked"> {
	try {
		const node = { apiVersion: "v1", kind: "Node", metadata: { name } };
		const found = await look({ controlPlanes }, (server) => server.read(node), {
			patienceSeconds: PATIENCE_SECONDS,
			...(kubeconfigs ? { kubeconfigs } : {}),
		});
		return found ? "there" : "missing";
	} catch (error) {
		if (error instanceof Unread) return "not asked";
		throw error;
	}
}
