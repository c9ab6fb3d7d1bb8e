import { SpecError } from "../config/problems";
import { command } from "./command";
import { configOptions, readConfiguration } from "./configuration";
import { hostOptions } from "./host-options";

/** `kubeadm config validate`, with all problems at once. */
export const validate = command({
	summary: "say all that is wrong with a configuration file",
	description: "Exits with 0 if kubeadm would take the file, else with 1 and all problems, each with its path.",
	options: { ...configOptions, address: hostOptions.address },
	examples: ["validate --config kubeadm.yaml", "validate --config - --output json < kubeadm.yaml"],
	failure: 1,

	async run({ config: file, "kubernetes-version": kubernetesVersion, address }) {
		try {
			const {
				config: { notes },
				warnings,
			} = await readConfiguration(file, { kubernetesVersion, withoutCluster: true, address });
			return { exitCode: 0, text: "ok\n", json: { valid: true, problems: [], notes }, warnings };
		} catch (error) {
			if (!(error instanceof SpecError)) throw error;
			const { problems } = error;
			const text = problems.map(({ path, message }) => `${path}: ${message}\n`).join("");
			return { exitCode: 1, text, json: { valid: false, problems, notes: [] } };
		}
	},
});
