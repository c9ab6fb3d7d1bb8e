import { paths } from "../facts/paths";
import { firstReached } from "../hosts/first-reached";
import { type HostReference, reach } from "../hosts/reach";

/** The command that a person types first on a new cluster: it lists the nodes, over SSH, through a control plane that answers. */
export async function nodesCommand(controlPlanes: readonly HostReference[]): Promise<string> {
	const host = await firstReached(controlPlanes, reach);
	return host.typed(`kubectl --kubeconfig ${paths.adminKubeconfig} get nodes`);
}
