import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fromYaml } from "../../provider/go/yaml/write";
import { standaloneKubelet } from "../../provider/lifecycle/standalone-kubelet";
import { cluster, node, host as reference } from "../support/cluster";
import { MemoryHost } from "../support/memory-host";
import { hosts } from "../support/reachable";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

const configurationPath = "/var/lib/kubelet/config.yaml";
const dropInPath = "/etc/systemd/system/kubelet.service.d/20-etcd-service-manager.conf";
const args = { host: reference, cluster, node: { ...node, name: "etcd-1", skipPhases: ["preflight"] } };
const inputs = standaloneKubelet.check(args, undefined);

// A host in memory and a health endpoint of the test: whether a kubelet runs pods with these files is proved on hosts.
describe("a kubelet without an API server", () => {
	let host: MemoryHost;
	let server: Server;

	beforeEach(async () => {
		host = new MemoryHost();
		hosts.set("198.18.0.11", host);
		host.answers(/kubelet/, () => "");
		host.answers(/^inspect the host$/, () => "enabled disabled\nactive inactive\n");
		host.answers(/^look for the kubelet$/, () => "/usr/bin/kubelet\n");
		host.answers(/^look for the kubelet's service$/, () => "/usr/bin/kubelet\n[Service]\nExecStart=/usr/bin/kubelet\n");
		host.answers(/^let systemd read its units again$/, () => "");
		host.answers(/^ask for the state of the kubelet$/, () => "active\n");
		server = createServer((_request, response) => response.end("ok")).listen(0, "127.0.0.1");
		await once(server, "listening");
		host.listens = (server.address() as AddressInfo).port;
		vi.spyOn(console, "log").mockImplementation(() => {});
	});

	afterEach(() => {
		server.close();
		vi.restoreAllMocks();
	});

	const intents = () => host.commands.map(({ intent }) => intent);

	it("has the configuration of Kubernetes' document, and settings of the program over it", () => {
		const settings = { authorization: { mode: "Webhook" }, cgroupDriver: "cgroupfs" };
		const changed = {
			...args,
			cluster: { ...cluster, kubelet: settings },
			node: { ...args.node, kubelet: { maxPods: 9 } },
		};
		expect(inputs.configuration).toMatchObject({
			apiVersion: "kubelet.config.k8s.io/v1beta1",
			kind: "KubeletConfiguration",
			authentication: { anonymous: { enabled: false }, webhook: { enabled: false } },
			authorization: { mode: "AlwaysAllow" },
			cgroupDriver: "systemd",
			address: "127.0.0.1",
			containerRuntimeEndpoint: "unix:///var/run/containerd/containerd.sock",
			staticPodPath: "/etc/kubernetes/manifests",
		});
		expect(inputs.flags).toBe('KUBELET_KUBEADM_ARGS="--hostname-override=etcd-1"\n');
		expect(standaloneKubelet.check(changed, undefined).configuration).toMatchObject({
			authorization: { mode: "Webhook" },
			cgroupDriver: "cgroupfs",
			address: "127.0.0.1",
			maxPods: 9,
		});
	});

	it("is started with a drop-in that names no kubeconfig, and claims the machine", async () => {
		const { outputs } = await standaloneKubelet.create(inputs);
		expect(host.text(dropInPath)).toBe(`[Service]
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
EnvironmentFile=-/etc/sysconfig/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
Restart=always
`);
		expect(fromYaml(host.text(configurationPath)!)).toEqual(inputs.configuration);
		expect(host.text("/var/lib/kubelet/instance-config.yaml")).toBeUndefined();
		expect(JSON.parse(host.text("/var/lib/pulumi-kubeadm/node.json")!)).toMatchObject({ node: "etcd-1" });
		expect(
			intents()
				.filter((intent) => / the kubelet$/.test(intent))
				.slice(-2),
		).toEqual(["stop the kubelet", "start the kubelet"]);
		expect(outputs.status).toBe("running");
	});

	it("is read as it runs, and needs an update where its drop-in is gone or edited, or it does not run", async () => {
		const { id, outputs } = await standaloneKubelet.create(inputs);
		const state = { ...inputs, ...outputs };
		const read = async () => (await standaloneKubelet.read!(id, state))!;
		expect(await read()).toEqual(state);
		expect(standaloneKubelet.diff!(await read(), inputs)).toEqual({ changes: false });
		host.put(dropInPath, "[Service]\n");
		expect(standaloneKubelet.diff!(await read(), inputs)).toEqual({ changes: true, reason: `${dropInPath}: edited` });
		await host.remove([dropInPath]);
		expect(standaloneKubelet.diff!(await read(), inputs)).toEqual({ changes: true, reason: `${dropInPath}: missing` });
		await standaloneKubelet.update(id, await read(), inputs);
		host.answers(/^ask for the state of the kubelet$/, () => ({ stdout: "failed\n", exitCode: 3 }));
		expect(standaloneKubelet.diff!(await read(), inputs)).toEqual({ changes: true, reason: "failed" });
	});

	it("leaves nothing on the host when it goes", async () => {
		const before = host.paths();
		const { id, outputs } = await standaloneKubelet.create(inputs);
		host.answers(/^remove what the kubelet/, () => "");
		await standaloneKubelet.delete(id, { ...inputs, ...outputs });
		expect(host.paths()).toEqual(before);
		expect(intents()).toContain("stop the kubelet");
	});
});
