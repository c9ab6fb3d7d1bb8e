import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { CLAIM } from "../../../provider/hosts/placement/node-claim";
import { placedRecords, placeFiles } from "../../../provider/hosts/placement/place";
import { learnProgram } from "../../../provider/hosts/placement/program";
import { digestOf, recordPath } from "../../../provider/hosts/placement/records";
import { certificateAuthority } from "../../../provider/lifecycle/certificate-authority";
import { becomeNode } from "../../../provider/phases/preflight/become-node";
import { savedBefore } from "../../../provider/phases/reset/host-before";
import { cluster, host as controlPlane } from "../../support/cluster";
import { host, printed, server, useControlPlane } from "../../support/control-plane";
import { MemoryHost } from "../../support/memory-host";
import { subjectOf } from "../../support/preflight-subject";

vi.mock("../../../provider/hosts/reach", () => import("../../support/reachable"));
useControlPlane();

const program = { id: "1a2b3c4d-0", name: "shop/dev" };
const ID = "0123456789abcdef0123456789abcdef";

describe("a machine whose kubelet this program did not place", () => {
	let machine: MemoryHost;
	let authority: string;
	let other: string;
	const claimControlPlane = (by: object) =>
		host.put(CLAIM, JSON.stringify({ program: by, node: "cp-1", owners: ["preflight"] }), "0600");
	const putNode = (name: string, machineID: string, labels: Record<string, string> = {}) =>
		server.put(`/api/v1/nodes/${name}`, {
			apiVersion: "v1",
			kind: "Node",
			metadata: { name, labels },
			status: { nodeInfo: { machineID } },
		});
	const putAuthority = (certificate: string) =>
		server.put("/api/v1/namespaces/kube-system/configmaps/kube-root-ca.crt", {
			apiVersion: "v1",
			kind: "ConfigMap",
			metadata: { name: "kube-root-ca.crt", namespace: "kube-system" },
			data: { "ca.crt": certificate },
		});
	const become = (node: string, action: "worker join" | "control plane join" = "worker join") =>
		becomeNode(machine, {
			owner: "kubelet#1",
			node,
			joined: { subject: subjectOf({ action }), controlPlanes: [controlPlane] },
			check: async () => {},
		});

	beforeAll(async () => {
		const make = async () =>
			certificateAuthority.create(certificateAuthority.check({ name: "ca", cluster }, undefined));
		[authority, other] = [(await make()).outputs.certificate, (await make()).outputs.certificate];
	});

	beforeEach(() => {
		learnProgram(program);
		putAuthority(authority);
		claimControlPlane(program);
		machine = new MemoryHost("root@198.18.0.21:22");
		machine.put("/var/lib/kubelet/config.yaml", "kind: KubeletConfiguration\n");
		machine.put("/etc/kubernetes/kubelet.conf", "kind: Config\n", "0600");
		machine.put("/etc/kubernetes/pki/ca.crt", authority);
		machine.answers(/kubelet/, () => "active\n");
		machine.answers(/^read the machine-id$/, () => `${ID}\n`);
		machine.answers(/^look which of kubeadm's files are there$/, ({ script }) =>
			machine
				.paths()
				.filter((path) => script.includes(`${path} `) || script.includes(`${path};`))
				.map((path) => `${digestOf(machine.text(path)!)}  ${path}`)
				.join("\n"),
		);
		machine.answers(/^inspect the host$/, () =>
			["enabled enabled", "active active", "path /var/lib/kubelet", "path /var/lib/kubelet/pki", "table ip nat"].join(
				"\n",
			),
		);
	});

	it("is taken over where the program's cluster has a Node with its name and machine-id, and nothing but records is written", async () => {
		putNode("worker-1", ID);
		const before = machine.text("/var/lib/kubelet/config.yaml");
		await become("worker-1");
		expect(printed).toContainEqual(
			"root@198.18.0.21:22: worker-1 is a node of this cluster that kubeadm made: it is taken over as it runs",
		);
		expect(machine.text("/var/lib/kubelet/config.yaml")).toBe(before);
		const paths = ["/var/lib/kubelet/config.yaml", "/etc/kubernetes/kubelet.conf", "/etc/kubernetes/pki/ca.crt"];
		const records = await placedRecords(machine, [...paths, "/etc/kubernetes/admin.conf"]);
		expect([...records.keys()].sort()).toEqual([...paths].sort());
		for (const record of records.values()) expect(record).not.toHaveProperty("found");
		expect(await savedBefore(machine)).toMatchObject({
			unitActive: "inactive",
			paths: ["/var/lib/kubelet"],
			tables: [],
		});
	});

	it("has files that its resources may change from then on", async () => {
		putNode("worker-1", ID);
		await become("worker-1");
		const file = {
			path: "/var/lib/kubelet/config.yaml",
			content: "other\n",
			mode: "0644",
			owner: "root",
			group: "root",
		};
		const { written } = await placeFiles({ host: machine, owner: "kubelet#1", files: [file] });
		expect(written).toEqual([file.path]);
	});

	it.each([
		[
			"another name",
			"worker-2",
			"worker join",
			"got node worker-1 of this cluster, a worker",
			"list it as worker-1 under workers",
		],
		["another role", "worker-1", "control plane join", "expected node worker-1, a control plane, got", "under workers"],
	] as const)("is refused with %s", async (_what, name, action, got, next) => {
		putNode("worker-1", ID);
		const { message } = await become(name, action).then(
			() => new Error("no error"),
			(error: Error) => error,
		);
		expect(message).toContain(got);
		expect(message).toContain(next);
		expect(machine.paths().filter((path) => path.startsWith("/var/lib/pulumi-kubeadm"))).toEqual([]);
	});

	it("is the node of its name among machines that were made of one image and have one machine-id", async () => {
		putNode("worker-0", ID);
		putNode("worker-1", ID);
		await become("worker-1");
		expect(printed.join("\n")).toContain("worker-1 is a node of this cluster that kubeadm made");
	});

	it("stays as it is, without a record, where it fails a check", async () => {
		putNode("worker-1", ID);
		await expect(
			becomeNode(machine, {
				owner: "kubelet#1",
				node: "worker-1",
				joined: { subject: subjectOf({ action: "worker join" }), controlPlanes: [controlPlane] },
				check: () => Promise.reject(new Error("preflight failed")),
			}),
		).rejects.toThrow("preflight failed");
		expect(machine.paths().filter((path) => path.startsWith("/var/lib/pulumi-kubeadm"))).toEqual([]);
	});

	it.each([
		[
			"it has the CA of another cluster, and a stale Node has its name",
			() => {
				putNode("worker-1", ID);
				machine.put("/etc/kubernetes/pki/ca.crt", other);
			},
		],
		["the cluster has no Node with its machine-id", () => putNode("worker-1", "another")],
		[
			"the control plane is another program's",
			() => {
				putNode("worker-1", ID);
				claimControlPlane({ id: "2", name: "books/dev" });
			},
		],
		[
			"kubeadm made the control plane too",
			() => {
				putNode("worker-1", ID);
				host.files.delete(CLAIM);
			},
		],
	])("is refused as another cluster's where %s", async (_what, prepare) => {
		prepare();
		await expect(become("worker-1")).rejects.toThrow(/got a worker of another cluster.*; nothing was changed/);
		expect(machine.text(recordPath("/var/lib/kubelet/config.yaml"))).toBeUndefined();
	});
});
