import { type Lab, type LabHost, startLab, until } from "../../lab/index.ts";
import { say } from "../../lab/progress.ts";
import type { ClusterProgram } from "../clusters/programs/cluster/index.ts";
import { clusterOn } from "../clusters/support/cluster.ts";
import { kubeadm, kubeadmInit, kubectl } from "../clusters/support/kubeadm.ts";
import { testStack } from "../clusters/support/stack.ts";
import { milestonesOf } from "./milestones.ts";

const controlPlanes = ["cp-1", "cp-2", "cp-3"];
const hosts = [...controlPlanes, "worker-1"].map((name) => ({ name }));

/**
 * Measures `pulumi up` for three control planes and a worker beside real kubeadm (`init`, `join`, `join`, `join`), each on
 * fresh local hosts of the same kind, and prints seconds, medians and ratios. Both times end when all nodes are Ready and
 * DNS is rolled out; the engine's start and the keys are part of ours. Run it on an otherwise idle machine.
 * @param pairs how often both are measured, in turns that begin with either
 */
export async function ha(pairs: number): Promise<void> {
	const times: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
	for (let pair = 0; pair < pairs; pair++) {
		const turns = [
			["theirs", byKubeadm],
			["ours", byPulumi],
		] as const;
		for (const [whose, measure] of pair % 2 === 0 ? turns : turns.toReversed()) {
			const took = await withLab(measure);
			times[whose].push(took);
			console.log(`pair ${pair + 1}: ${whose === "ours" ? "pulumi up" : "kubeadm"} ${took.toFixed(1)} s`);
		}
	}
	const ratios = times.ours.map((took, pair) => took / times.theirs[pair]!);
	for (const [what, figures] of [
		["pulumi up, s", times.ours],
		["kubeadm, s", times.theirs],
		["ratio", ratios],
	] as const)
		console.log(`${what.padEnd(14)} median ${median(figures).toFixed(2)}, ${rangeOf(figures)}`);
}

async function byPulumi(lab: Lab): Promise<number> {
	const stack = await testStack("cluster");
	try {
		await stack.configure(program(lab));
		const made = await stack.up();
		console.log(milestonesOf(made).join("\n"));
		return made.duration;
	} finally {
		await stack.remove();
	}
}

async function byKubeadm(lab: Lab): Promise<number> {
	const [first, ...others] = controlPlanes.map((name) => lab.host(name));
	const began = performance.now();
	await kubeadmInit(lab, first!, program(lab).cluster);
	const uploaded = await kubeadm(first!, ["init", "phase", "upload-certs", "--upload-certs"]);
	const key = uploaded.stdout.trim().split("\n").at(-1)!;
	const token = await kubeadm(first!, ["token", "create", "--print-join-command"]);
	const join = token.stdout.trim().split(/\s+/).slice(1);
	for (const host of others) await joined(host, [...join, "--control-plane", "--certificate-key", key], lab);
	await joined(lab.host("worker-1"), join, lab);
	await until("all nodes Ready and DNS rolled out", 300, async () => {
		const nodes = hosts.map(({ name }) => `node/${name}`).join(" ");
		await kubectl(first!, `wait --for=condition=Ready ${nodes} --timeout=1s`);
		await kubectl(first!, "-n kube-system rollout status deployment/coredns daemonset/kube-proxy --timeout=1s");
		return true;
	});
	return (performance.now() - began) / 1000;
}

async function joined(host: LabHost, words: string[], lab: Lab): Promise<void> {
	const { exitCode, stdout, stderr } = await kubeadm(host, [...words, ...lab.kubeadmArguments]);
	if (exitCode !== 0)
		throw new Error(`${host.name}: kubeadm join failed\n${stdout.slice(-2000)}${stderr.slice(-2000)}`);
}

function program(lab: Lab): ClusterProgram {
	const { controlPlanes: first, workers = [], ...cluster } = clusterOn(lab).cluster;
	const machines = [...first, ...workers];
	return {
		cluster: {
			...cluster,
			controlPlaneEndpoint: `${lab.host("cp-1").address}:6443`,
			controlPlanes: machines.slice(0, controlPlanes.length),
			workers: machines.slice(controlPlanes.length),
		},
	};
}

async function withLab<T>(measure: (lab: Lab) => Promise<T>): Promise<T> {
	const lab = await startLab({ hosts, onProgress: say });
	try {
		return await measure(lab);
	} finally {
		await lab.stop();
	}
}

function median(figures: readonly number[]): number {
	const sorted = figures.toSorted((one, other) => one - other);
	const middle = Math.floor(sorted.length / 2);
	return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function rangeOf(figures: readonly number[]): string {
	return `${Math.min(...figures).toFixed(2)} to ${Math.max(...figures).toFixed(2)}`;
}
