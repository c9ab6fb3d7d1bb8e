import { ExpectationError } from "../../config/expected";
import type { Host } from "../../hosts/host";

/**
 * Refuses a machine that is a node which this package did not make: its kubelet runs with a configuration that has no
 * ownership record. Files of such a node must not be adopted, changed or deleted.
 * @param node role and CA of the node: `a worker of another cluster, CA sha256:…`
 * @throws ExpectationError that names the node
 */
export function refuseOtherCluster(host: Host, node: string): never {
	throw new ExpectationError({
		at: host.name,
		expected: "a machine that is no node yet",
		got: `${node}; nothing was changed`,
		next: `use another machine. Where that cluster no longer needs this one: \`kubectl drain\` and \`kubectl delete node\` there, then ${host.typed("kubeadm reset")}`,
	});
}
