import { beforeEach, describe, expect, it, vi } from "vitest";
import { thisProgram } from "../../provider/hosts/placement/program";
import { recordPath } from "../../provider/hosts/placement/records";
import { etcdData } from "../../provider/lifecycle/etcd-data";
import { staticPodManifest } from "../../provider/lifecycle/static-pod-manifest";
import { cluster, node, host as reference } from "../support/cluster";
import { host, printed, useControlPlane } from "../support/control-plane";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

const directory = "/var/lib/etcd";
const manifest = "/etc/kubernetes/manifests/etcd.yaml";
const founder = { name: "cp-1", address: "198.18.0.11" };
const args = { host: reference, cluster, node, initialMembers: [founder] };
const inputs = etcdData.check(args, undefined);
const record = () => JSON.parse(host.text(recordPath(directory)) ?? "null");
const removals = () => host.commands.filter(({ intent }) => intent === "remove etcd's data").length;
/** The outcome of the script on the host, which test/clusters proves. */
const outcome = (text: string) => host.answers(/^make etcd's data directory$/, () => text);
const recordOfManifest = (more: object) =>
	host.put(recordPath(manifest), JSON.stringify({ path: manifest, owner: "etcd#1", program: thisProgram(), ...more }));

useControlPlane();
beforeEach(() => {
	host.answers(/^remove etcd's data$/, () => "");
	outcome("made\n");
});

describe("etcd's data", () => {
	it("says in a preview of a destroy what goes", () => {
		expect(inputs).toEqual({
			host: reference,
			directory,
			onDelete: "removes /var/lib/etcd on cp-1: all data of the cluster",
		});
		const ignorePreflightErrors = ["DirAvailable--var-lib-etcd"];
		const accepting = { ...node, nodeRegistration: { ignorePreflightErrors } };
		expect(etcdData.check({ ...args, node: accepting }, undefined)).toMatchObject({
			onDelete: "removes /var/lib/etcd on cp-1: all data of the cluster, unless the data was there before",
			acceptsForeignData: true,
		});
	});

	it("is removed where this program made it, and not a second time", async () => {
		const { id } = await etcdData.create(inputs);
		expect(record()).toEqual({ path: directory, owner: id, program: thisProgram() });
		await etcdData.delete(id, inputs);
		await etcdData.delete(id, inputs);
		expect(removals()).toBe(1);
		expect(record()).toBeNull();
	});

	it("of a state without this resource is taken for this program's, as its etcd wrote it", async () => {
		recordOfManifest({});
		outcome("data\n");
		const { id } = await etcdData.create(inputs);
		expect(record()).not.toHaveProperty("found");
		await host.remove([recordPath(manifest)]);
		await etcdData.delete(id, inputs);
		expect(removals()).toBe(1);
	});

	it.each([
		["whose manifest was found", "data\n", () => recordOfManifest({ found: true }), inputs],
		["whose manifest has no record", "data\n", () => {}, inputs],
		[
			"of another cluster, which the program accepts",
			"foreign\n",
			() => {},
			{ ...inputs, acceptsForeignData: true as const },
		],
	])("%s is left on the host", async (_of, says, prepare, given) => {
		prepare();
		outcome(says);
		const { id } = await etcdData.create(given);
		await etcdData.delete(id, given);
		expect(removals()).toBe(0);
		expect(printed).toEqual(["root@198.18.0.11:22: /var/lib/etcd stays on the host: it was there before this program"]);
	});

	it("of another cluster is refused", async () => {
		outcome("foreign\n");
		await expect(etcdData.create(inputs)).rejects.toThrow(
			"/var/lib/etcd/member/snap/db: expected no etcd data on a host without etcd, got data of another cluster",
		);
		expect(record()).toBeNull();
	});

	it("of another program is refused by that program's name", async () => {
		const program = { id: "1a2b3c4d-0", name: "shop/dev" };
		host.put(recordPath(directory), JSON.stringify({ path: directory, owner: "other", program }));
		await expect(etcdData.create(inputs)).rejects.toThrow(
			"root@198.18.0.11:22: /var/lib/etcd: expected no etcd data of another program, got data of the Pulumi program shop/dev (id 1a2b3c4d)",
		);
	});

	it("stays while etcd's manifest is placed, and goes with that", async () => {
		recordOfManifest({});
		const { id } = await etcdData.create(inputs);
		await etcdData.delete(id, inputs);
		expect(removals()).toBe(0);
		expect(printed.join()).toContain("stays on the host: etcd runs with it, and it goes with etcd's manifest");
	});

	it("is gone where its directory is gone", async () => {
		host.answers(/^look for etcd's data directory$/, () => "");
		expect(await etcdData.read!("id", inputs)).toBeUndefined();
		host.answers(/^look for etcd's data directory$/, () => "yes\n");
		expect(await etcdData.read!("id", inputs)).toEqual(inputs);
	});
});

describe("a delete of etcd's manifest", () => {
	const initialMembers = [{ name: "cp-1", address: "198.18.0.11" }];
	const pod = staticPodManifest.check({ host: reference, component: "etcd", cluster, node, initialMembers }, undefined);

	it.each([
		["leaves the data to its own resource", true, 0],
		["removes the data where the state has no such resource", false, 1],
	])("%s", async (_what, hasOwn, count) => {
		if (hasOwn) await etcdData.create(inputs);
		const { id, outputs } = await staticPodManifest.create(pod);
		await staticPodManifest.delete(id, { ...pod, ...outputs });
		expect(removals()).toBe(count);
	});
});
