import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { diff } from "../../provider/lifecycle/dispatch";
import { type GateInputs, gate } from "../../provider/lifecycle/gate";
import { staticPodComponents } from "../../provider/phases/components/registry";
import type { Pod } from "../../provider/render/static-pods/pod";
import { readinessOf } from "../../provider/render/static-pods/readiness";
import { staticPodPath } from "../../provider/render/static-pods/static-pods";
import { cluster, node, host as reference } from "../support/cluster";
import { MemoryHost } from "../support/memory-host";
import { placeManifests } from "../support/placed-manifests";
import { hosts } from "../support/reachable";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

const args = {
	host: reference,
	cluster,
	node,
	initialMembers: [{ name: "cp-1", address: "198.18.0.11" }],
	credentials: {},
};
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

	const inputs = (changes: Partial<typeof args> = {}): GateInputs => gate.check({ ...args, ...changes }, undefined);
	const commands = () => host.commands.map(({ intent }) => intent);

	beforeEach(async () => {
		host = new MemoryHost();
		hosts.clear();
		hosts.set(reference.connection.host, host);
		placeManifests(host);
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

	it("shows of the components where each is asked for its health, and no second copy of their pods", () => {
		expect(inputs()).toEqual({
			host: reference,
			healthChecks: {
				etcd: "http://127.0.0.1:2381/readyz",
				"kube-apiserver": "https://198.18.0.11:6443/readyz",
				"kube-controller-manager": "https://127.0.0.1:10257/healthz",
				"kube-scheduler": "https://127.0.0.1:10259/readyz",
			},
			credentials: {},
			timeoutSeconds: 240,
			nodeName: "cp-1",
			otherFounders: [],
		});
	});

	it("is changed by an address of a health check and by what the components read, and by no other flag of theirs", async () => {
		const changes = (now: Partial<typeof args>) => diff("Gate", { ...inputs() }, { ...inputs(now) });
		expect(await changes({ cluster: { ...cluster, scheduler: { extraArgs: [{ name: "v", value: "4" }] } } })).toEqual({
			changes: false,
		});
		const bind = { extraArgs: [{ name: "bind-address", value: "198.18.0.11" }] };
		expect(await changes({ cluster: { ...cluster, scheduler: bind } })).toEqual({});
		expect(await changes({ node: { ...node, localAPIEndpoint: { bindPort: 443 } } as typeof node })).toEqual({});
		expect(await changes({ credentials: { apiserver: { "/etc/kubernetes/pki/apiserver.crt": "new" } } })).toEqual({});
	});

	it("asks each component where its manifest on the host says", async () => {
		serves = true;
		const path = staticPodPath("kube-scheduler");
		host.put(path, host.text(path)!.replaceAll("path: /readyz", "path: /elsewhere"));
		await gate.create(inputs());
		expect(readinessOf(waited.at(-1)!)).toEqual({
			scheme: "http",
			address: "127.0.0.1",
			port: 10259,
			path: "/elsewhere",
		});
	});

	it.each([
		["is missing", undefined],
		["was broken", "a: [b"],
	])("asks a component whose manifest %s at the address of its health check", async (_is, manifest) => {
		await host.remove(names.map(staticPodPath));
		if (manifest) for (const name of names) host.put(staticPodPath(name), manifest);
		const address = { node: { ...node, localAPIEndpoint: { advertiseAddress: "fd00::1", bindPort: 443 } } };
		await gate.create(inputs(address as Partial<typeof args>));
		expect(waited.map(readinessOf).slice(0, 2)).toEqual([
			{ scheme: "http", address: "::1", port: 2381, path: "/readyz" },
			{ scheme: "https", address: "fd00::1", port: 443, path: "/readyz" },
		]);
	});

	it("looks at the container of a component without a probe", async () => {
		const patches = [
			{
				target: "etcd",
				patch: { spec: { containers: [{ name: "etcd", livenessProbe: null, readinessProbe: null }] } },
			},
		];
		const without = inputs({ node: { ...node, patches } as typeof node });
		expect(without.healthChecks.etcd).toBe("running container");
		await host.remove([staticPodPath("etcd")]);
		await gate.create(without);
		expect(readinessOf(waited[0]!)).toBeUndefined();
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
