import { type KubeadmConfig, placeInFile } from "../config/kubeadm";
import { SpecError } from "../config/problems";
import {
	type ConfigurationWarning,
	configurationWarnings,
	ignoredWarningProblems,
	warningNames,
} from "../config/warnings";
import { command, UsageError } from "./command";
import { configOptions, readConfiguration } from "./configuration";
import { hostOptions } from "./host-options";

/** `kubeadm config validate`, with all problems at once. */
export const validate = command({
	summary: "list the problems of a configuration file",
	description: [
		"Exits with 0 if kubeadm would accept the file, else with 1 and all problems, each with its path. Mistakes that kubeadm",
		`does not check are warnings: ${warningNames.join(", ")}.`,
	].join("\n"),
	options: {
		...configOptions,
		address: hostOptions.address,
		"ignore-warnings": {
			type: "string",
			value: "NAME",
			description: "a warning to ignore, such as NoPodSubnet; all for every warning",
			multiple: true,
		},
	},
	examples: ["validate --config kubeadm.yaml", "validate --config - --output json < kubeadm.yaml"],
	failure: 1,

	async run({ config: file, "kubernetes-version": kubernetesVersion, address, "ignore-warnings": ignore }) {
		const [unknown] = ignoredWarningProblems(ignore, "--ignore-warnings");
		if (unknown) throw new UsageError(`--ignore-warnings: ${unknown.message}`);
		try {
			const { config, warnings } = await readConfiguration(file, {
				kubernetesVersion,
				withoutCluster: true,
				strict: true,
				address,
			});
			const configurationWarnings = warningsOf(config, ignore);
			return {
				exitCode: 0,
				text: "ok\n",
				json: { valid: true, problems: [], notes: config.notes, warnings: configurationWarnings },
				warnings: [
					...warnings,
					...configurationWarnings.map(({ name, path, message }) => `${path}: ${message} [${name}]`),
				],
			};
		} catch (error) {
			if (!(error instanceof SpecError)) throw error;
			const { problems } = error;
			const text = problems.map(({ path, message }) => `${path}: ${message}\n`).join("");
			return { exitCode: 1, text, json: { valid: false, problems, notes: [], warnings: [] } };
		}
	},
});

function warningsOf(
	{ cluster, init, join, documents }: KubeadmConfig,
	ignore: readonly string[],
): ConfigurationWarning[] {
	const hasCluster = documents.ClusterConfiguration !== undefined || documents.InitConfiguration !== undefined;
	return configurationWarnings({
		cluster: hasCluster ? cluster : undefined,
		clusterPath: "cluster",
		nodes: [{ path: "init", node: init }, ...(join ? [{ path: "join", node: join }] : [])],
		ignore,
	}).map((warning) => ({ ...warning, path: placeInFile(warning.path) }));
}
