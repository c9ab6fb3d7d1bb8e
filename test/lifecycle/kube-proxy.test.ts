import { describe, expect, it } from "vitest";
import { kubeProxy } from "../../provider/lifecycle/kube-proxy";
import type { ObjectsInputs } from "../../provider/lifecycle/objects-lifecycle";
import { cluster, node, host as reference } from "../support/cluster";

describe("kube-proxy's pods", () => {
	const check = (mode: string, old?: ObjectsInputs) =>
		kubeProxy.check({ controlPlanes: [reference], cluster: { ...cluster, kubeProxy: { mode } }, node }, old);
	const annotationsIn = ({ objects }: ObjectsInputs): Record<string, string> | undefined => {
		const daemonSet = objects.find(({ kind }) => kind === "DaemonSet") as any;
		return daemonSet.spec.template.metadata.annotations;
	};

	it("are as kubeadm writes them until their configuration changes", () => {
		const made = check("iptables");
		expect(annotationsIn(made)).toBeUndefined();
		expect(check("iptables", made)).toEqual(made);
	});

	it("get the digest of a changed configuration, and keep it while the configuration stays", () => {
		const made = check("iptables");
		const changed = check("nftables", made);
		const digest = annotationsIn(changed)?.["pulumi-kubeadm/configuration-digest"];
		expect(digest).toMatch(/^[0-9a-f]{64}$/);
		expect(check("nftables", changed)).toEqual(changed);
		const back = annotationsIn(check("iptables", changed))?.["pulumi-kubeadm/configuration-digest"];
		expect(back).toMatch(/^[0-9a-f]{64}$/);
		expect(back).not.toBe(digest);
	});

	it("go with all objects of kube-proxy when it is disabled, also after a changed configuration", () => {
		const changed = check("nftables", check("iptables"));
		const args = { controlPlanes: [reference], cluster: { ...cluster, proxy: { disabled: true } }, node };
		expect(kubeProxy.check(args, changed).objects).toEqual([]);
	});
});
