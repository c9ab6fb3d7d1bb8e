import { execFile } from "node:child_process";
import { copyFile, cp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Lab, LabHost } from "../../../lab/index.ts";
import { emptyFolder, pulumiEnvironment } from "../../package/support/project.ts";

/** A copy of an example's folder, in which addresses, key file and images of a lab stand for those of the README. */
export interface Example {
	readonly folder: string;
	/** The host that has an address of the README. */
	host(address: string): LabHost;
	/** Runs a command line in the folder. Throws with everything it printed when it fails. */
	run(words: string[]): Promise<string>;
	/** Sets the stack's configuration by the README's commands, and what a cluster needs on a lab's hosts. */
	configure(): Promise<void>;
	/** kubectl on this machine, with the text of a kubeconfig. Gives what it printed, and fails with that. */
	kubectl(kubeconfig: string, words: string): Promise<string>;
	/** Removes the folder with the stack's state; what the stack made is left alone. */
	remove(): Promise<void>;
}

/** The lab's image with haproxy and keepalived. */
const balancer = "lab.local/balancer:1";

/** @param name folder under examples. Its addresses become those of the lab's hosts, in the order in which they are written */
export async function exampleOn(lab: Lab, name: string): Promise<Example> {
	const folder = await emptyFolder();
	await cp(join("examples", name), folder, {
		recursive: true,
		filter: (path) => !/node_modules|Pulumi\.\w+\.yaml$|kubeconfig$/.test(path),
	});
	await symlink(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
	// A lab's hosts have a pod network. A web server stands for the manifest of a CNI.
	await copyFile("lab/web.yaml", join(folder, "kube-flannel.yml"));
	const commands = (await readFile(join(folder, "README.md"), "utf8")).match(/^```\n(.*?)^```$/ms)![1]!;
	const descriptions = await readFile(join(folder, "clusters.json"), "utf8").catch(() => "");
	const written = [...new Set((commands + descriptions).match(/192\.0\.2\.\d\d\b/g))];
	const host = (address: string) => lab.hosts[written.indexOf(address)]!;
	const onLab = (text: string) =>
		text
			.replaceAll("192.0.2.100", virtualAddress(lab))
			.replace(/192\.0\.2\.\d\d\b/g, (address) => host(address).address)
			.replaceAll("~/.ssh/id_ed25519", lab.sshKeyFile)
			.replace(/registry\.example\/[\w:.]+/g, balancer);

	const env = { ...process.env, ...(await pulumiEnvironment(folder)) };
	const run: Example["run"] = async ([file = "", ...words]) => {
		try {
			return (await promisify(execFile)(file, words, { cwd: folder, env, maxBuffer: 2 ** 26 })).stdout;
		} catch (error) {
			const { stdout, stderr } = error as { stdout: string; stderr: string };
			throw new Error(`${name}: ${file} ${words.join(" ")}\n${stdout}${stderr}`);
		}
	};
	return {
		folder,
		host,
		run,
		async configure() {
			if (descriptions) {
				const { north } = JSON.parse(onLab(descriptions));
				await writeFile(join(folder, "clusters.json"), JSON.stringify({ north: { ...north, ...needed(lab) } }));
				return;
			}
			await run(["bash", "-euc", onLab(commands.replace(/^curl .*\n/m, ""))]);
			const settings = settingsOf(needed(lab), "cluster").flatMap((setting) => ["--plaintext", setting]);
			await run(["pulumi", "config", "set-all", "--path", ...settings]);
		},
		async kubectl(kubeconfig, words) {
			const file = join(folder, "kubectl.kubeconfig");
			await writeFile(file, kubeconfig, { mode: 0o600 });
			const caches = `--cache-dir=${join(folder, "kubectl-cache")}`;
			return (await run(["kubectl", caches, `--kubeconfig=${file}`, ...words.split(" ")])).trim();
		},
		remove: () => rm(folder, { recursive: true }),
	};
}

/** An address of the hosts' subnet that no host has. */
export function virtualAddress(lab: Lab): string {
	return lab.hostSubnet.replace(/\.0\/24$/, ".200");
}

/** Settings of a cluster that the hosts of a lab need. */
function needed(lab: Lab) {
	return {
		networking: { podSubnet: lab.podSubnet, serviceSubnet: lab.serviceSubnet },
		kubelet: lab.kubeletConfiguration,
		kubeProxy: lab.kubeProxyConfiguration,
	};
}

/** What `pulumi config set-all --path` takes for an object. */
function settingsOf(value: unknown, path: string): string[] {
	return typeof value === "object" && value !== null
		? Object.entries(value).flatMap(([field, part]) => settingsOf(part, `${path}.${field}`))
		: [`${path}=${value}`];
}
