import { beforeEach, describe, expect, it, vi } from "vitest";
import { componentUsers } from "../../provider/lifecycle/component-users";
import { host as reference } from "../support/cluster";
import { MemoryHost } from "../support/memory-host";
import { hosts } from "../support/reachable";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

const passwd = "root:x:0:0:root:/root:/bin/bash\nother:x:100:101::/home/other:/bin/sh\n";
const group = "root:x:0:\nother:x:101:\n";
const inputs = { host: reference };

let host: MemoryHost;

beforeEach(() => {
	host = new MemoryHost();
	host.put("/etc/passwd", passwd);
	host.put("/etc/group", group);
	hosts.clear();
	hosts.set(reference.connection.host, host);
});

// Names, ids and lines: cmd/kubeadm/app/util/users/users_linux.go.
describe("the users of a rootless control plane", () => {
	it("get the lowest free ids, and are removed without any other change", async () => {
		const { id, outputs } = await componentUsers.create(inputs);
		expect(outputs).toMatchObject({
			users: { "kubeadm-etcd": 101, "kubeadm-kas": 102, "kubeadm-kcm": 103, "kubeadm-ks": 104 },
			groups: {
				"kubeadm-etcd": 100,
				"kubeadm-kas": 102,
				"kubeadm-kcm": 103,
				"kubeadm-ks": 104,
				"kubeadm-sa-key-readers": 105,
			},
		});
		expect(text("/etc/passwd")).toContain(`${passwd}kubeadm-etcd:x:101:100:::/bin/false\n`);
		expect(text("/etc/group")).toContain("kubeadm-sa-key-readers:x:105:kubeadm-kas,kubeadm-kcm\n");
		await componentUsers.delete(id, { ...inputs, ...outputs });
		expect([text("/etc/passwd"), text("/etc/group")]).toEqual([passwd, group]);
	});

	it("that someone else made are taken, and stay", async () => {
		host.put("/etc/passwd", `${passwd}kubeadm-etcd:x:150:160:::/bin/false\n`);
		host.put("/etc/group", `${group}kubeadm-etcd:x:160:kubeadm-etcd\n`);
		const { id, outputs } = await componentUsers.create(inputs);
		expect(outputs.madeHere.users).toEqual(["kubeadm-kas", "kubeadm-kcm", "kubeadm-ks"]);
		await componentUsers.delete(id, { ...inputs, ...outputs });
		expect(text("/etc/passwd")).toBe(`${passwd}kubeadm-etcd:x:150:160:::/bin/false\n`);
		expect(text("/etc/group")).toBe(`${group}kubeadm-etcd:x:160:kubeadm-etcd\n`);
	});

	it("stay when their resource is renamed, and go with the new one", async () => {
		const before = await componentUsers.create(inputs);
		const { id, outputs } = await componentUsers.create(inputs);
		expect(outputs).toEqual(before.outputs);
		await componentUsers.delete(before.id, { ...inputs, ...before.outputs });
		expect(text("/etc/passwd")).toContain("kubeadm-etcd");
		await componentUsers.delete(id, { ...inputs, ...outputs });
		expect([text("/etc/passwd"), text("/etc/group")]).toEqual([passwd, group]);
		expect(host.paths().filter((path) => path.includes("pulumi-kubeadm"))).toEqual([]);
	});

	it("are gone for a refresh as soon as one of them is, and made again with the ids that the others have", async () => {
		const { id, outputs } = await componentUsers.create(inputs);
		const state = { ...inputs, ...outputs };
		expect(await componentUsers.read!(id, state)).toEqual(state);
		host.put("/etc/passwd", text("/etc/passwd").replace(/^kubeadm-kcm:.*\n/m, ""));
		expect(await componentUsers.read!(id, state)).toBeUndefined();
		expect((await componentUsers.create(inputs)).outputs.users).toEqual(outputs.users);
	});

	it("are refused where someone made them otherwise, all problems in one error", async () => {
		host.put("/etc/passwd", `${passwd}kubeadm-kas:x:5000:101:::/bin/sh\n`);
		host.put("/etc/group", `${group}kubeadm-etcd:x:300:\n`);
		await expect(componentUsers.create(inputs)).rejects.toThrow(
			[
				"user kubeadm-kas: expected an id from 100 to 999, got 5000",
				'user kubeadm-kas: expected the shell /bin/false, got "/bin/sh"',
				"user kubeadm-kas: expected the group kubeadm-kas, got other",
				'group kubeadm-etcd: expected the members kubeadm-etcd, got ""',
			].join("\n"),
		);
		expect(host.writes).toBe(0);
	});
});

function text(path: string): string {
	return host.files.get(path)!.content.toString();
}

describe("the user who owns etcd's data", () => {
	const ofEtcd = { ...inputs, ownsEtcdData: true };

	it("is the only new one, and is removed without any other change", async () => {
		const { id, outputs } = await componentUsers.create(ofEtcd);
		expect(host.text("/etc/passwd")).toBe(`${passwd}etcd:x:101:100:::/bin/false\n`);
		expect(host.text("/etc/group")).toBe(`${group}etcd:x:100:\n`);
		await componentUsers.delete(id, { ...ofEtcd, ...outputs });
		expect(host.text("/etc/passwd")).toBe(passwd);
		expect(host.text("/etc/group")).toBe(group);
	});

	it("is the one that the host has, whatever its shell", async () => {
		host.put("/etc/passwd", `${passwd}etcd:x:7:7::/var/lib/etcd:/bin/sh\n`);
		host.put("/etc/group", `${group}etcd:x:7:\n`);
		const { outputs } = await componentUsers.create(ofEtcd);
		expect(outputs).toEqual({ users: { etcd: 7 }, groups: { etcd: 7 }, madeHere: { users: [], groups: [] } });
	});
});
