import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { lookUnder } from "../compare/read";
import type { Look, Tree } from "../compare/tree-file";
import { skips } from "../config/phases";
import { paths } from "../facts/paths";
import { toYaml } from "../go/yaml/write";
import { bootstrapKubeconfig, bootstrapKubeconfigPath } from "../render/kubeconfig";
import type { NodePlan } from "../render/node-plan";
import { rootlessFiles } from "../render/static-pods/rootless";
import { caDirectoryOption, lookInCaDirectory } from "./ca-directory";
import { command } from "./command";
import { configOptions, readConfiguration } from "./configuration";
import { isExternal, planOf } from "./host";
import { hostOptions } from "./host-options";
import { objectFiles } from "./tree/cluster-objects";
import { issueTree } from "./tree/issue";
import { writeTree } from "./tree/write";

/** What `kubeadm init` or `join` would leave on a node, as files. */
export const render = command({
	summary: "write a node's files, and the objects of its cluster, into a folder",
	description: [
		"Writes what kubeadm would put on a node, at its paths on the host and with its modes, and for `init` the addons and",
		"objects that it creates in the API. Keys and certificates are really made; those in --out that are valid for",
		"what is asked are kept. With a JoinConfiguration, the files of the node that joins; --ca-dir has its cluster's CAs.",
		"What the host would say is said by options.",
	].join("\n"),
	options: {
		...configOptions,
		out: { type: "string", value: "DIR", description: "the folder; it stands for the host's root", required: true },
		"ca-dir": caDirectoryOption,
		force: { type: "boolean", description: "replace files in --out that say something else" },
		...hostOptions,
	},
	examples: [
		"render --config kubeadm.yaml --out cp-1 --node cp-1 --address 192.0.2.11",
		"render --config join.yaml --out worker-1 --ca-dir cp-1/etc/kubernetes/pki",
	],
	failure: 1,

	async run({ config, out, "ca-dir": caDirectory, "kubernetes-version": kubernetesVersion, force = false, ...values }) {
		const configuration = await readConfiguration(config, {
			kubernetesVersion,
			patches: values.patches ?? true,
			address: values.address,
		});
		const lookIn = (plan: NodePlan) => lookFor(plan, { out, caDirectory });
		const plan = planOf(configuration, values, { signsElsewhere: (said) => isExternal(said, lookIn(said)) });
		const look = lookIn(plan);
		const now = new Date();
		const { tree: issued, caCertificate } = await issueTree({ plan, look, now });
		const tokens = configuration.config.bootstrapTokens;
		const names = namesIn(join(out, "objects"));
		const tree: Tree = {
			...modesOnly(plan.files),
			...issued,
			...(plan.way === "init"
				? objectFiles(plan, { caCertificate, tokens, look, names, now })
				: bootstrapFile(plan, caCertificate)),
		};
		for (const [path, { mode }] of Object.entries(rootlessFiles(plan.cluster))) {
			if (tree[path]) tree[path] = { ...tree[path], mode };
		}
		const { written, unchanged } = writeTree(out, { tree, directories: plan.directories }, force);
		const result = {
			node: plan.node.name,
			role: plan.node.role,
			out,
			written: written.sort(),
			unchanged: unchanged.sort(),
		};
		const text = [...result.written.map((path) => `${tree[path]!.mode} ${join(out, path)}\n`)].join("");
		return {
			exitCode: 0,
			text: text || "nothing changed\n",
			json: result,
			warnings: [...configuration.warnings, ...withoutBootstrap(plan), ...otherOwners(plan), ...leftOvers(out, tree)],
		};
	},
});

/** What --ca-dir has counts more than what --out has. A certificate is never taken from one and its key from the other. */
function lookFor(plan: NodePlan, { out, caDirectory }: { out: string; caDirectory?: string }): Look {
	const [given, kept] = [lookInCaDirectory(plan, caDirectory), lookUnder(out)];
	const pairs = [
		...plan.authorities.map(({ certificatePath, keyPath }) => [certificatePath, keyPath]),
		...(plan.serviceAccountKey ? [Object.values(plan.serviceAccountKey)] : []),
	];
	const isGiven = new Set(pairs.filter((pair) => pair.some((path) => given(path))).flat());
	return (path) => (isGiven.has(path) ? given(path) : kept(path));
}

/** What would be run or applied with the rest, and is of another configuration, or of somebody else. */
function leftOvers(out: string, tree: Tree): string[] {
	return [paths.manifestsDirectory, "/addons", "/objects"].flatMap((folder) =>
		namesIn(join(out, folder))
			.map((name) => `${folder}/${name}`)
			.filter((path) => !(path in tree))
			.map((path) => `${join(out, path)}: not of this configuration; remove it if nobody needs it`),
	);
}

function namesIn(folder: string): string[] {
	return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder).sort() : [];
}

function modesOnly(files: NodePlan["files"]): Tree {
	return Object.fromEntries(Object.entries(files).map(([path, { content, mode }]) => [path, { content, mode }]));
}

/** What the kubelet of a node that joins asks for its certificate with. */
function bootstrapFile({ cluster, node }: NodePlan, caCertificate: string): Tree {
	const token = node.discovery?.tlsBootstrapToken || node.discovery?.bootstrapToken?.token;
	if (!token || skips(node, "kubelet-start")) return {};
	const content = toYaml(bootstrapKubeconfig(cluster, node, { caCertificate, token }));
	return { [bootstrapKubeconfigPath]: { content, mode: "0600" } };
}

/** Owners are said and not set: their ids mean something on the host alone. */
function otherOwners({ cluster, node: { role } }: NodePlan): string[] {
	if (role === "worker") return [];
	return Object.entries(rootlessFiles(cluster)).map(
		([path, { owner, group, mode }]) => `${path}: on the host ${owner}:${group} ${mode}; here it is the caller's`,
	);
}

function withoutBootstrap({ way, node }: NodePlan): string[] {
	const { discovery } = node;
	if (way === "init" || !discovery?.file || discovery.tlsBootstrapToken || skips(node, "kubelet-start")) return [];
	return [
		`${bootstrapKubeconfigPath}: not written, since its credentials are in ${discovery.file.kubeConfigPath}, which kubeadm reads on the host`,
	];
}
