import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Installation, install, type Program, previewCopy } from "./support/project.ts";
import { type NodeMajor, type PackageManager, type Packed, packed } from "./support/tools.ts";

const { devDependencies, peerDependencies } = JSON.parse(readFileSync("package.json", "utf8"));

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
const programs: Record<string, Program> = {
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

/** Node.js 24 once: which package manager installed the package makes no difference to Node.js. */
const runs: [PackageManager, NodeMajor[]][] = [
	["npm", ["22", "24"]],
	["pnpm", ["22"]],
	["yarn", ["22"]],
];

let current: Packed;
beforeAll(async () => {
	current = await packed();
});
afterAll(() => current?.remove());

describe.each(runs)("the package, installed by %s into an empty project,", (manager, versions) => {
	let installation: Installation;
	beforeAll(async () => {
		const packages = ["@pulumi/pulumi", "typescript@6", `tsx@${devDependencies.tsx}`, "@types/node@22"];
		installation = await install(current, { manager, packages: [spec(manager), ...packages] });
	});
	afterAll(() => installation?.remove());

	const cases = versions.flatMap((node) => Object.keys(programs).map((kind) => ({ node, kind })));
	it.concurrent.each(cases)("is previewed from $kind with Node.js $node", async ({ node, kind }) => {
		const { folder } = installation;
		const created = await previewCopy(current, { folder, program: programs[kind]!, node });
		expectCluster(created);
	});
});

describe("the oldest @pulumi/pulumi that is allowed", () => {
	const floor = peerDependencies["@pulumi/pulumi"].replace("^", "");
	let installation: Installation;
	beforeAll(async () => {
		const packages = [spec("npm"), `@pulumi/pulumi@${floor}`, "typescript@5", "@types/node@22"];
		installation = await install(current, { manager: "npm", packages });
	});
	afterAll(() => installation?.remove());

	it("is the one that gets installed", () => {
		const { folder } = installation;
		const { version } = JSON.parse(readFileSync(`${folder}/node_modules/@pulumi/pulumi/package.json`, "utf8"));
		expect(version).toBe(floor);
	});

	it.concurrent.each(["CommonJS in JavaScript", "TypeScript by Pulumi's loader"])("previews %s", async (kind) => {
		const { folder } = installation;
		expectCluster(await previewCopy(current, { folder, program: programs[kind]! }));
	});
});

function spec(manager: PackageManager): string {
	return `${manager === "yarn" ? "pulumi-kubeadm@file:" : ""}${current.tarball}`;
}

/** A preview that ends early would lack the last of these. */
function expectCluster(created: string[]): void {
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
