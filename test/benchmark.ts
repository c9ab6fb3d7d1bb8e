// Measures `pulumi up` and real kubeadm, each making one control plane and one worker on fresh local hosts of the same kind.
// Prints seconds and ratios. Run it on an otherwise idle machine. Usage: npm run benchmark
import { type Lab, startLab, until } from "../lab/index.ts";
import { say } from "../lab/progress.ts";
import { clusterOn } from "./clusters/support/cluster.ts";
import { kubeadm, kubeadmInit, kubectl } from "./clusters/support/kubeadm.ts";
import { testStack } from "./clusters/support/stack.ts";
import { putOnPath } from "./support/toolchain.ts";

const names = [{ name: "cp-1" }, { name: "worker-1" }];

await putOnPath(["pulumi"]);
const rows: [string, string][] = [];
const theirs = await withLab(byKubeadm);
const ours = await withLab(byPulumi);
rows.push(["up / kubeadm, until both nodes are Ready and DNS is rolled out", (ours / theirs).toFixed(2)]);
for (const [what, figure] of rows) console.log(`${what.padEnd(70)} ${figure}`);

/** Seconds for `kubeadm init`, `kubeadm join`, and a wait for what `ClusterReady` waits for. */
async function byKubeadm(lab: Lab): Promise<number> {
	const [controlPlane, worker] = [lab.host("cp-1"), lab.host("worker-1")];
	const began = performance.now();
	const init = await kubeadmInit(lab, controlPlane, clusterOn(lab).cluster);
	const token = await kubeadm(controlPlane, ["token", "create", "--print-join-command"]);
	const joined = await kubeadm(worker, [...token.stdout.trim().split(/\s+/).slice(1), ...lab.kubeadmArguments]);
	if (joined.exitCode !== 0) throw new Error(`kubeadm join failed\n${joined.stderr}`);
	const join = seconds(began) - init;
	await until("both nodes Ready and DNS rolled out", 300, async () => {
		await kubectl(controlPlane, "wait --for=condition=Ready node/cp-1 node/worker-1 --timeout=1s");
		await kubectl(controlPlane, "-n kube-system rollout status deployment/coredns daemonset/kube-proxy --timeout=1s");
		return true;
	});
	rows.push(["kubeadm init", `${init.toFixed(1)} s`], ["kubeadm token create and join", `${join.toFixed(1)} s`]);
	rows.push(["kubeadm, until Ready", `${seconds(began).toFixed(1)} s`]);
	return seconds(began);
}

async function byPulumi(lab: Lab): Promise<number> {
	const stack = await testStack("cluster");
	try {
		await stack.configure(clusterOn(lab));
		const shown = await stack.preview();
		rows.push(["pulumi preview of all of it", `${shown.duration.toFixed(1)} s`]);
		const first = await stack.up();
		rows.push(["pulumi up --skip-preview, until Ready, engine start included", `${first.duration.toFixed(1)} s`]);
		const second = await stack.up();
		rows.push(["second up", `${second.duration.toFixed(1)} s, ${second.changes.length} changes`]);
		const size = JSON.stringify(await stack.state()).length;
		rows.push(["state", `${Math.round(size / 1024)} KiB`]);
		await stack.configure(clusterOn(lab, { apiServer: { extraArgs: [{ name: "v", value: "1" }] } }));
		const preview = await stack.preview();
		rows.push(["preview of one changed flag", `${preview.duration.toFixed(1)} s, ${preview.changes.length} resources`]);
		const destroyed = await stack.destroy();
		rows.push(["destroy", `${destroyed.duration.toFixed(1)} s`]);
		return first.duration;
	} finally {
		await stack.remove();
	}
}

async function withLab<T>(measure: (lab: Lab) => Promise<T>): Promise<T> {
	const lab = await startLab({ hosts: names, onProgress: say });
	try {
		return await measure(lab);
	} finally {
		await lab.stop();
	}
}

function seconds(began: number): number {
	return (performance.now() - began) / 1000;
}
