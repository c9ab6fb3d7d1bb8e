import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type GateInputs, gate } from "../../provider/lifecycle/gate";
import { staticPodComponents } from "../../provider/phases/components/registry";
import type { Pod } from "../../provider/render/static-pods/pod";
import { cluster, node, host as reference } from "../support/cluster";
import { MemoryHost } from "../support/memory-host";
import { hosts } from "../support/reachable";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

const names = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] as const;

// The components' own waits are replaced: what they observe is proved on hosts.
describe("a gate", () => {
	let host: MemoryHost;
	let apiServer: Server;
	/** Pods that were waited for, in order. */
	let waited: Pod[];
	/** Whether the API server answers that it is ready. */
	let serves: boolean;
	/** Components that do not become healthy. */
	let failing: readonly string[];

	const inputs = (): GateInputs => {
		const initialMembers = [{ name: "cp-1", address: "198.18.0.11" }];
		const checked = gate.check({ host: reference, cluster, node, initialMembers, credentials: {} }, undefined);
		const { readinessProbe } = checked.pods.find(({ metadata }) => metadata.name === "kube-apiserver")!.spec
			.containers[0]!;
		// The endpoint of this test has no certificate.
		(readinessProbe as { httpGet: { scheme: string } }).httpGet.scheme = "HTTP";
		return checked;
	};
	const commands = () => host.commands.map(({ intent }) => intent);

	beforeEach(async () => {
		host = new MemoryHost();
		hosts.clear();
		hosts.set(reference.connection.host, host);
		host.answers(/^look when files were written$/, () => "1\n1\n1\n1\n");
		host.answers(/^start the kubelet$/, () => "");
		waited = [];
		serves = false;
		failing = [];
		for (const name of names)
			vi.spyOn(staticPodComponents[name], "run").mockImplementation(async (_site, pod) => {
				waited.push(pod);
				if (failing.includes(name)) throw new Error(`${name} is not healthy`);
			});
		apiServer = createServer((_request, response) => response.writeHead(serves ? 200 : 503).end()).listen(
			0,
			"127.0.0.1",
		);
		await once(apiServer, "listening");
		host.listens = (apiServer.address() as AddressInfo).port;
	});
	afterEach(() => {
		vi.restoreAllMocks();
		apiServer.close();
	});

	it("waits for each component of the control plane, from etcd upwards", async () => {
		await gate.create(inputs());
		expect(waited.map(({ metadata }) => metadata.name)).toEqual(names);
	});

	it("names the lowest component that is not healthy, and waits for none above it", async () => {
		failing = ["kube-apiserver", "kube-scheduler"];
		await expect(gate.create(inputs())).rejects.toThrow("kube-apiserver is not healthy");
		expect(waited.map(({ metadata }) => metadata.name)).toEqual(["etcd", "kube-apiserver"]);
	});

	it("asks the scheduler for its liveness only while the API server does not serve", async () => {
		const asksReadiness = () => {
			const scheduler = waited.find(({ metadata }) => metadata.name === "kube-scheduler")!;
			return scheduler.spec.containers[0]!.readinessProbe !== undefined;
		};
		await gate.create(inputs());
		expect(asksReadiness()).toBe(false);
		serves = true;
		waited = [];
		await gate.create(inputs());
		expect(asksReadiness()).toBe(true);
	});

	it("starts the kubelet in a bring-up, and leaves a control plane alone that serves", async () => {
		await gate.create(inputs());
		expect(commands()).toContain("start the kubelet");
		host.commands.length = 0;
		serves = true;
		await gate.create(inputs());
		expect(commands()).not.toContain("start the kubelet");
	});

	it("is changed by what the components read, and by no other flag of theirs", () => {
		const before = gate.check(
			{
				host: reference,
				cluster: { ...cluster, scheduler: { extraArgs: [{ name: "v", value: "4" }] } },
				node,
				initialMembers: [{ name: "cp-1", address: "198.18.0.11" }],
				credentials: {},
			},
			undefined,
		);
		expect(before.pods).toEqual(
			gate.check(
				{
					host: reference,
					cluster,
					node,
					initialMembers: [{ name: "cp-1", address: "198.18.0.11" }],
					credentials: {},
				},
				undefined,
			).pods,
		);
	});

	it("keeps the credentials that were last proved where a change of them does not become healthy", async () => {
		const old = { ...inputs(), credentials: { "/etc/kubernetes/pki/ca.crt": "old" } as never };
		const changed = { ...inputs(), credentials: { "/etc/kubernetes/pki/ca.crt": "new" } as never };
		failing = ["etcd"];
		const error = await gate.update("gate#1", old, changed).catch((reason) => reason);
		expect(error.message).toBe("etcd is not healthy");
		expect(error.outputs).toEqual({ credentials: old.credentials });
	});
});
