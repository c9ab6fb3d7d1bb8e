import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, type LabHost, startLab } from "../../lab/index.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";
import { makeKey, publicKey } from "../hosts/support/sshd.ts";

describe("the way to a host that changes, under a refresh before each update", () => {
	let lab: Lab;
	let host: LabHost;
	let stack: TestStack;
	let connection: {
		host: string;
		port?: number;
		user?: string;
		privateKeyFile: string;
		knownHostsFile: string;
		hostKey?: string;
	};
	let folder: string;

	beforeAll(async () => {
		lab = await startLab({ hosts: [{ name: "host-1" }] });
		[host] = lab.hosts as [LabHost];
		folder = join(lab.sshKeyFile, "..");
		connection = { host: host.address, privateKeyFile: lab.sshKeyFile, knownHostsFile: join(folder, "hosts-of-test") };
		stack = await testStack("one-file");
	});
	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	const say = () => stack.configure({ connection });
	const onHost = async (script: string) => (await host.exec(script, { check: true })).stdout;
	const fileOnHost = () => onHost("cat /etc/one-file");
	const drift = () => onHost("echo drifted > /etc/one-file");

	/** Gives the host another SSH host key, and returns it. */
	async function newHostKey(): Promise<string> {
		const file = "/etc/ssh/ssh_host_ed25519_key";
		await onHost(`rm -f /etc/ssh/ssh_host_*; ssh-keygen -q -t ed25519 -N '' -f ${file}; systemctl restart ssh`);
		return (await onHost(`cat ${file}.pub`)).split(" ").slice(0, 2).join(" ");
	}

	it("begins with a first use that is said", async () => {
		await say();
		const { text } = await stack.up();
		expect(text).toMatch(new RegExp(`accepted ssh-ed25519 SHA256:\\S+ of root@${host.address}:22 on first use`));
		expect(await fileOnHost()).toBe("as the program says\n");
	});

	it("leads no other program to a file of this one: the other is told whose it is, and its destroy leaves it", async () => {
		const other = await testStack("one-file");
		await other.configure({ connection });
		await expect(other.up()).rejects.toThrow(/the Pulumi program test\/test \(id [0-9a-f]{8}\)/);
		await other.destroy();
		expect(await fileOnHost()).toBe("as the program says\n");
		expect((await stack.up({ refresh: true })).changes).toEqual([]);
		await other.remove();
	});

	it("is refused by a new host key, with its source and a command that works as it stands", async () => {
		const key = await newHostKey();
		const error: Error = await stack.up({ refresh: true }).then(
			() => expect.fail("expected a refusal"),
			(thrown) => thrown,
		);
		expect(error.message).toContain("(in the state, accepted at the first contact), got ssh-ed25519");
		const command = /ssh-keyscan [^,]* >> [^,\s]+/.exec(error.message)?.[0];
		expect(command).toBe(`ssh-keyscan -t ed25519 ${host.address} >> ${connection.knownHostsFile}`);
		await writeFile(connection.knownHostsFile, `${host.address} ${key}\n`);
		await drift();
		const { changes } = await stack.up({ refresh: true });
		expect(changes).toContain("update HostFile file");
		expect(await fileOnHost()).toBe("as the program says\n");
		await rm(connection.knownHostsFile);
		expect((await stack.up({ refresh: true })).changes).toEqual([]);
	});

	it("is the program's new host key, login and port, without another word", async () => {
		const hostKey = await newHostKey();
		const privateKeyFile = makeKey(folder, "second", {});
		await onHost(`echo '${publicKey(privateKeyFile)}' > /root/.ssh/authorized_keys`);
		connection = { ...connection, hostKey, privateKeyFile };
		await say();
		const first = await stack.up({ refresh: true });
		expect(first.text).toContain("does not let this program in by the connection of the state");
		expect(first.changes).toContain("update Host machine");
		await onHost("echo 'Port 2222' > /etc/ssh/sshd_config.d/port.conf; systemctl restart ssh");
		connection = { ...connection, port: 2222 };
		await say();
		expect((await stack.up({ refresh: true })).changes).toContain("update Host machine");
		await drift();
		expect((await stack.up({ refresh: true })).changes).toEqual(["update HostFile file"]);
		expect(await fileOnHost()).toBe("as the program says\n");
	});

	it("is refused where neither the state nor the program has a connection that works, and the state stays", async () => {
		await onHost("echo > /root/.ssh/authorized_keys");
		await stack.refresh();
		await expect(stack.up({ refresh: true })).rejects.toThrow(/login refused: tried privateKeyFile/);
		await expect(stack.destroy()).rejects.toThrow("put the connection that works into the program, then: pulumi up");
		await onHost(`echo '${publicKey(connection.privateKeyFile)}' > /root/.ssh/authorized_keys`);
		await stack.destroy();
		await expect(fileOnHost()).rejects.toThrow();
	});
});
