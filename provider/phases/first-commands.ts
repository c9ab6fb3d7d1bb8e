import { paths } from "../facts/paths";
import { firstReached } from "../hosts/first-reached";
import { type HostReference, reach } from "../hosts/reach";

/**
 * What a person types first on a new cluster: the list of its nodes, over SSH, through a control plane that answers, and the
 * administrator's kubeconfig.
 */
export async function firstCommands(controlPlanes: readonly HostReference[]): Promise<string> {
	const host = await firstReached(controlPlanes, reach);
	return `  ${host.typed(`kubectl --kubeconfig ${paths.adminKubeconfig} get nodes`)}
  pulumi stack output kubeconfig --show-secrets >kubeconfig   (with \`export const kubeconfig = cluster.kubeconfig\`)`;
}
