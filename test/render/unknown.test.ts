import { describe, expect, it } from "vitest";
import { resolveCluster } from "../../provider/config/cluster";
import { type Node, resolveNode } from "../../provider/config/node";
import { hasUnknowns, isUnknown, maskUnknowns, UNKNOWN } from "../../provider/facts/unknown";
import { coreDns } from "../../provider/render/addons/coredns";
import { kubeProxy } from "../../provider/render/addons/kube-proxy";
import { kubeconfigRequest } from "../../provider/render/kubeconfig";
import { kubeletConfiguration, kubeletFlags } from "../../provider/render/kubelet";
import { kubeadmConfigMap } from "../../provider/render/objects/config-maps";
import { certificateRequest } from "../../provider/render/pki/certificates";
import { staticPods } from "../../provider/render/static-pods/static-pods";

const cluster = resolveCluster({ kubernetesVersion: "1.37.2" });
const facts = {
	hostname: "cp",
	defaultRouteAddress: "198.18.0.7",
	cgroupVersion: 2 as const,
	machineId: "0123456789abcdef0123456789abcdef",
	caCertificateDirectories: [],
};

describe("a preview", () => {
	it("has the flag with an address that is not known yet as unknown, and the others as they will be", () => {
		const spec = { name: "cp", localAPIEndpoint: { advertiseAddress: UNKNOWN }, facts };
		const node = resolveNode(cluster, spec, "control-plane");
		const { command } = maskUnknowns(staticPods["kube-apiserver"](cluster, node)).spec.containers[0]!;
		const later = resolveNode(
			cluster,
			{ ...spec, localAPIEndpoint: { advertiseAddress: "198.18.0.7" } },
			"control-plane",
		);
		const known = staticPods["kube-apiserver"](cluster, later).spec.containers[0]!.command;
		expect(command.map((flag, index) => (isUnknown(flag) ? index : flag))).toEqual(
			known.map((flag, index) => (/^--(advertise-address|etcd-servers)=/.test(flag) ? index : flag)),
		);
	});

	it("shows of a text that holds something unknown nothing but a flag's name", () => {
		const all = everything(resolveNode(cluster, {}, "control-plane"));
		expect(JSON.stringify(maskUnknowns(all)).replaceAll(new RegExp(`"(--[^="]+=)?${UNKNOWN}"`, "g"), "")).not.toContain(
			UNKNOWN,
		);
	});

	it("knows all of a node whose facts are known", () => {
		expect(hasUnknowns(everything(resolveNode(cluster, { facts }, "control-plane")))).toBe(false);
	});

	it("does not know how long a certificate lasts before the period is known", () => {
		const open = resolveCluster({ kubernetesVersion: "1.37.2", certificateValidityPeriod: UNKNOWN });
		expect(certificateRequest("apiserver", open, resolveNode(open, { facts }, "control-plane")).validity).toBe(UNKNOWN);
	});

	it("knows nothing of the flags whose presence hangs on the host's name", () => {
		expect(isUnknown(kubeletFlags(cluster, resolveNode(cluster, { name: "cp" }, "control-plane")))).toBe(true);
	});

	it("knows all of a rootless static pod but the ids of users that are not made yet", () => {
		const rootless = resolveCluster({ kubernetesVersion: "1.37.2", featureGates: { RootlessControlPlane: true } });
		const pod = (node: Node) => staticPods["kube-apiserver"](rootless, node).spec;
		const open = pod(resolveNode(rootless, { facts }, "control-plane"));
		expect(open.securityContext).toEqual({
			runAsGroup: UNKNOWN,
			runAsUser: UNKNOWN,
			seccompProfile: { type: "RuntimeDefault" },
			supplementalGroups: [UNKNOWN],
		});
		const componentUsers = { users: { "kubeadm-kas": 7 }, groups: { "kubeadm-kas": 8, "kubeadm-sa-key-readers": 9 } };
		const known = pod(resolveNode(rootless, { facts: { ...facts, componentUsers } }, "control-plane"));
		expect(known).toEqual({
			...open,
			securityContext: { ...open.securityContext, runAsUser: 7, runAsGroup: 8, supplementalGroups: [9] },
		});
	});

	it("has unknown names in a certificate, and the known ones as they will be", () => {
		const node = resolveNode(cluster, { name: "cp", localAPIEndpoint: { advertiseAddress: UNKNOWN } }, "control-plane");
		const { sans } = certificateRequest("etcd-server", cluster, node);
		expect(sans.filter((name) => !isUnknown(name))).toEqual(["cp", "localhost", "127.0.0.1", "::1"]);
		expect(sans.filter(isUnknown)).toEqual([UNKNOWN]);
	});
});

function everything(node: ReturnType<typeof resolveNode>): unknown[] {
	return [
		...Object.values(staticPods).map((render) => render(cluster, node)),
		kubeletConfiguration(cluster, node),
		kubeletFlags(cluster, node),
		kubeadmConfigMap(cluster, node),
		kubeconfigRequest("kubelet.conf", cluster, node),
		certificateRequest("apiserver", cluster, node),
		...coreDns(cluster, node),
		...kubeProxy(cluster, node),
	];
}
