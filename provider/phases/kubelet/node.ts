import type { HostReference } from "../../hosts/reach";
import { readFromApi } from "../../kubernetes/api";
import { Unread } from "../../kubernetes/unread";

/** Limit of the request. A refresh has waited for the API already, for its objects. */
const PATIENCE_SECONDS = 5;

/**
 * Asks the API whether it has a kubelet's node. A kubelet registers its node only when it starts, so a deleted node returns
 * once the kubelet restarts.
 *
 * Source: `registerWithAPIServer`, pkg/kubelet/kubelet_node_status.go.
 * @returns `there`, `missing`, or `not asked` where the API does not answer within 5 s
 * @throws ApiError where the API refuses the request
 */
export async function nodeInApi({
	host,
	controlPlanes = [host],
	nodeName: name,
	kubeconfigs,
}: {
	/** The kubelet's host. */
	host: HostReference;
	/** Hosts through which the API is asked. @default the kubelet's host */
	controlPlanes?: HostReference[];
	nodeName: string;
	/** Paths of kubeconfigs on the control plane; the first that exists is used. @default admin.conf */
	kubeconfigs?: readonly string[];
}): Promise<"there" | "missing" | "not asked"> {
	try {
		const node = { apiVersion: "v1", kind: "Node", metadata: { name } };
		const nodeInApi = await readFromApi({ controlPlanes }, (server) => server.read(node), {
			patienceSeconds: PATIENCE_SECONDS,
			...(kubeconfigs ? { kubeconfigs } : {}),
		});
		return nodeInApi ? "there" : "missing";
	} catch (error) {
		if (error instanceof Unread) return "not asked";
		throw error;
	}
}
