import { describe, expect, it } from "vitest";
import { UNKNOWN } from "../../provider/facts/unknown";
import { restartsOf } from "../../provider/lifecycle/restarts";

const manifest = (flag: string) => ({ spec: { containers: [{ command: ["kube-apiserver", flag] }] } });
const apiServer = (flag: string, more: object = {}) => ({
	component: "kube-apiserver",
	nodeName: "cp-1",
	timeoutSeconds: 240,
	manifest: manifest(flag),
	...more,
});
const kubelet = (more: object = {}) => ({
	nodeName: "worker-1",
	configuration: { maxPods: 110 },
	flags: "KUBELET_KUBEADM_ARGS=",
	subject: { server: "https://198.18.0.11:6443", certificate: { validity: 1 } },
	...more,
});
const gate = (credentials: object) => ({
	nodeName: "cp-1",
	healthChecks: { etcd: {}, "kube-apiserver": {}, "kube-controller-manager": {}, "kube-scheduler": {} },
	credentials,
});
const addon = (image: string, data: string) => ({
	objects: [
		{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings", namespace: "web" }, data: { data } },
		{
			apiVersion: "apps/v1",
			kind: "Deployment",
			metadata: { name: "web", namespace: "web" },
			spec: { template: { image } },
		},
	],
});

describe("the input restarts of a changed resource", () => {
	const of = (kind: Parameters<typeof restartsOf>[0], olds: object | undefined, news: object, restarts?: string) =>
		restartsOf(kind, { inputs: olds, restarts }, news);

	it.each([
		["a manifest", "StaticPodManifest", apiServer("--v=2"), apiServer("--v=3"), "kube-apiserver on cp-1"],
		["a kubelet's setting", "Kubelet", kubelet(), kubelet({ configuration: { maxPods: 90 } }), "kubelet on worker-1"],
		[
			"a kubelet's flags",
			"Kubelet",
			kubelet(),
			kubelet({ flags: 'KUBELET_KUBEADM_ARGS="--v=3"' }),
			"kubelet on worker-1",
		],
		[
			"the scheduler's kubeconfig",
			"Gate",
			gate({ "scheduler.conf": { a: "1" } }),
			gate({ "scheduler.conf": { a: "2" } }),
			"kube-scheduler on cp-1",
		],
		[
			"a kubeconfig that is not known yet",
			"Gate",
			gate({ "controller-manager.conf": { a: "1" } }),
			gate({ "controller-manager.conf": UNKNOWN }),
			"kube-controller-manager on cp-1",
		],
		[
			"a kubelet's version",
			"KubeletVersion",
			{ nodeName: "worker-1", version: "1.37.1" },
			{ nodeName: "worker-1", version: "1.37.2" },
			"kubelet on worker-1, whose pods move away before",
		],
		["a pod template", "Addon", addon("web:1", "a"), addon("web:2", "b"), "pods of Deployment web/web"],
	] as const)("names what restarts for %s", (_, kind, olds, news, expected) => {
		expect(of(kind, olds, news)).toBe(expected);
	});

	it.each([
		["a resource that is created", "StaticPodManifest", undefined, apiServer("--v=2")],
		["equal inputs", "StaticPodManifest", apiServer("--v=2"), apiServer("--v=2")],
		["a time limit", "StaticPodManifest", apiServer("--v=2"), apiServer("--v=2", { timeoutSeconds: 60 })],
		[
			"a manifest that is not known yet",
			"StaticPodManifest",
			apiServer("--v=2"),
			apiServer("--v=2", { manifest: UNKNOWN }),
		],
		[
			"the validity of the next certificate",
			"Kubelet",
			kubelet(),
			kubelet({ subject: { server: "https://198.18.0.11:6443", certificate: { validity: 2 } } }),
		],
		[
			"certificates that the API server and etcd read again",
			"Gate",
			gate({ apiserver: { a: "1" }, "etcd-server": { a: "1" } }),
			gate({ apiserver: UNKNOWN, "etcd-server": { a: "2" } }),
		],
		["the administrator's kubeconfig", "Gate", gate({ "admin.conf": { a: "1" } }), gate({ "admin.conf": { a: "2" } })],
		["a ConfigMap", "Addon", addon("web:1", "a"), addon("web:1", "b")],
	] as const)("is absent for %s", (_, kind, olds, news) => {
		expect(of(kind, olds, news)).toBeUndefined();
	});

	it("says after which nodes", () => {
		const manifest = (value: string) => ({
			component: "etcd",
			nodeName: "cp-2",
			manifest: { metadata: { name: value } },
		});
		const before = { inputs: manifest("one"), restarts: undefined };
		const said = (rollsAfter: string[]) => restartsOf("StaticPodManifest", before, manifest("other"), { rollsAfter });
		expect(said(["cp-1"])).toBe("etcd on cp-2 after cp-1");
		expect(said(["worker-1", "worker-2"])).toBe("etcd on cp-2 after worker-1 and worker-2");
		expect(restartsOf("StaticPodManifest", before, manifest("one"), { rollsAfter: ["cp-1"] })).toBeUndefined();
	});

	it("differs from the last one, so that a preview shows it, and stays where nothing restarts", () => {
		const first = of("StaticPodManifest", apiServer("--v=2"), apiServer("--v=3"));
		const second = of("StaticPodManifest", apiServer("--v=3"), apiServer("--v=4"), first);
		expect(second).toBe("kube-apiserver on cp-1 again");
		expect(of("StaticPodManifest", apiServer("--v=4"), apiServer("--v=5"), second)).toBe("kube-apiserver on cp-1");
		const slower = apiServer("--v=4", { timeoutSeconds: 60 });
		expect(of("StaticPodManifest", apiServer("--v=4"), slower, second)).toBe("kube-apiserver on cp-1 again");
		expect(of("StaticPodManifest", slower, slower, second)).toBeUndefined();
	});
});
