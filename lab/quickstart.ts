import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensureLab, ensureRequirements, type Lab, listLabs, removeLab } from "./index.ts";
import { say, step } from "./progress.ts";
import { type QuickstartEnvironment, quickstartEnvironment } from "./quickstart-environment.ts";
import { run } from "./run.ts";

const usage = `npm run quickstart               creates a Kubernetes cluster on two local hosts, by the program in examples/quickstart
npm run quickstart -- --destroy  removes the cluster, then the hosts`;

const name = "quickstart";
const checkout = join(import.meta.dirname, "..");
const configuration = join(checkout, `Pulumi.${name}.yaml`);

async function create(): Promise<void> {
	await ensureRequirements();
	const began = Date.now();
	const hostsExist = (await listLabs()).some((lab) => lab.name === name);
	const environment = await quickstartEnvironment();
	const lab = await ensureLab({ name, hosts: [{ name: "cp-1" }, { name: "worker-1" }], onProgress: say });
	const pulumi = programIn(environment, "pulumi");
	const kubectl = programIn(environment, "kubectl");

	await step("Building the package", () => run(["npm", "run", "-s", "build"], { timeout: 300_000 }));
	if (!hostsExist) await forgetStack(pulumi);
	await step("Configuring the stack", async () => {
		await pulumi.quietly("stack", "select", "--create", name);
		await pulumi.quietly(
			"config",
			"set-all",
			"--path",
			...settings(lab).flatMap((setting) => ["--plaintext", setting]),
		);
	});
	await pulumi.visibly("up", "--yes", ...(hostsExist ? ["--skip-preview"] : []));
	await place(environment.KUBECONFIG, await pulumi.quietly("stack", "output", "kubeconfig", "--show-secrets"));
	await step("Waiting for the pod web", () => kubectl.quietly("rollout", "status", "deployment/web", "--timeout=120s"));
	await kubectl.visibly("get", "nodes,pods", "-A", "-o", "wide");
	say(`\nA cluster of ${lab.hosts.length} hosts after ${Math.round((Date.now() - began) / 1000)} s.\n\n${whatNext}`);
}

async function destroy(): Promise<void> {
	await ensureRequirements();
	const environment = await quickstartEnvironment();
	const pulumi = programIn(environment, "pulumi");
	const hostsExist = (await listLabs()).some((lab) => lab.name === name);
	if (hostsExist && (await stackExists(pulumi))) await pulumi.visibly("destroy", "--yes");
	await forgetStack(pulumi);
	for (const file of [configuration, environment.KUBECONFIG]) await rm(file, { force: true });
	await step("Removing the hosts", () => removeLab(name));
}

/** Configuration of examples/quickstart. Each run sets these values and leaves other configuration unchanged. */
function settings(lab: Lab): string[] {
	const [controlPlane, worker] = lab.hosts as [Lab["hosts"][0], Lab["hosts"][0]];
	const values = {
		ssh: { privateKeyFile: lab.sshKeyFile, knownHostsFile: lab.knownHostsFile },
		"controlPlanes[0]": {
			name: controlPlane.name,
			address: controlPlane.address,
			"localAPIEndpoint.advertiseAddress": controlPlane.address,
		},
		"workers[0]": { name: worker.name, address: worker.address },
		"cluster.networking": { podSubnet: lab.podSubnet, serviceSubnet: lab.serviceSubnet },
		"cluster.kubelet": lab.kubeletConfiguration,
		"cluster.kubeProxy.conntrack": lab.kubeProxyConfiguration.conntrack,
		addons: { web: "../../lab/web.yaml" },
	};
	return Object.entries(values).flatMap(([path, fields]) =>
		Object.entries(fields).map(([field, value]) => `${path}.${field}=${value}`),
	);
}

const whatNext = `What to try next:
  eval "$(npm run -s lab -- env)"     # pulumi, kubectl and the stack in this shell
  kubectl get pods -A
  npm run lab -- exec quickstart/worker-1 -- crictl ps

  # change a flag of the API server: the preview shows that line of its manifest
  pulumi config set --path 'cluster.apiServer.extraArgs[0].name' audit-log-maxage
  pulumi config set --path --type string 'cluster.apiServer.extraArgs[0].value' 30
  pulumi preview --diff
  pulumi up

  npm run quickstart -- --destroy     # remove the cluster and the hosts
`;

interface Program {
	/** Runs the program without showing its output, and returns its standard output. */
	quietly(...words: string[]): Promise<string>;
	/** Runs the program with its output on the terminal, preceded by its command line. */
	visibly(...words: string[]): Promise<void>;
}

function programIn(environment: QuickstartEnvironment, file: string): Program {
	const env = { ...process.env, ...environment };
	return {
		async quietly(...words) {
			return (await run([file, ...words], { env, timeout: 300_000 })).stdout;
		},
		async visibly(...words) {
			const line = [file, ...words].join(" ");
			say(`\n$ ${line}`);
			const began = Date.now();
			const child = spawn(file, words, { cwd: checkout, env, stdio: ["ignore", "inherit", "inherit"] });
			const [code, signal] = await once(child, "exit");
			if (code !== 0) throw new Error(`${line}: ended with ${code ?? signal}; the cause is above`);
			say(`${line}: done in ${((Date.now() - began) / 1000).toFixed(1)} s\n`);
		},
	};
}

async function stackExists(pulumi: Program): Promise<boolean> {
	const stacks: { name: string }[] = JSON.parse(await pulumi.quietly("stack", "ls", "--json"));
	return stacks.some((stack) => stack.name === name);
}

/** Removes the stack's state. Used when the hosts are gone, and everything that the stack created with them. */
async function forgetStack(pulumi: Program): Promise<void> {
	if (await stackExists(pulumi)) await pulumi.quietly("stack", "rm", name, "--force", "--yes", "--preserve-config");
}

async function place(file: string, content: string): Promise<void> {
	if (existsSync(`${file}.new`)) await rm(`${file}.new`);
	await writeFile(`${file}.new`, content, { mode: 0o600, flag: "wx" });
	await rename(`${file}.new`, file);
}

try {
	process.chdir(checkout);
	const { values } = parseArgs({
		options: { destroy: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
	});
	if (values.help) process.stdout.write(`${usage}\n`);
	else await (values.destroy ? destroy() : create());
} catch (error) {
	process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
	process.exitCode = 1;
}
