import { describe, expect, it } from "vitest";
import { resolveCluster } from "../../../provider/config/cluster";
import { type NodeSpec, type Patch, resolveNode } from "../../../provider/config/node";
import { isUnknown, maskUnknowns, UNKNOWN } from "../../../provider/facts/unknown";
import { coreDns } from "../../../provider/render/addons/coredns";
import { kubeProxy } from "../../../provider/render/addons/kube-proxy";
import { kubeletConfiguration } from "../../../provider/render/kubelet";
import { staticPods } from "../../../provider/render/static-pods/static-pods";

const cluster = resolveCluster({ kubernetesVersion: "1.37.2" });
const facts = {
	hostname: "cp",
	defaultRouteAddress: "198.18.0.7",
	cgroupVersion: 2 as const,
	machineId: "0123456789abcdef0123456789abcdef",
	caCertificateDirectories: [],
};

function nodeWith(patches: Patch[], spec: NodeSpec = {}) {
	return resolveNode(cluster, { name: "cp", facts, ...spec, patches }, "control-plane");
}

describe("patches of a node", () => {
	it("are taken as objects and lists too", () => {
		const node = nodeWith([
			{ target: "kube-scheduler", patch: { metadata: { labels: { a: "b" } } } },
			{ target: "kube-scheduler", type: "json", patch: [{ op: "remove", path: "/spec/priority" }] },
		]);
		const pod = staticPods["kube-scheduler"](cluster, node);
		expect(pod.metadata.labels).toEqual({ component: "kube-scheduler", tier: "control-plane", a: "b" });
		expect(pod.spec).not.toHaveProperty("priority");
		expect(node.patches[0]!.patch).toEqual({ metadata: { labels: { a: "b" } } });
	});

	it("leave what they are not meant for as it is", () => {
		const node = nodeWith([{ target: "etcd", patch: "metadata: {labels: {a: b}}" }]);
		const plain = nodeWith([]);
		expect(staticPods["kube-apiserver"](cluster, node)).toEqual(staticPods["kube-apiserver"](cluster, plain));
		expect(coreDns(cluster, node)).toEqual(coreDns(cluster, plain));
	});

	it("come after the node's own kubelet settings, and before what the node is", () => {
		const node = nodeWith(
			[
				{
					target: "kubeletconfiguration",
					patch: { maxPods: 3, podsPerCore: 4, containerRuntimeEndpoint: "unix:///x" },
				},
			],
			{ kubelet: { maxPods: 1, podPidsLimit: 2 } },
		);
		expect(kubeletConfiguration(cluster, node)).toMatchObject({
			maxPods: 3,
			podPidsLimit: 2,
			podsPerCore: 4,
			containerRuntimeEndpoint: "unix:///var/run/containerd/containerd.sock",
		});
		expect(kubeletConfiguration(cluster)).not.toHaveProperty("podsPerCore");
	});

	it("that cannot be applied are named with their place and the target", () => {
		const node = nodeWith([
			{ target: "etcd", patch: { metadata: { labels: { a: "b" } } } },
			{ target: "etcd", patch: "spec: {containers: [{image: a}]}" },
		]);
		expect(() => staticPods.etcd(cluster, node)).toThrow(
			'Node "cp": patches[1]: can\'t be applied to etcd: expected each element to have "name", got {"image":"a"}',
		);
		const typed = nodeWith([
			{ target: "etcd", patch: { spec: { priority: "high" } } },
			{ target: "etcd", patch: { metadata: { labels: { a: "b" } } } },
		]);
		expect(() => staticPods.etcd(cluster, typed)).toThrow(
			`Node "cp": patches[0]: can't be applied to etcd: spec.priority: expected an integer, got "high"`,
		);
	});

	it("may mend what an earlier one broke", () => {
		const node = nodeWith([
			{ target: "etcd", patch: { spec: { priority: "high" } } },
			{ target: "etcd", patch: { spec: { priority: 5 } } },
		]);
		expect(staticPods.etcd(cluster, node).spec.priority).toBe(5);
	});

	it("reach no prototype", () => {
		const patch = '{"__proto__": {"polluted": true}, "constructor": {"a": 1}, "maxPods": 9}';
		for (const type of ["strategic", "merge"] as const) {
			const node = nodeWith([{ target: "kubeletconfiguration", type, patch }]);
			expect(kubeletConfiguration(cluster, node).maxPods).toBe(9);
			expect({}).not.toHaveProperty("polluted");
		}
	});
});

