// Measures how long rendering one control plane's files takes, in turn with `kubeadm init phase` for the same files.
// Prints medians in milliseconds of wall-clock time. Run it on an otherwise idle machine. Usage: npm run benchmark:render
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { issueTree } from "../provider/cli/tree/issue";
import { type EncryptionAlgorithm, resolveCluster } from "../provider/config/cluster";
import { resolveNode } from "../provider/config/node";
import { nodePlan } from "../provider/render/node-plan";
import { advertiseAddress, thisHost, version } from "./parity/kubeadm";
import { putOnPath } from "./support/toolchain";

const rounds = 10;
const phases = ["certs all", "kubeconfig all", "etcd local", "control-plane all"];

await putOnPath(["kubeadm"]);
const folder = mkdtempSync(join(tmpdir(), "benchmark-render-"));
try {
	for (const algorithm of ["ECDSA-P256", "RSA-2048"] as const) await compare(algorithm);
} finally {
	rmSync(folder, { recursive: true });
}

async function compare(encryptionAlgorithm: EncryptionAlgorithm): Promise<void> {
	const file = join(folder, `${encryptionAlgorithm}.yaml`);
	writeFileSync(file, configuration(encryptionAlgorithm));
	const ways: Record<string, () => Promise<unknown>> = {
		"kubeadm init phase, four processes": async () => kubeadm(file),
		"pulumi-kubeadm render, one process": async () => command(file),
		"within a program: manifests and kubelet files": async () => plan(encryptionAlgorithm),
		"within a program: keys, certificates and kubeconfigs too": async () =>
			issueTree({ plan: plan(encryptionAlgorithm), readFile: () => undefined, now: new Date() }),
	};
	const times: Record<string, number[]> = {};
	for (let round = 0; round <= rounds; round++) {
		for (const [name, way] of Object.entries(ways)) {
			const began = performance.now();
			await way();
			// The first round only warms up.
			if (round > 0) times[name] = [...(times[name] ?? []), performance.now() - began];
		}
	}
	const [ofKubeadm] = Object.values(times).map(median);
	for (const [name, all] of Object.entries(times)) {
		const ratio = (median(all) / ofKubeadm!).toFixed(2);
		console.log(
			`${encryptionAlgorithm.padEnd(11)} ${name.padEnd(58)} ${median(all).toFixed(1).padStart(8)} ms  ${ratio}`,
		);
	}
}

function configuration(encryptionAlgorithm: EncryptionAlgorithm): string {
	const apiVersion = "kubeadm.k8s.io/v1beta4";
	const documents = [
		{ apiVersion, kind: "InitConfiguration", localAPIEndpoint: { advertiseAddress } },
		{ apiVersion, kind: "ClusterConfiguration", kubernetesVersion: version, encryptionAlgorithm },
	];
	return documents.map((document) => JSON.stringify(document)).join("\n---\n");
}

/** Runs kubeadm in a mount namespace whose /etc and /mnt are empty and vanish with the process. */
function kubeadm(file: string): void {
	const lines = phases.map((phase) => `kubeadm init phase ${phase} --config ${file}`);
	const script = ["set -e", "mkdir -p /mnt/kubernetes", `cd ${folder}`, ...lines].join("\n");
	const mounts = `mount -t tmpfs benchmark /etc\nmkdir /etc/kubernetes\nmount -t tmpfs benchmark /mnt\n${script}`;
	execFileSync("unshare", ["--mount", "--propagation", "private", "sh", "-c", mounts], { stdio: "pipe" });
}

function command(file: string): void {
	const out = mkdtempSync(join(folder, "out-"));
	execFileSync(process.execPath, ["dist/cli/main.js", "render", "--config", file, "--out", out, "--node", "cp-1"], {
		stdio: "pipe",
	});
}

function plan(encryptionAlgorithm: EncryptionAlgorithm) {
	const cluster = resolveCluster({ kubernetesVersion: version, encryptionAlgorithm });
	const node = resolveNode(cluster, { localAPIEndpoint: { advertiseAddress }, facts: thisHost() }, "control-plane");
	return nodePlan({ cluster, node, command: "init" });
}

function median(times: readonly number[]): number {
	return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
}
