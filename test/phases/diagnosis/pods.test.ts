import { describe, expect, it } from "vitest";
import { explainPods } from "../../../provider/phases/diagnosis/pods";
import type { KubernetesObject } from "../../../provider/render/kubernetes-object";

const workload: KubernetesObject = {
	apiVersion: "apps/v1",
	kind: "DaemonSet",
	metadata: { namespace: "shop", name: "agent" },
	spec: { selector: { matchLabels: { app: "agent" } } },
};

/** Of the API: every pod of the namespace, as the API server answers. */
const answering = (...pods: KubernetesObject[]) => ({
	list: async (_apiVersion: string, _kind: string, options?: { fieldSelector?: string }) =>
		options?.fieldSelector === "metadata.namespace=shop" ? pods : [],
});

const pod = (name: string, status: object, labels: Record<string, string> = { app: "agent" }): KubernetesObject => ({
	apiVersion: "v1",
	kind: "Pod",
	metadata: { namespace: "shop", name, labels },
	status,
});

const waitsFor = (reason: string, message?: string) => ({
	containerStatuses: [{ name: "main", ready: false, state: { waiting: { reason, message } } }],
});

const ending = (state: object, lastState?: object) => ({
	containerStatuses: [{ name: "main", ready: false, state, lastState }],
});

const backingOff = { waiting: { reason: "CrashLoopBackOff", message: "back-off 10s" } };

const unscheduled = {
	conditions: [{ type: "PodScheduled", status: "False", message: "0/1 nodes are available: 1 Insufficient cpu." }],
};

describe("why a workload is not there", () => {
	it("is the scheduler's word of a pod without a node", async () => {
		expect(await explainPods(answering(pod("agent-1", unscheduled)), workload)).toBe(
			"  layer: scheduling\n    pod shop/agent-1: 0/1 nodes are available: 1 Insufficient cpu.\n  next: kubectl describe nodes",
		);
	});

	it("is the lowest layer that one of its pods shows", async () => {
		const api = answering(pod("agent-1", waitsFor("ImagePullBackOff", "Back-off")), pod("agent-2", unscheduled));
		expect(await explainPods(api, workload)).toContain("pod shop/agent-2");
	});

	it.each([
		["image", waitsFor("ErrImageNeverPull", "not present"), "ErrImageNeverPull: not present", "kubectl describe pod"],
		["container exit", ending({ terminated: { exitCode: 2 } }), "main: ended with exit code 2\n", "kubectl logs"],
		["container exit", ending(backingOff, { terminated: { exitCode: 1 } }), "exit code 1\n", "kubectl logs"],
		["pod", waitsFor("CreateContainerConfigError", "no secret"), "CreateContainerConfigError: no secret", "kubectl"],
		["pod", waitsFor("ContainerCreating"), "container main: ContainerCreating\n", "kubectl describe pod"],
	])("is on the layer %s where the kubelet says so", async (layer, status, said, next) => {
		const text = await explainPods(answering(pod("agent-1", status)), workload);
		expect(text).toContain(`layer: ${layer}\n`);
		expect(text).toContain(said);
		expect(text).toContain(`next: ${next}`);
	});

	it("is the first of its containers for initialization that waits", async () => {
		const initContainerStatuses = [{ name: "install", ready: false, state: { waiting: { reason: "ErrImagePull" } } }];
		const api = answering(pod("agent-1", { initContainerStatuses, ...waitsFor("PodInitializing") }));
		expect(await explainPods(api, workload)).toContain("container install: ErrImagePull\n");
	});

	it("is not looked for among other pods, and where none says it the workload is named", async () => {
		const api = answering(pod("other", unscheduled, { app: "other" }));
		expect(await explainPods(api, workload)).toBe(
			"  layer: unknown; no pod of the workload gives a reason\n  next: kubectl describe daemonset -n shop agent",
		);
	});
});
