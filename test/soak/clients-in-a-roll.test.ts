import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, type LabHost, startLab, until } from "../../lab/index.ts";
import { clusterOn, nodesOn } from "../clusters/support/cluster.ts";
import { kubectl } from "../clusters/support/kubeadm.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";
import { type ClientReport, startClient } from "./support/api-client.ts";

const image = "lab.local/balancer:1";
const flag = (name: string, value: string) => ({ extraArgs: [{ name, value }] });

/** Fields of the program that roll over the control planes, one after the other. Each is said beside those before it. */
const changes: readonly (readonly [what: string, says: object])[] = [
	["a flag of the API server", { apiServer: flag("event-ttl", "2h0m0s") }],
	["a flag of the controller manager", { controllerManager: flag("v", "3") }],
	["a flag of the scheduler", { scheduler: flag("v", "3") }],
	["a flag of etcd", { etcd: { local: flag("snapshot-count", "9000") } }],
	["a new name of the API server", { apiServer: { ...flag("event-ttl", "2h0m0s"), certSANs: ["api.example.test"] } }],
	["a setting of all kubelets", { maxPods: 90 }],
	["an image repository", { imageRepository: "lab.local" }],
];

describe("a client of three control planes behind a virtual IP loses no request", () => {
	let lab: Lab;
	let stack: TestStack;
	let controlPlanes: LabHost[];
	let said: Record<string, unknown> = {};
	const table: Record<string, string | number>[] = [];

	const program = () => {
		const { cluster } = clusterOn(lab);
		const address = lab.hostSubnet.replace(/\.0\/24$/, ".200");
		const { maxPods, ...fields } = said;
		return {
			cluster: {
				...cluster,
				kubelet: { ...(cluster.kubelet as object), ...(maxPods === undefined ? {} : { maxPods }) },
				controlPlanes: nodesOn(lab, ["cp-1", "cp-2", "cp-3"]),
				workers: nodesOn(lab, ["worker-1"]),
				virtualIP: { address, images: { haproxy: image, keepalived: image } },
				...fields,
			},
		};
	};

	/** Runs a change beside a client. */
	const beside = async (what: string, change: () => Promise<{ text: string; duration: number }>) => {
		const { stdout } = await controlPlanes[0]!.exec("cat /etc/kubernetes/admin.conf", { check: true });
		const stop = await startClient(stdout);
		let report: ClientReport | undefined;
		try {
			const { duration } = await change();
			report = await stop();
			table.push({
				what,
				seconds: Math.round(duration),
				...report,
				slowest: Number(report.slowest.toFixed(1)),
				reasons: report.reasons.join("; ").slice(0, 200),
			});
		} finally {
			report ??= await stop();
		}
		return report;
	};

	beforeAll(async () => {
		lab = await startLab({ hosts: ["cp-1", "cp-2", "cp-3", "worker-1"].map((name) => ({ name })) });
		controlPlanes = lab.hosts.slice(0, 3);
		for (const host of lab.hosts) await host.exec(RETAG, { check: true });
		stack = await testStack("cluster");
		await stack.configure(program());
		await stack.up();
	});

	afterAll(async () => {
		console.log(table.map((row) => JSON.stringify(row)).join("\n"));
		await lab?.stop();
		await stack?.remove();
	});

	it.each(changes)("while %s rolls", async (what, says) => {
		said = { ...said, ...says };
		await stack.configure(program());
		const { failedTwice, lost, requests } = await beside(what, () => stack.up());
		expect(requests).toBeGreaterThan(50);
		expect({ failedTwice, lost }).toEqual({ failedTwice: 0, lost: 0 });
	});

	it("while all certificates and kubeconfigs of the control planes are issued anew", async () => {
		const restarts = async () => {
			const words =
				"get pods -n kube-system -l tier=control-plane --no-headers -o custom-columns=N:.metadata.name,R:.status.containerStatuses[0].restartCount,I:.status.containerStatuses[0].containerID";
			return new Map((await kubectl(controlPlanes[0]!, words)).split("\n").map((line) => [line.split(/ +/)[0]!, line]));
		};
		const before = await restarts();
		const { failedTwice, lost } = await beside("all certificates", async () => {
			for (const host of controlPlanes) await host.exec(LOSE_CERTIFICATES, { check: true });
			return stack.up({ refresh: true });
		});
		expect({ failedTwice, lost }).toEqual({ failedTwice: 0, lost: 0 });
		const restarted = await until("the kubelets' reports of the pods that restarted", 60, async (seen) => {
			const now = await restarts();
			const changed = [...now.keys()].filter((name) => now.get(name) !== before.get(name)).sort();
			seen(changed.join(" "));
			return changed.length >= 6 ? changed : undefined;
		});
		// The API servers and etcd took their certificates up by themselves.
		expect(restarted).toEqual(
			["kube-controller-manager", "kube-scheduler"].flatMap((component) =>
				controlPlanes.map(({ name }) => `${component}-${name}`),
			),
		);
	});
});

/** Gives kubeadm's images another repository, in which CoreDNS has no folder of its own. */
const RETAG = `ctr -n k8s.io images ls -q | grep '^registry.k8s.io/' | while read -r image; do
	ctr -n k8s.io images tag --force "$image" "lab.local/$(echo "$image" | sed 's|^registry.k8s.io/||; s|^coredns/||')" >/dev/null
done`;

/** Removes what a renewal issues anew, as a disk that lost files does. */
const LOSE_CERTIFICATES = `cd /etc/kubernetes && rm pki/apiserver.* pki/apiserver-etcd-client.* pki/apiserver-kubelet-client.* \\
	pki/front-proxy-client.* pki/etcd/server.* pki/etcd/peer.* pki/etcd/healthcheck-client.* controller-manager.conf scheduler.conf`;