describe("a directive of a strategic merge", () => {
	const etcdWith = (...patches: object[]) =>
		staticPods.etcd(cluster, nodeWith(patches.map((patch) => ({ target: "etcd", patch }))));
	const environment = (...names: string[]) => names.map((name) => ({ name, value: name }));
	const ofEtcd = (container: object) => ({ spec: { containers: [{ name: "etcd", ...container }] } });
	const names = (list: readonly { name: string }[] = []) => list.map(({ name }) => name);

	it("$patch: replace puts an object in the place of another, and is not in it", () => {
		const pod = etcdWith({ metadata: { labels: { $patch: "replace", a: "b" } } });
		expect(pod.metadata.labels).toEqual({ a: "b" });
	});

	it("$patch: delete takes all that an object has", () => {
		expect(etcdWith({ metadata: { labels: { $patch: "delete" } } }).metadata).not.toHaveProperty("labels");
	});

	it("$patch: delete takes out the element of a list that has the same merge key", () => {
		const first = ofEtcd({ env: environment("A", "B") });
		const pod = etcdWith(first, ofEtcd({ env: [{ name: "A", $patch: "delete" }] }));
		expect(pod.spec.containers[0]!.env).toEqual(environment("B"));
	});

	it("$patch: replace among a list's elements has the others in the place of the list", () => {
		const first = ofEtcd({ env: environment("A", "B") });
		const pod = etcdWith(first, ofEtcd({ env: [{ $patch: "replace" }, ...environment("C")] }));
		expect(pod.spec.containers[0]!.env).toEqual(environment("C"));
	});

	it("$retainKeys clears the fields of an object that it does not name", () => {
		const labels = { $retainKeys: ["component", "a"], a: "b" };
		expect(etcdWith({ metadata: { labels } }).metadata.labels).toEqual({ component: "etcd", a: "b" });
	});

	it("$setElementOrder puts the elements of a list in its order", () => {
		const first = ofEtcd({ env: environment("A", "B") });
		const order = [{ name: "C" }, { name: "B" }, { name: "A" }];
		const pod = etcdWith(first, ofEtcd({ "$setElementOrder/env": order, env: environment("C") }));
		expect(names(pod.spec.containers[0]!.env)).toEqual(["C", "B", "A"]);
		expect(Object.keys(pod.spec.containers[0]!)).not.toContain("$setElementOrder/env");
	});

	it("$deleteFromPrimitiveList takes values out of a list of them", () => {
		const first = { metadata: { finalizers: ["example.com/a", "example.com/b"] } };
		const pod = etcdWith(first, { metadata: { "$deleteFromPrimitiveList/finalizers": ["example.com/a"] } });
		expect(pod.metadata).toMatchObject({ finalizers: ["example.com/b"] });
		expect(Object.keys(pod.metadata)).not.toContain("$deleteFromPrimitiveList/finalizers");
	});
});

