import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Installation, install, type Program, previewCopy } from "./project.ts";
import { type NodeMajor, type PackageManager, type Packed, packed } from "./tools.ts";

const { devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));

const cluster = `const machine = (name, host) => ({ name, connection: { host } });
new Cluster("lab", {
	kubernetesVersion: "1.37.2",
	networking: { podSubnet: "10.244.0.0/16" },
	controlPlanes: [machine("cp-1", "192.0.2.11")],
	workers: [machine("worker-1", "192.0.2.12")],
});
`;
const inTypeScript = cluster.replace("(name, host)", "(name: string, host: string): NodeArgs");
const importing = 'import { Cluster } from "pulumi-kubeadm";\n';
const importingTypes = 'import { Cluster, type NodeArgs } from "pulumi-kubeadm";\n';

/** Each way in which Node.js and Pulumi load a program. */
export const programs: Record<string, Program> = {
	"CommonJS in JavaScript": { file: "index.js", text: `const { Cluster } = require("pulumi-kubeadm");\n${cluster}` },
	"an ES module in JavaScript": { file: "index.js", type: "module", text: importing + cluster },
	"TypeScript by Pulumi's loader": { file: "index.ts", text: importingTypes + inTypeScript },
	"TypeScript by tsx": {
		file: "index.ts",
		type: "module",
		options: { typescript: false, nodeargs: "--import=tsx" },
		text: importingTypes + inTypeScript,
	},
	"TypeScript by Node.js": {
		file: "index.ts",
		type: "module",
		options: { typescript: false },
		text: importingTypes + inTypeScript,
	},
};

/** Describes the package as one of the package managers installs it, previewed from programs of each kind by each Node.js. */
export function describeInstallation(
	manager: PackageManager,
	kinds: readonly string[],
	versions: readonly NodeMajor[],
): void {
	describe(`the package, installed by ${manager} into an empty project,`, () => {
		let current: Packed;
		let installation: Installation;
		beforeAll(async () => {
			current = await packed();
			const packages = ["@pulumi/pulumi", "typescript@6", `tsx@${devDependencies.tsx}`, "@types/node@22"];
			installation = await install(current, { manager, packages: [tarballFor(manager, current), ...packages] });
		});
		afterAll(async () => {
			await installation?.remove();
			await current?.remove();
		});

		const cases = versions.flatMap((node) => kinds.map((kind) => ({ node, kind })));
		it.concurrent.each(cases)("is previewed from $kind with Node.js $node", async ({ node, kind }) => {
			const { folder } = installation;
			expectCluster(await previewCopy(current, { folder, program: programs[kind]!, node }));
		});
	});
}

/** The packed package, as a package manager's command line names it. */
export function tarballFor(manager: PackageManager, { tarball }: Packed): string {
	return `${manager === "yarn" ? "pulumi-kubeadm@file:" : ""}${tarball}`;
}

/** A preview that ends early would lack the last of these. */
export function expectCluster(created: string[]): void {
	expect(created).toEqual(
		expect.arrayContaining([
			"StaticPodManifest lab-cp-1-etcd",
			"StaticPodManifest lab-cp-1-kube-apiserver",
			"StaticPodManifest lab-cp-1-kube-controller-manager",
			"StaticPodManifest lab-cp-1-kube-scheduler",
			"Kubelet lab-cp-1-kubelet",
			"KubeProxy lab-kube-proxy",
			"CoreDns lab-coredns",
			"Kubelet lab-worker-1-kubelet",
			"NodeRegistration lab-worker-1-node",
		]),
	);
}
