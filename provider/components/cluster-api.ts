import type * as pulumi from "@pulumi/pulumi";
import {
	type ApiAccess,
	BootstrapToken,
	ClusterAccess,
	type ClusterInputs,
	ConfigurationUpload,
	CoreDns,
	type Gate,
	type HostReference,
	Kubeconfig,
	KubeProxy,
	type NodeInputs,
	NodeRegistration,
} from "../resources";
import { typedAt } from "../resources/typed-paths";
import type { Context } from "./cluster-context";
import type { ControlPlanes, Made } from "./cluster-nodes";
import { ofFounder } from "./founder";
import { byName, isReplaced, pick, typedDrain } from "./node-inputs";
import { externallySigned } from "./signing";

/** Access to the cluster's API, and the arguments that its objects are rendered from. */
export interface Access {
	access: ClusterAccess;
	api: ApiAccess;
	objects: { cluster: ClusterInputs; node: NodeInputs };
}

/** Gives the administrators their rights, through the founder's super-admin.conf, which needs no rights of its own. */
export function giveAccess(cluster: Context, made: Made & ControlPlanes): Access {
	const { name, spec, controlPlanes, parent } = cluster;
	const { hosts, identity, nodes, authorities, gates } = made;
	const founder = founderOf(cluster, made);
	const superAdmin = superAdminKubeconfig(cluster, made, founder);
	const references = controlPlanes.map(({ name: node }) => node).sort();
	const others = references.map((node) => hosts.get(node)!);
	const ofCluster = { cluster: spec, node: ofFounder(identity.founder, pick(nodes, references)) };
	const first = others.length > 1 ? [founder, ...others] : others;
	const access = new ClusterAccess(
		`${name}-access`,
		{
			api: { controlPlanes: first, dependsOn: [...gates, ...superAdmin] },
			...ofCluster,
			certificate: authorities.ca.certificate,
		},
		parent,
	);
	return { access, api: { controlPlanes: others, dependsOn: [access] }, objects: ofCluster };
}

/** The machine that the cluster was founded with. */
function founderOf({ controlPlanes }: Context, { hosts, identity }: Made): HostReference {
	const references = byName(controlPlanes, ({ name }) => hosts.get(name)!.reference);
	const connections = byName(controlPlanes, ({ name }) => references.get(name)!.connection);
	return { ...ofFounder(identity.founder, references), connection: ofFounder(identity.founder, connections) };
}

/** Makes kubeadm's super-admin.conf, on the founder's host alone. Empty where kubeadm's phase for it is skipped. */
function superAdminKubeconfig(
	{ name, spec: cluster, controlPlanes, external, sign, isSkipped, parent }: Context,
	{ identity, nodes, authorities, preflights }: Made & ControlPlanes,
	host: HostReference,
): pulumi.Resource[] {
	const file = "super-admin.conf" as const;
	if (isSkipped("kubeconfig/super-admin")) return [];
	const node = ofFounder(
		identity.founder,
		pick(
			nodes,
			controlPlanes.map(({ name: each }) => each),
		),
	);
	const behind = { ...parent, dependsOn: preflights };
	const signingArgs = { prefix: name, owner: name, names: [file], host, cluster, node, authorities, sign, external };
	const { requests, signed } = externallySigned(signingArgs, behind);
	const inputs = { host, cluster, node, name: file, authority: authorities.ca, ...signed(file) };
	return [new Kubeconfig(`${name}-${file}`, inputs, { ...parent, dependsOn: [...preflights, ...requests] })];
}

/** Makes kubeadm's ConfigMaps and addons. */
export function makeObjects({ name, parent }: Context, { api, objects }: Access) {
	const kubeProxy = new KubeProxy(`${name}-kube-proxy`, { api, ...objects }, parent);
	const coreDns = new CoreDns(`${name}-coredns`, { api, ...objects }, { ...parent, dependsOn: [kubeProxy] });
	const upload = new ConfigurationUpload(`${name}-configuration`, { api, ...objects }, parent);
	return { upload, addons: [kubeProxy, coreDns] };
}

/** Creates the bootstrap tokens; none where the phase `bootstrap-token` is skipped. */
export function makeTokens({ name, tokens: tokenArgs, isSkipped, parent }: Context, { api }: Access): BootstrapToken[] {
	const tokens = isSkipped("bootstrap-token") ? [] : tokenArgs;
	return tokens.flatMap((token, index) =>
		isReplaced(token, tokens.slice(index + 1))
			? []
			: [
					new BootstrapToken(
						`${name}-bootstrap-token-${index}`,
						typedAt({ "": `bootstrapTokens[${index}]` }, { api, ...token }),
						parent,
					),
				],
	);
}

/** Makes the control planes' Node objects, with their taint. The program's own pods come after them. */
export function register(
	{ name, spec: cluster, controlPlanes, parent }: Context,
	{ nodes, gates, access: { api } }: { nodes: Made["nodes"]; gates: readonly Gate[]; access: Access },
): NodeRegistration[] {
	return controlPlanes.map((args, index) => {
		const { name: node, drainTimeoutSeconds, forceDrain } = args;
		const role = "control-plane" as const;
		const inputs = { api, cluster, node: nodes.get(node)!, role, drainTimeoutSeconds, forceDrain };
		// A node that leaves is drained while its control plane still runs.
		const behind = { ...parent, dependsOn: [gates[index]!] };
		return new NodeRegistration(`${name}-${node}-node`, typedAt(typedDrain(args), inputs), behind);
	});
}