describe("a preview of patches", () => {
	const unknownAddress = { localAPIEndpoint: { advertiseAddress: UNKNOWN } };

	it("keeps what is not known of a pod, and shows what the patch changes", () => {
		const patch = {
			metadata: { labels: { a: "b" } },
			spec: { containers: [{ name: "etcd", env: [{ name: "A", value: "1" }] }] },
		};
		const pod = maskUnknowns(staticPods.etcd(cluster, nodeWith([{ target: "etcd", patch }], unknownAddress)));
		const [container] = pod.spec.containers;
		expect(pod.metadata.labels).toMatchObject({ a: "b" });
		expect(container!.env).toEqual([{ name: "A", value: "1" }]);
		expect(container!.command).toContain(`--advertise-client-urls=${UNKNOWN}`);
		expect(container!.command).toContain("--data-dir=/var/lib/etcd");
	});

	it("has a value of a patch that is not known as unknown alone", () => {
		const patch = { spec: { containers: [{ name: "etcd", image: UNKNOWN }], priority: UNKNOWN } };
		const { spec } = staticPods.etcd(cluster, nodeWith([{ target: "etcd", patch }]));
		expect(spec.containers[0]!.image).toBe(UNKNOWN);
		expect(spec.priority).toBe(UNKNOWN);
		expect(spec.containers[0]!.command).toContain("--data-dir=/var/lib/etcd");
	});

	it.each<[string, Patch]>([
		["text", { target: "etcd", patch: `spec: ${UNKNOWN}` }],
		["type", { target: "etcd", type: UNKNOWN as "json", patch: [] }],
		["target", { target: UNKNOWN, patch: {} }],
		["path", { target: "etcd", type: "json", patch: [{ op: "add", path: `/metadata/labels/${UNKNOWN}`, value: "a" }] }],
		["directive", { target: "etcd", patch: { spec: { $patch: UNKNOWN } } }],
	])("has the whole object as unknown where a patch's %s is not known", (_what, patch) => {
		expect(isUnknown(staticPods.etcd(cluster, nodeWith([patch])))).toBe(true);
	});

	it("has the whole object as unknown where a patch tests what is not known", () => {
		const patch = [{ op: "test", path: "/spec/containers/0/command", value: ["etcd"] }];
		expect(
			isUnknown(staticPods.etcd(cluster, nodeWith([{ target: "etcd", type: "json", patch }], unknownAddress))),
		).toBe(true);
	});

	it("has a list as unknown whose elements can't be told apart", () => {
		const patch = {
			spec: {
				containers: [
					{
						name: "etcd",
						env: [
							{ name: UNKNOWN, value: "1" },
							{ name: "B", value: "2" },
						],
					},
				],
			},
		};
		const more = { spec: { containers: [{ name: "etcd", env: [{ name: "B", value: "3" }] }] } };
		const node = nodeWith([
			{ target: "etcd", patch },
			{ target: "etcd", patch: more },
		]);
		expect(staticPods.etcd(cluster, node).spec.containers[0]!.env).toBe(UNKNOWN);
	});

	it("has an addon's workload alone as unknown", () => {
		const node = nodeWith([
			{ target: "corednsdeployment", patch: UNKNOWN },
			{ target: "kubeproxydaemonset", patch: UNKNOWN },
		]);
		for (const objects of [coreDns(cluster, node), kubeProxy(cluster, node)])
			expect(objects.filter((object) => isUnknown(object))).toHaveLength(1);
	});

	it("has a kubelet's configuration as unknown", () => {
		const node = nodeWith([{ target: "kubeletconfiguration", patch: UNKNOWN }]);
		expect(isUnknown(kubeletConfiguration(cluster, node))).toBe(true);
	});

	it.each([
		["template", { spec: { template: UNKNOWN } }],
		["containers", { spec: { template: { spec: { containers: UNKNOWN } } } }],
		["env", { spec: { template: { spec: { containers: [{ name: "kube-proxy", env: UNKNOWN }] } } } }],
	])("leaves kube-proxy's %s unknown where a patch gives it later, with a proxy's variables too", (field, patch) => {
		const proxied = { ...cluster, proxyEnvs: [{ name: "HTTPS_PROXY", value: "http://198.18.9.9:3128" }] };
		const objects = kubeProxy(proxied, nodeWith([{ target: "kubeproxydaemonset", patch }]));
		const daemonSet = objects.find((object) => object.kind === "DaemonSet");
		expect(JSON.stringify(daemonSet)).toMatch(new RegExp(`"${field}":"${UNKNOWN}"`));
	});
});
