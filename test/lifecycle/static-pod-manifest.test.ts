import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { toYaml } from "../../provider/go/yaml/write";
import { placeFiles } from "../../provider/hosts/placement/place";
import { digestOf } from "../../provider/hosts/placement/records";
import { hasUndo, keepForUndo } from "../../provider/hosts/placement/undo";
import * as dispatch from "../../provider/lifecycle/dispatch";
import { staticPodManifest } from "../../provider/lifecycle/static-pod-manifest";
import { cluster, node, host as reference } from "../support/cluster";
import { MemoryHost } from "../support/memory-host";
import { plain } from "../support/preview-form";
import { hosts } from "../support/reachable";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

// A host in memory and a health endpoint of the test: what kubelet and containerd do is proved on hosts.
describe("the manifest of a static pod that runs", () => {
	const path = "/etc/kubernetes/manifests/etcd.yaml";
	const initialMembers = [{ name: "cp-1", address: "198.18.0.11" }];
	const inputs = (quota?: string) => {
		const extraArgs = quota ? [{ name: "quota-backend-bytes", value: quota }] : [];
		const etcd = { local: { extraArgs } };
		return staticPodManifest.check(
			{ host: reference, component: "etcd", cluster: { ...cluster, etcd }, node, initialMembers },
			undefined,
		);
	};
	/** Inputs as the state keeps them, where one of etcd's flags waits for the next start. */
	const waiting = (extraArgs: { name: string; value: string }[], old: object = {}) => {
		const of = { ...cluster, etcd: { local: { extraArgs } } };
		const args = { host: reference, component: "etcd", cluster: of, node, initialMembers };
		const kept = dispatch.check("StaticPodManifest", { ...old }, { ...args, flagsAtNextStart: ["max-txn-ops"] });
		return kept.inputs!;
	};
	let host: MemoryHost;
	let server: Server;
	/** Whether etcd is well with what its manifest says now. */
	let well: () => boolean;

	beforeEach(async () => {
		host = new MemoryHost();
		hosts.set("198.18.0.11", host);
		host.answers(/data directory/, () => "");
		host.answers(/^look when files were written$/, () => "1000\n");
		host.answers(/^look for the cause$/, () => "");
		host.runtime.pods = pods(1000);
		server = createServer((_request, response) => response.writeHead(well() ? 200 : 503).end("[-]quota failed")).listen(
			0,
			"127.0.0.1",
		);
		await once(server, "listening");
		host.listens = (server.address() as AddressInfo).port;
		well = () => true;
	});

	afterEach(() => void server.close());

	const pods = (createdAt: number) => [{ id: "a", name: "etcd-cp-1", component: "etcd", createdAt }];
	const journal = () => host.paths().filter((name) => name.includes("/undo/"));

	it("gets a flag that waits for the next start with another change, and is not restarted for it alone", () => {
		const [flag, other] = [
			{ name: "max-txn-ops", value: "200" },
			{ name: "quota-backend-bytes", value: "1" },
		];
		const before = waiting([]);
		expect(waiting([flag], before)).toEqual(before);
		const both = JSON.stringify(plain(waiting([flag, other], before)));
		expect(both).toContain("--max-txn-ops=200");
		expect(both).toContain("--quota-backend-bytes=1");
		const started = waiting([flag]);
		expect(JSON.stringify(plain(started))).toContain("--max-txn-ops=200");
		expect(JSON.stringify(plain(waiting([{ ...flag, value: "300" }], started)))).toContain("--max-txn-ops=300");
	});

	it("proves itself after a change that was cut off, and the journal forgets it", async () => {
		const { id, outputs } = await staticPodManifest.create(inputs());
		await keepForUndo(host, id, (await host.read([path])).get(path)!);
		await staticPodManifest.update(id, { ...inputs(), ...outputs }, inputs("1"));
		expect(host.text(path)).toContain("--quota-backend-bytes=1");
		expect(journal()).toEqual([]);
	});

	it("shows a change that was cut off as drift, proves it, and is equal then", async () => {
		const { id, outputs } = await staticPodManifest.create(inputs());
		await keepForUndo(host, id, (await host.read([path])).get(path)!);
		const file = { path, content: toYaml(inputs("1").manifest), mode: "0600", owner: "root", group: "root" };
		const { digests } = await placeFiles({ host, owner: id, files: [file], stateDigests: outputs.digests });
		const read = await staticPodManifest.read!(id, { ...inputs(), ...outputs });
		const reason = "the last change of the manifest was interrupted";
		expect(staticPodManifest.diff!(read!, inputs("1"))).toEqual({ changes: true, reason });
		const proved = await staticPodManifest.update(id, read!, inputs("1"));
		expect(proved).toEqual({ digests });
		expect(staticPodManifest.diff!({ ...inputs("1"), ...proved }, inputs("1"))).toEqual({ changes: false });
		expect(journal()).toEqual([]);
	});

	it("is refused where another file describes the same pod, which a refresh shows as drift", async () => {
		const { id, outputs } = await staticPodManifest.create(inputs());
		const copy = `${path}.bak`;
		host.put(copy, host.text(path)!, "0600");
		host.put("/etc/kubernetes/manifests/README", "no YAML: [", "0644");
		const read = await staticPodManifest.read!(id, { ...inputs(), ...outputs });
		const reason = "the host has a second manifest of this pod";
		expect(staticPodManifest.diff!(read!, inputs())).toEqual({ changes: true, reason });
		await expect(staticPodManifest.update(id, read!, inputs("1"))).rejects.toThrow(
			`root@198.18.0.11:22: ${copy}: expected ${path} alone to describe the pod etcd, got a second file, which the kubelet may run in its place; move it to a backup outside of the folder: ssh`,
		);
		expect(host.text(path)).toBe(host.text(copy));
	});

	it("forgets the journal of a manifest that is removed, and a create never puts that content back", async () => {
		const { id } = await staticPodManifest.create(inputs());
		await keepForUndo(host, id, (await host.read([path])).get(path)!);
		expect(journal()).toHaveLength(1);
		const { id: next } = await staticPodManifest.create(inputs());
		expect(await hasUndo({ host, owner: next, path })).toBe(false);
		await staticPodManifest.delete(id, inputs());
		expect(journal()).toEqual([]);
	});

	it("goes back to what last served, also after one that was cut off", async () => {
		const { id, outputs } = await staticPodManifest.create(inputs());
		const served = host.text(path)!;
		await keepForUndo(host, id, (await host.read([path])).get(path)!);
		const content = `${served}# written, and then cut off\n`;
		const file = { path, content, mode: "0600", owner: "root", group: "root" };
		await placeFiles({ host, owner: id, files: [file], stateDigests: outputs.digests });
		well = () => host.text(path) === served;
		const changed = { ...inputs("1"), timeoutSeconds: 0 };
		await expect(staticPodManifest.update(id, { ...inputs(), ...outputs }, changed)).rejects.toThrow(
			/the last manifest that served is put back, and etcd serves again/,
		);
		expect(host.text(path)).toBe(served);
		expect(journal()).toEqual([]);
	});

	describe.each([
		["is waited for where the kubelet runs and etcd serves", "runs", 3],
		["is not waited for while nothing starts it", "stopped", 0],
	])("of an API server %s", (_title, kubelet, asked) => {
		const manifest = "/etc/kubernetes/manifests/kube-apiserver.yaml";
		const ofApiServer = { host: reference, component: "kube-apiserver" as const, cluster, node, initialMembers };
		const made = staticPodManifest.check(ofApiServer, undefined);
		// The endpoint of this test has no certificate.
		const probe = made.manifest.spec.containers[0]!.readinessProbe as { httpGet: { scheme: string } };
		probe.httpGet.scheme = "HTTP";
		let count: number;
		let state: Parameters<NonNullable<typeof staticPodManifest.read>>[1];
		let id: string;

		beforeEach(async () => {
			await staticPodManifest.create(inputs());
			host.answers(/^see whether the kubelet runs$/, () => `${kubelet}\n`);
			count = 0;
			// etcd is asked first; the API server is not there at once.
			well = () => ++count !== 2;
			const created = await staticPodManifest.create(made);
			id = created.id;
			state = { ...made, ...created.outputs };
			expect(count).toBe(0);
		});

		it("when it is mended where it was no YAML", async () => {
			host.put(manifest, "kind: [Pod", "0600");
			const drifted = await staticPodManifest.read!(id, state);
			await staticPodManifest.update(id, { ...state, ...drifted }, made);
			expect(count).toBe(asked);
		});

		it("when it is put back where it was deleted", async () => {
			await host.remove([manifest]);
			expect(await staticPodManifest.read!(id, state)).toBeUndefined();
			await staticPodManifest.create(made);
			expect(count).toBe(asked);
		});
	});

	it("is not placed where another cluster's data lies", async () => {
		host.answers(/data directory/, () => "foreign\n");
		await expect(staticPodManifest.create(inputs())).rejects.toThrow(
			/\/var\/lib\/etcd\/member\/snap\/db: expected no etcd data .* move it to a backup: ssh .*mv \/var\/lib\/etcd \/root\/before-pulumi-kubeadm\/var\/lib\//,
		);
		expect(host.text(path)).toBeUndefined();
	});

	it("is not taken back when a look at the host is lost, and proves itself with the next update", async () => {
		const { id, outputs } = await staticPodManifest.create(inputs());
		const state = { ...inputs(), ...outputs };
		host.answers(/^look when files were written$/, () => {
			throw new Error("the connection was lost");
		});
		const lost = await staticPodManifest.update(id, state, inputs("1")).catch((error) => error);
		expect(lost.message).toBe("the connection was lost");
		expect(host.text(path)).toContain("--quota-backend-bytes=1");
		expect(journal()).toHaveLength(1);
		host.answers(/^look when files were written$/, () => "1000\n");
		await staticPodManifest.update(id, { ...inputs("1"), ...lost.outputs }, inputs("1"));
		expect(journal()).toEqual([]);
	});

	it("waits for no new pod where only a comment is another: the kubelet starts none", async () => {
		const { id } = await staticPodManifest.create(inputs());
		const content = `${host.text(path)}# someone's words\n`;
		host.put(path, content);
		host.runtime.pods = pods(0);
		await staticPodManifest.update(id, { ...inputs(), digests: { [path]: digestOf(content) } }, inputs());
		expect(host.text(path)).not.toContain("someone");
	});

	it("waits for a pod that was made after the manifest", async () => {
		const { id, outputs } = await staticPodManifest.create(inputs());
		const made = [pods(999), pods(999), pods(1000)];
		host.runtime.pods = () => made.shift()!;
		await staticPodManifest.update(id, { ...inputs(), ...outputs }, inputs("1"));
		expect(made).toEqual([]);
	});
});
