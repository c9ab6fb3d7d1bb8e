import { beforeEach, describe, expect, it, vi } from "vitest";
import * as dispatch from "../../provider/lifecycle/dispatch";
import { staticPodManifest } from "../../provider/lifecycle/static-pod-manifest";
import { cluster, node, host as reference } from "../support/cluster";
import { MemoryHost } from "../support/memory-host";
import { hosts } from "../support/reachable";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

describe("a manifest that someone broke", () => {
	const path = "/etc/kubernetes/manifests/etcd.yaml";
	const inputs = staticPodManifest.check(
		{ host: reference, component: "etcd", cluster, node, initialMembers: [{ name: "cp-1", address: "198.18.0.11" }] },
		undefined,
	);
	let host: MemoryHost;

	beforeEach(() => {
		host = new MemoryHost();
		hosts.set("198.18.0.11", host);
		host.answers(/data directory/, () => "made");
		host.answers(/^see whether the kubelet runs$/, () => "stopped\n");
		host.answers(/^remove etcd's data$/, () => "");
	});

	it.each(["kind: [Pod", "", "nothing", "spec: {}\n", "- a\n"])(
		"into %j is shown by a refresh, put back by the next up, and no hindrance to its removal",
		async (text) => {
			const { id, outs } = await dispatch.create("StaticPodManifest", inputs as never);
			const whole = host.text(path);
			host.put(path, text, "0600");
			const { props, inputs: read } = await dispatch.read("StaticPodManifest", id, outs);
			expect(read).not.toEqual(inputs);
			const again = await dispatch.read("StaticPodManifest", id, props);
			expect(again.props).toEqual(props);

			await dispatch.remove("StaticPodManifest", id, again.props);
			expect(host.text(path)).toBeUndefined();
			const removal = host.commands.find(({ intent }) => intent === "remove etcd's data");
			expect(removal?.script).toContain("rm -rf /var/lib/etcd/member ");

			const made = await dispatch.create("StaticPodManifest", inputs as never);
			host.put(path, text, "0600");
			const drifted = await dispatch.read("StaticPodManifest", made.id, made.outs);
			const mended = await dispatch.update("StaticPodManifest", made.id, drifted.props, inputs as never);
			expect(host.text(path)).toBe(whole);
			expect(mended.outs).toEqual({ ...made.outs, lastUpdate: expect.any(String) });
		},
	);

	it("does not hide a copy of the placed manifest beside it from a second refresh", async () => {
		const { id, outs } = await dispatch.create("StaticPodManifest", inputs as never);
		host.put(`${path}.bak`, host.text(path)!, "0600");
		host.put(path, "kind: [Pod", "0600");
		const { props } = await dispatch.read("StaticPodManifest", id, outs);
		const again = await dispatch.read("StaticPodManifest", id, props);
		expect(again.props["hasOtherManifest"]).toBe(true);
	});

	it("to name another data directory does not have that one removed", async () => {
		const { id, outs } = await dispatch.create("StaticPodManifest", inputs as never);
		host.put(path, host.text(path)!.replaceAll("/var/lib/etcd", "/home"), "0600");
		const { props } = await dispatch.read("StaticPodManifest", id, outs);
		await dispatch.remove("StaticPodManifest", id, props);
		const removal = host.commands.find(({ intent }) => intent === "remove etcd's data");
		expect(removal?.script).toContain("rm -rf /var/lib/etcd/member ");
	});
});
