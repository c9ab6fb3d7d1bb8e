import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { filesUnder } from "../compare/read";
import type { ReadFile, Tree } from "../compare/tree-file";
import { rootOnly } from "../facts/file-access";
import { paths } from "../facts/paths";
import { toYaml } from "../go/yaml/write";
import { bootstrapKubeconfig, bootstrapKubeconfigPath } from "../render/kubeconfig";
import type { NodePlan } from "../render/node-plan";
import { rootlessFiles } from "../render/static-pods/rootless";
import { caDirectoryOption, filesOfCaDirectory } from "./ca-directory";
import { command } from "./command";
import { configOptions, readConfiguration } from "./configuration";
import { isExternal, planOf } from "./host";
import { hostOptions } from "./host-options";
import { objectFiles } from "./tree/cluster-objects";
import { issueTree } from "./tree/issue";
import { writeTree } from "./tree/write";

/** Writes the files that `kubeadm init` or `join` would leave on a node. */
export const render = command({
	summary: "write a node's files, and the objects of its cluster, into a folder",
	description: [
		"Writes what kubeadm would put on a node, at its paths on the host and with its modes, and for `init` the addons and",
		"objects that it creates in the API. Keys and certificates are real; those in --out that are valid for the",
		"configuration are kept. With a JoinConfiguration, the files are those of the node that joins, and --ca-dir has its",
		"cluster's CAs. Options give what kubeadm would read from the host.",
	].join("\n"),
	options: {
		...configOptions,
		out: { type: "string", value: "DIR", description: "the folder; it stands for the host's root", required: true },
		"ca-dir": caDirectoryOption,
		force: { type: "boolean", description: "replace files in --out with other content" },
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
		const filesOf = (plan: NodePlan) => filesFor(plan, { out, caDirectory });
		const plan = planOf(configuration, values, {
			signsElsewhere: (declared) => isExternal(declared, filesOf(declared)),
		});
		const readFile = filesOf(plan);
		const now = new Date();
		const { tree: issued, caCertificate } = await issueTree({ plan, readFile, now });
		const tokens = configuration.config.bootstrapTokens;
		const names = namesIn(join(out, "objects"));
		const tree: Tree = {
			...modesOnly(plan.files),
			...issued,
			...(plan.command === "init"
				? objectFiles(plan, { caCertificate, tokens, readFile, names, now })
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

/** Reads files of --ca-dir before those of --out. A certificate and its key always come from one folder. */
function filesFor(plan: NodePlan, { out, caDirectory }: { out: string; caDirectory?: string }): ReadFile {
	const [caFiles, kept] = [filesOfCaDirectory(plan, caDirectory), filesUnder(out)];
	const pairs = [
		...plan.authorities.map(({ certificatePath, keyPath }) => [certificatePath, keyPath]),
		...(plan.serviceAccountKey ? [Object.values(plan.serviceAccountKey)] : []),
	];
	const isGiven = new Set(pairs.filter((pair) => pair.some((path) => caFiles(path))).flat());
	return (path) => (isGiven.has(path) ? caFiles(path) : kept(path));
}

/** Warnings for files under --out that would be run or applied with the others and are not of this configuration. */
function leftOvers(out: string, tree: Tree): string[] {
	return [paths.manifestsDirectory, "/addons", "/objects"].flatMap((folder) =>
		namesIn(join(out, folder))
			.map((name) => `${folder}/${name}`)
			.filter((path) => !(path in tree))
			.map((path) => `${join(out, path)}: not part of this configuration; remove the file if nothing needs it`),
	);
}

function namesIn(folder: string): string[] {
	return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder).sort() : [];
}

function modesOnly(files: NodePlan["files"]): Tree {
	return Object.fromEntries(Object.entries(files).map(([path, { content, mode }]) => [path, { content, mode }]));
}

/** Bootstrap kubeconfig, with which the kubelet of a node that joins asks for its certificate. */
function bootstrapFile({ cluster, node, parts }: NodePlan, caCertificate: string): Tree {
	const token = node.discovery?.tlsBootstrapToken || node.discovery?.bootstrapToken?.token;
	if (!token || !parts.hasKubelet) return {};
	const content = toYaml(bootstrapKubeconfig(cluster, node, { caCertificate, token }));
	return { [bootstrapKubeconfigPath]: { content, mode: rootOnly.mode } };
}

/** Warnings that name the owners of files on the host. Owners are not set here, as their ids have a meaning on the host only. */
function otherOwners({ cluster, node: { role } }: NodePlan): string[] {
	if (role === "worker") return [];
	return Object.entries(rootlessFiles(cluster)).map(
		([path, { owner, group, mode }]) => `${path}: on the host ${owner}:${group} ${mode}; here it is the caller's`,
	);
}

function withoutBootstrap({ command, node, parts }: NodePlan): string[] {
	const { discovery } = node;
	if (command === "init" || !discovery?.file || discovery.tlsBootstrapToken || !parts.hasKubelet) return [];
	return [
		`${bootstrapKubeconfigPath}: not written, since its credentials are in ${discovery.file.kubeConfigPath}, which kubeadm reads on the host`,
	];
}
