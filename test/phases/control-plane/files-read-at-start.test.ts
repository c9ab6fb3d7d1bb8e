import { describe, expect, it } from "vitest";
import { resolveCluster } from "../../../provider/config/cluster";
import { resolveNode } from "../../../provider/config/node";
import { staticPodComponents } from "../../../provider/phases/components/registry";
import { filesReadAtStart } from "../../../provider/phases/control-plane/files-read-at-start";
import type { StaticPodName } from "../../../provider/render/static-pods/static-pods";
import { cluster, node } from "../../support/cluster";

describe("the files that a component reads only when it starts", () => {
	const resolved = resolveCluster(cluster);
	const pod = (name: StaticPodName) =>
		staticPodComponents[name].render({
			cluster: resolved,
			node: resolveNode(resolved, node, "control-plane"),
			initialMembers: [{ name: "cp-1", address: "198.18.0.11" }],
		});
	const pki = (name: StaticPodName) =>
		[...new Set(filesReadAtStart(pod(name)))].filter((path) => path.startsWith("/etc/kubernetes/")).sort();

	it.each([
		["etcd", ["/etc/kubernetes/pki/etcd/ca.crt"]],
		["kube-apiserver", ["/etc/kubernetes/pki/etcd/ca.crt", "/etc/kubernetes/pki/sa.key", "/etc/kubernetes/pki/sa.pub"]],
		[
			"kube-controller-manager",
			["/etc/kubernetes/controller-manager.conf", "/etc/kubernetes/pki/ca.crt", "/etc/kubernetes/pki/sa.key"],
		],
		["kube-scheduler", ["/etc/kubernetes/scheduler.conf"]],
	] as const)("of %s are no certificate that it takes up by itself", (name, files) => {
		expect(pki(name)).toEqual(files);
	});

	it("are all files of a folder that the user mounts", () => {
		const apiServer = pod("kube-apiserver");
		apiServer.spec.volumes!.push({ name: "audit", hostPath: { path: "/etc/kubernetes/audit", type: "Directory" } });
		expect(filesReadAtStart(apiServer)).toContain("/etc/kubernetes/audit");
	});

	it("count where a second flag names a file that is taken up for the first one", () => {
		const apiServer = pod("kube-apiserver");
		const [container] = apiServer.spec.containers as unknown as [{ command: string[] }];
		container.command.push("--oidc-ca-file=/etc/kubernetes/pki/ca.crt");
		expect(filesReadAtStart(apiServer)).toContain("/etc/kubernetes/pki/ca.crt");
	});
});
