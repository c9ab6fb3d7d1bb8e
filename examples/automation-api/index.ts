import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { CommandError, LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { Cluster, type ClusterArgs } from "pulumi-kubeadm";

const clusters: Record<string, ClusterArgs> = JSON.parse(readFileSync("clusters.json", "utf8"));
const operations: Record<string, (stack: Stack) => Promise<unknown>> = { preview, up, destroy };
const printed = {
	onOutput: (text: string) => process.stdout.write(text),
	onError: (text: string) => process.stderr.write(text),
};

const [command = "", name = ""] = process.argv.slice(2);
const operation = operations[command];
const description = clusters[name];
if (!operation || !description) {
	console.error(`usage: node index.ts preview|up|destroy ${Object.keys(clusters).join("|")}`);
	process.exit(2);
}

// A stack for each cluster. Its settings are kept in workDir, from where the engine also finds the code of the resources.
const stack = await LocalWorkspace.createOrSelectStack(
	{
		projectName: "clusters",
		stackName: name,
		program: async () => ({ kubeconfig: new Cluster(name, description).kubeconfig }),
	},
	{ workDir: import.meta.dirname },
);
try {
	await operation(stack);
} catch (error) {
	if (!(error instanceof CommandError)) throw error;
	// The engine has printed what failed.
	process.exitCode = 1;
}

function preview(stack: Stack) {
	return stack.preview(printed);
}

async function up(stack: Stack) {
	const { outputs } = await stack.up(printed);
	writeFileSync(`${name}.kubeconfig`, outputs["kubeconfig"]!.value, { mode: 0o600 });
}

async function destroy(stack: Stack) {
	await stack.destroy(printed);
	await stack.workspace.removeStack(stack.name);
	rmSync(`${name}.kubeconfig`, { force: true });
}
