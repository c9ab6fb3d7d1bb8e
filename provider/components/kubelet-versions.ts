import type * as pulumi from "@pulumi/pulumi";
import { KubeletVersion } from "../resources";
import { typedAt } from "../resources/typed-paths";
import type { Access } from "./cluster-api";
import type { Context } from "./cluster-context";
import type { Made } from "./cluster-nodes";
import { typedDrain } from "./node-inputs";

/**
 * Makes the versions of the control planes' kubelets, where the machines are prepared with Kubernetes' packages. They
 * change one after the other, once all API servers, the registrations and the addons have changed.
 * @param after what changes before the first kubelet
 */
export function makeKubeletVersions(
	{ name, spec: { kubernetesVersion }, controlPlanes, parent }: Context,
	{ hosts, prepared, access: { api }, after }: Made & { access: Access; after: readonly pulumi.Resource[] },
): KubeletVersion[] {
	const made: KubeletVersion[] = [];
	const rollsAfter: string[] = [];
	for (const args of controlPlanes) {
		const { name: nodeName, drainTimeoutSeconds, forceDrain } = args;
		const { steps, kubernetesPackages: packages } = prepared.get(nodeName)!;
		if (!packages) continue;
		const node = { host: hosts.get(nodeName)!, api, nodeName, role: "control-plane", kubernetesVersion, packages };
		const order = rollsAfter.length > 0 ? { rollsAfter: rollsAfter.slice(-1) } : {};
		const inputs = typedAt(typedDrain(args), { ...node, drainTimeoutSeconds, forceDrain, ...order });
		const behind = { ...parent, dependsOn: [...after, ...steps, ...made.slice(-1)] };
		made.push(new KubeletVersion(`${name}-${nodeName}-kubelet-version`, inputs, behind));
		rollsAfter.push(nodeName);
	}
	return made;
}
