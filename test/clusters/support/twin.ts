import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, type LabHost, startLab, until } from "../../../lab/index.ts";
import type { Minor } from "../../../lab/toolchain/index.ts";
import { clusterOn } from "./cluster.ts";
import { kubeadmInit, kubectl } from "./kubeadm.ts";
import { objectsOf } from "./objects.ts";
import { type TestStack, testStack } from "./stack.ts";
import { treeOf } from "./tree.ts";

/** What is on a host and in its API. */
interface Twin {
	tree: Record<string, string>;
	objects: Record<string, unknown>;
}

/**
 * One configuration, given to us and to the real `kubeadm init` on a host of the same name and address. Files are
 * compared byte for byte, but for certificates and keys, which are compared by what they say.
 * @param kubernetes a minor release @default the newest
 */
export function describeTwin(kubernetes?: Minor): void {
	const release = kubernetes ? { kubernetes } : {};
	describe(`a control plane of ${kubernetes ?? "the newest release"}, beside the one that kubeadm makes of the same configuration`, () => {
		let lab: Lab;
		let twinLab: Lab;
		let stack: TestStack;
		let ours: Twin;
		let theirs: Twin;

		beforeAll(async () => {
			lab = await startLab({ ...release, hosts: [{ name: "cp-1" }] });
			stack = await testStack("cluster");
			const program = { ...clusterOn(lab, { kubernetesVersion: lab.kubernetesVersion }), bootstrapToken: true };
			await stack.configure(program);
			await stack.up();
			ours = await look(lab.hosts[0]!);
			// One after the other: the machine is not to run two clusters at once.
			await lab.hosts[0]!.powerOff();
			twinLab = await startLab({ ...release, isolated: true, subnet: lab.hostSubnet, hosts: [{ name: "cp-1" }] });
			await kubeadmInit(twinLab, twinLab.hosts[0]!, program.cluster);
			theirs = await look(twinLab.hosts[0]!);
		});

		afterAll(async () => {
			await twinLab?.stop();
			await lab?.stop();
			await stack?.remove();
		});

		it("has the same files in /etc/kubernetes and /var/lib/kubelet, with the same modes, owners and contents", () => {
			expect(Object.keys(theirs.tree)).toContain("/etc/kubernetes/manifests/kube-apiserver.yaml");
			expect(theirs.tree["/etc/kubernetes/pki/apiserver.crt"]).toMatch(
				/^file 0644 0:0\n[\s\S]*Subject: CN ?= ?kube-apiserver/,
			);
			expect(ours.tree).toEqual(theirs.tree);
		});

		it("has the same objects in its API", () => {
			expect(Object.keys(theirs.objects)).toContain("ConfigMap kube-system/kubeadm-config");
			expect(ours.objects).toEqual(theirs.objects);
		});
	});
}

async function look(host: LabHost): Promise<Twin> {
	await settle(host);
	return {
		tree: comparable(await treeOf(host, ["/etc/kubernetes", "/var/lib/kubelet"])),
		objects: await objectsOf(host),
	};
}

/** Both are to be as they stay. */
async function settle(host: LabHost): Promise<void> {
	const all = (kind: string) => `-n kube-system wait --for=condition=Ready --timeout=120s ${kind} --all`;
	await kubectl(host, all("node"));
	await kubectl(host, "-n kube-system rollout status deployment/coredns --timeout=120s");
	await kubectl(host, "-n kube-system rollout status daemonset/kube-proxy --timeout=120s");
	await kubectl(host, all("pod"));
	await until(
		"cluster-info is signed",
		60,
		async () =>
			(await kubectl(host, "-n kube-public get configmap cluster-info -o yaml")).includes("jws-") || undefined,
	);
	await until(
		"the kubelet's first request for a certificate of its own is granted",
		60,
		async () => (await kubectl(host, "get csr -o yaml")).includes("  certificate: ") || undefined,
	);
}

/**
 * The kubelet's folder of pods follows from the API's pods and is named by their UIDs; so are two of its records. What
 * it named by a time is a certificate that it renewed: the first is looked at, as kubeadm's restart of the kubelet at
 * the end may or may not come before the next one is there.
 */
function comparable(tree: Record<string, string>): Record<string, string> {
	const [first, ...renewed] = Object.keys(tree).filter((path) => /kubelet-client-\d/.test(path));
	const own = (path: string) =>
		/^\/var\/lib\/kubelet\/(pods\/|(actuated|allocated)_pods_state$)/.test(path) || renewed.includes(path);
	const undated = (text: string) => text.replaceAll(/kubelet-client-\d[\d-]+/g, "kubelet-client-TIME");
	expect(first).toBeDefined();
	return Object.fromEntries(
		Object.entries(tree)
			.filter(([path]) => !own(path))
			.map(([path, text]) => [undated(path), undated(text)]),
	);
}
