import { beforeEach, describe, expect, it, vi } from "vitest";
import { clusterReady } from "../../provider/lifecycle/cluster-ready";
import { bringingUpKubelet } from "../../provider/phases/kubelet/kubelet-hosts";
import { host as reference } from "../support/cluster";
import { server, useControlPlane } from "../support/control-plane";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

const dns = "Deployment kube-system/coredns";
const proxy = "DaemonSet kube-system/kube-proxy";

describe("ClusterReady", () => {
	const node = (status: "True" | "False") =>
		server.put("/api/v1/nodes/cp-1", {
			apiVersion: "v1",
			kind: "Node",
			metadata: { name: "cp-1" },
			status: { conditions: [{ type: "Ready", status, message: "no pod network" }] },
		});
	const workload = (kind: "Deployment" | "DaemonSet", [namespace, name]: [string, string], ready: number) =>
		server.put(`/apis/apps/v1/namespaces/${namespace}/${kind.toLowerCase()}s/${name}`, {
			apiVersion: "apps/v1",
			kind,
			metadata: { name, namespace },
			spec: { replicas: 2, selector: { matchLabels: { app: name } } },
			status: {
				updatedReplicas: 2,
				availableReplicas: ready,
				updatedNumberScheduled: 2,
				numberAvailable: ready,
				desiredNumberScheduled: 2,
			},
		});
	const outcome = (workloads: string[]) =>
		clusterReady
			.create(
				clusterReady.check({ controlPlanes: [reference], nodes: ["cp-1"], workloads, timeoutSeconds: 0 }, undefined),
			)
			.then(
				() => "ready",
				(error: Error) => error.message.split("\n")[0],
			);

	useControlPlane();
	beforeEach(() => {
		node("True");
		workload("DaemonSet", ["kube-system", "kube-proxy"], 2);
		workload("Deployment", ["kube-system", "coredns"], 2);
		workload("Deployment", ["default", "web"], 2);
	});

	it("passes where the nodes are Ready and every workload is rolled out", async () => {
		expect(await outcome([dns, proxy, "Deployment default/web"])).toBe("ready");
	});

	it("does not wait for a DaemonSet's pod on a node of the cluster whose kubelet does not report any more", async () => {
		workload("DaemonSet", ["kube-system", "kube-proxy"], 1);
		server.put("/api/v1/nodes/gone", {
			apiVersion: "v1",
			kind: "Node",
			metadata: { name: "gone" },
			status: { conditions: [{ type: "Ready", status: "Unknown", message: "Kubelet stopped posting node status." }] },
		});
		expect(await outcome([proxy])).toBe("ready");
	});

	it("waits no longer for a node whose kubelet failed in the same run, once all others are Ready", async () => {
		const failure = Promise.reject(new Error("another cluster's node"));
		await expect(bringingUpKubelet("worker-9", () => failure)).rejects.toThrow("another cluster's node");
		const awaited = { controlPlanes: [reference], nodes: ["cp-1", "worker-9"], workloads: [], timeoutSeconds: 300 };
		await expect(clusterReady.create(clusterReady.check(awaited, undefined))).rejects.toThrow(
			/node worker-9 is not registered; its kubelet failed in this run \(after \d+ s of 300 s\)/,
		);
	});

	it("names a node that is not Ready before a workload that needs it", async () => {
		node("False");
		workload("Deployment", ["kube-system", "coredns"], 0);
		expect(await outcome([dns])).toBe(
			"cluster: limit of 0 s reached; last observation: node cp-1 is not Ready: no pod network",
		);
	});

	it("names kube-proxy before CoreDNS, and both before the program's own workloads", async () => {
		workload("Deployment", ["default", "web"], 1);
		expect(await outcome(["Deployment default/web", dns, proxy])).toBe(
			"cluster: limit of 0 s reached; last observation: apps/v1 Deployment default/web: 1 of 2 ready",
		);
		workload("Deployment", ["kube-system", "coredns"], 0);
		expect(await outcome(["Deployment default/web", dns, proxy])).toBe(
			"coredns: limit of 0 s reached; last observation: apps/v1 Deployment kube-system/coredns: 0 of 2 ready",
		);
		workload("DaemonSet", ["kube-system", "kube-proxy"], 1);
		expect(await outcome(["Deployment default/web", dns, proxy])).toBe(
			"kube-proxy: limit of 0 s reached; last observation: apps/v1 DaemonSet kube-system/kube-proxy: 1 of 2 ready",
		);
	});

	it("does not wait for an addon that is not among the workloads", async () => {
		workload("DaemonSet", ["kube-system", "kube-proxy"], 0);
		expect(await outcome([dns])).toBe("ready");
	});
});
