import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type GateArgs, gate } from "../../provider/lifecycle/gate";
import { cluster, node, host as reference } from "../support/cluster";
import { MemoryHost } from "../support/memory-host";
import { placeManifests } from "../support/placed-manifests";
import { hosts } from "../support/reachable";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

const ports: Record<string, string> = {
	"2381": "etcd",
	"6443": "kube-apiserver",
	"10257": "kube-controller-manager",
	"10259": "kube-scheduler",
};
const founder = { name: "cp-1", address: "198.18.0.11" };

function inputs(members = [founder], more: Partial<GateArgs> = {}) {
	const args = { host: reference, cluster, node, initialMembers: members, credentials: {}, ...more };
	return { ...gate.check(args, undefined), timeoutSeconds: 0 };
}

// A host in memory and health endpoints of the test: what kubelet and containerd do is proved on hosts.
describe("the gate of a control plane that comes up", () => {
	let host: MemoryHost;
	let server: Server;
	/** Components that do not serve. */
	let down: string[];

	beforeEach(async () => {
		down = [];
		host = new MemoryHost();
		hosts.set("198.18.0.11", host);
		placeManifests(host);
		host.answers(/^look when files were written$/, () => "1000\n1000\n1000\n1000\n");
		host.answers(/^look for the cause$/, () => "");
		host.answers(/kubelet/, () => "");
		server = createServer(({ headers }, response) => {
			const component = ports[headers.host!.split(":")[1]!]!;
			response.writeHead(down.includes(component) ? 503 : 200).end("[-]test failed");
		}).listen(0, "127.0.0.1");
		await once(server, "listening");
		host.listens = (server.address() as AddressInfo).port;
	});

	afterEach(() => void server.close());

	const kubelet = () => host.commands.map(({ intent }) => intent).filter((intent) => / the kubelet$/.test(intent));
	const sandboxes = () => host.runtime.calls.filter((call) => /PodSandbox \w/.test(call));

	it("has the kubelet start anew those pods that are older than their manifests, while no API server serves", async () => {
		down = ["kube-apiserver"];
		host.runtime.pods = [
			{ id: "old", name: "etcd-cp-1", component: "etcd", createdAt: 999 },
			{ id: "new", name: "kube-apiserver-cp-1", component: "kube-apiserver", createdAt: 1000 },
		];
		await expect(gate.create(inputs())).rejects.toThrow(/^cp-1: kube-apiserver: /);
		expect(sandboxes()).toEqual(["StopPodSandbox old", "RemovePodSandbox old"]);
		expect(kubelet()).toEqual(["stop the kubelet", "start the kubelet"]);
	});

	it("does not wait in a founding with several control planes, whose etcd has no quorum yet, and waits from then on", async () => {
		const members = [founder, { name: "cp-2", address: "198.18.0.12" }, { name: "cp-3", address: "198.18.0.13" }];
		const three = inputs(members);
		expect(three.otherFounders).toEqual(["cp-2", "cp-3"]);
		down = ["etcd", "kube-apiserver"];
		await gate.create(three);
		await expect(gate.update("gate#1", three, three)).rejects.toThrow(/^cp-1: etcd: /);
		down = ["kube-scheduler"];
		await expect(gate.create(three)).rejects.toThrow(/^cp-1: kube-scheduler: /);
	});

	describe("of etcd alone", () => {
		const members = [founder, { name: "etcd-2", address: "198.18.0.12" }, { name: "etcd-3", address: "198.18.0.13" }];
		const etcdOnly: Partial<GateArgs> = { components: ["etcd"] };

		it("asks etcd and no other component", async () => {
			down = ["kube-apiserver", "kube-controller-manager", "kube-scheduler"];
			await gate.create(inputs([founder], etcdOnly));
			down = ["etcd"];
			await expect(gate.create(inputs([founder], etcdOnly))).rejects.toThrow(/^cp-1: etcd: /);
		});

		it("does not wait in a founding, while no other member answers; the last gate of the host does", async () => {
			const wasThere = host.text("/etc/kubernetes/manifests/etcd.yaml")!;
			const initial = members.map(({ name, address }) => `${name}=https://${address}:2380`).join(",");
			host.put(
				"/etc/kubernetes/manifests/etcd.yaml",
				wasThere.replace(/--initial-cluster=\S+/, `--initial-cluster=${initial}`),
			);
			down = ["etcd"];
			await gate.create(inputs(members, etcdOnly));
			await expect(gate.create(inputs(members, { ...etcdOnly, waitsInFounding: true }))).rejects.toThrow(
				/^cp-1: etcd: /,
			);
		});
	});
});
