import { paths } from "../facts/paths";
import { firstReached } from "../hosts/first-reached";
import { type HostReference, reach } from "../hosts/reach";

/** The command that lists a new cluster's nodes, over SSH, through a control plane that answers. */
export async function nodesCommand(controlPlanes: readonly HostReference[]): Promise<string> {
	const host = await firstReached(controlPlanes, reach);
	return host.typed(`kubectl --kubeconfig ${paths.adminKubeconfig} get nodes`);
}

/** What a person types first on a cluster that is ready, each command in a line. */
export async function firstCommands(controlPlanes: readonly HostReference[]): Promise<string> {
	return `  ${await nodesCommand(controlPlanes)}
  pulumi stack output kubeconfig --show-secrets >kubeconfig   (with \`export const kubeconfig = cluster.kubeconfig\`)`;
}
