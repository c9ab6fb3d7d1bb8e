import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../../lab/index.ts";
import { clusterOn, nodesOn } from "../clusters/support/cluster.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";
import { keptText } from "./support/terminal-text.ts";

/** The screen on which a change of one flag has to fit. */
const SCREEN_ROWS = 50;

/** `cp-1: etcd: no answer yet (6 s of 240 s)` */
const wait = /^\S.*: .+ \(\d+ s of \d+ s\)$/;

/** In a destroy, which member of etcd takes leave before the cluster is gone is a matter of time. */
const leave = /^\S+: its etcd member /;

/**
 * What a person sees of a cluster's life in a terminal of 120 columns. The texts are kept in the folder terminal, so that a change
 * of them is read; docs/terminal.md shows them.
 */
describe("a person in a terminal", () => {
	let lab: Lab;
	let stack: TestStack;
	const controlPlanes = ["cp-1", "cp-2", "cp-3"];
	const flag = { apiServer: { extraArgs: [{ name: "audit-log-maxage", value: "30" }] } };
	const write = (workers: string[], overrides: object = {}) =>
		stack.configure(
			clusterOn(lab, {
				controlPlaneEndpoint: "k8s.example.com:6443",
				controlPlanes: nodesOn(lab, controlPlanes),
				workers: nodesOn(lab, workers),
				...overrides,
			}).cluster,
		);

	/** Runs a command, compares what is shown with the text that is kept, and returns what was shown. */
	const sees = async (name: string, words: string[], alike: string[] = []) => {
		const { lines, messages, height, exitCode } = await stack.inTerminal(words);
		expect(exitCode, lines.join("\n")).toBe(0);
		const waits = messages.filter((line) => wait.test(line));
		const leftOut = [...waits, ...messages.filter((line) => leave.test(line))];
		await expect(keptText(lines, lab, { messages, leftOut, alike })).toMatchFileSnapshot(`terminal/${name}.txt`);
		return { messages, waits, height };
	};
	const previews = async (name: string, alike?: string[]) => {
		await sees(`${name}-preview`, ["preview"]);
		return sees(`${name}-diff`, ["preview", "--diff"], alike);
	};
	const up = (name: string) => sees(`${name}-up`, ["up", "--yes", "--skip-preview"]);

	beforeAll(async () => {
		lab = await startLab({ hosts: [...controlPlanes, "worker-1", "worker-2"].map((name) => ({ name })) });
		for (const host of lab.hosts) {
			await host.exec(`echo '${lab.hosts[0]!.address} k8s.example.com' >>/etc/hosts`, { check: true });
			await host.exec(TAG_IMAGES, { check: true });
		}
		stack = await testStack("terminal");
		await write(["worker-1"]);
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it("sees a cluster that is to be made, and how it is made", async () => {
		await previews("bring-up", ["cp-2", "cp-3"]);
		const { waits } = await up("bring-up");
		expect(waits).not.toEqual([]);
	});

	it("sees a change of one flag on three control planes on one screen, and how it goes from one to the next", async () => {
		await write(["worker-1"], flag);
		const { height } = await previews("flag");
		expect(height).toBeLessThanOrEqual(SCREEN_ROWS);
		await up("flag");
	});

	it("sees a worker that is added", async () => {
		await write(["worker-1", "worker-2"], flag);
		await previews("worker");
		await up("worker");
	});

	it("sees a patch release of Kubernetes, and what is left to do on the nodes", async () => {
		await write(["worker-1", "worker-2"], { ...flag, kubernetesVersion: "1.37.3" });
		await previews("upgrade");
		await up("upgrade");
	});

	it("sees the cluster go", async () => {
		await sees("destroy", ["destroy", "--yes", "--skip-preview"]);
	});
});

/** Gives the images of Kubernetes the tag of the version after theirs, as no registry is in reach. */
const TAG_IMAGES = `
for image in kube-apiserver kube-controller-manager kube-scheduler kube-proxy; do
	ctr -n k8s.io images tag registry.k8s.io/$image:v1.37.2 registry.k8s.io/$image:v1.37.3
done`;
