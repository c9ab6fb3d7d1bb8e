import { differenceText } from "../compare/difference";
import { type HostTree, hostTree } from "../compare/host-tree";
import { treeDifferences } from "../compare/tree";
import type { ReadFile } from "../compare/tree-file";

import type { HostFacts } from "../config/node";
import { caCertificateDirectories, paths } from "../facts/paths";
import type { NodePlan } from "../render/node-plan";
import { staticPodPath } from "../render/static-pods/static-pods";
import { caDirectoryOption, filesOfCaDirectory } from "./ca-directory";
import { CommandError, command } from "./command";
import { configOptions, readConfiguration } from "./configuration";
import { isExternal, planOf } from "./host";
import { hostOptions } from "./host-options";

/** Compares a copy of a host's files with a configuration. */
export const diff = command({
	summary: "compare a copy of a host's files with a configuration",
	description: [
		"Compares a tree, such as a copy of a host's /etc/kubernetes and /var/lib/kubelet, with what a configuration says.",
		"Manifests, kubelet configuration and kubeconfigs are compared by path in the YAML, certificates by their fields,",
		"and every file by its mode. Facts of the host that no option gives are read from the tree. Exits with 0 if nothing",
		"differs, 1 if something does, 2 for an error.",
	].join("\n"),
	options: {
		...configOptions,
		against: { type: "string", value: "DIR", description: "the tree; it stands for the host's root", required: true },
		"ca-dir": caDirectoryOption,
		...hostOptions,
	},
	examples: ["diff --config kubeadm.yaml --against copy-of-cp-1 --node cp-1 --address 192.0.2.11"],
	failure: 2,

	async run({ config, against, "ca-dir": caDirectory, "kubernetes-version": kubernetesVersion, ...values }) {
		const tree = hostTree(against);
		if (tree.kindAt("/") !== "a folder")
			throw new CommandError({ at: `--against ${against}`, expected: "a folder", got: "none" });
		const configuration = await readConfiguration(config, {
			kubernetesVersion,
			patches: values.patches ?? true,
			address: values.address,
		});
		const { readFile } = tree;
		const givenTo = (plan: NodePlan) => filesOfCaDirectory(plan, caDirectory);
		const plan = planOf(configuration, values, {
			found: factsIn(tree),
			users: { place: `${against.replace(/\/$/, "")}/etc`, read: (name) => readFile(`/etc/${name}`)?.content },
			// A lost key is a difference. For a CA that was not given, the controller manager's manifest tells whether the CA is external.
			signsElsewhere: (declared) =>
				caDirectory ? isExternal(declared, givenTo(declared)) : isExternal(declared, readFile) && isTold(readFile),
		});
		const saysCluster = plan.command === "init" || configuration.config.documents.ClusterConfiguration !== undefined;
		const differences = treeDifferences({ plan, tree, given: givenTo(plan), saysCluster, now: new Date() });
		return {
			exitCode: differences.length === 0 ? 0 : 1,
			text: differences.map(differenceText).join(""),
			json: { equal: differences.length === 0, differences },
			warnings: configuration.warnings,
		};
	},
});

/** Whether the controller manager's manifest in a tree disables signing. */
function isTold(readFile: ReadFile): boolean {
	const { content = "" } = readFile(staticPodPath("kube-controller-manager")) ?? {};
	return /--cluster-signing-key-file=\s*$/m.test(content);
}

/** Reads the facts of a host from its tree. phases/host-facts reads the facts of a live host. */
function factsIn({ readFile, kindAt }: HostTree): Partial<HostFacts> {
	const hostname = readFile("/etc/hostname")?.content.trim();
	return {
		...(hostname ? { hostname } : {}),
		...(kindAt(paths.systemdResolvConf) ? { resolvConf: paths.systemdResolvConf } : {}),
		caCertificateDirectories: caCertificateDirectories.filter((path) => kindAt(path)),
	};
}
