import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
	blockPort,
	coverFile,
	fillDisk,
	type Lab,
	type LabHost,
	startLab,
	stopService,
	takePort,
	until,
} from "../../lab/index.ts";
import { run } from "../../lab/run.ts";

const checkout = join(import.meta.dirname, "../..");
let lab: Lab;
let first: LabHost;
let second: LabHost;

// The tools and images may have to be built first.
beforeAll(async () => {
	lab = await startLab({ name: "hosts-test", hosts: [{ name: "one" }, { name: "two" }] });
	[first, second] = [lab.host("one"), lab.host("two")];
}, 3_000_000);

afterAll(async () => {
	await lab?.stop();
}, 60_000);

describe("a host of a lab", { timeout: 120_000 }, () => {
	it("lets root in by the lab's key, and is known by its host key", async () => {
		expect(await ssh("root", first, "id -u; hostname")).toMatchObject({ exitCode: 0, stdout: "0\none\n" });
	});

	it("lets admin become root with sudo, and nosudo not", async () => {
		expect(await ssh("admin", first, "id -un; sudo -n id -un")).toMatchObject({ exitCode: 0, stdout: "admin\nroot\n" });
		const refused = await ssh("nosudo", first, "sudo -n id -un");
		expect(refused.exitCode).toBe(1);
		expect(refused.stderr).toContain("password is required");
	});

	it("has a machine-id of its own", async () => {
		const ids = await Promise.all([first, second].map((host) => say(host, "cat /etc/machine-id")));
		expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
		expect(ids[0]).not.toBe(ids[1]);
	});

	it("has the kubelet as Kubernetes' package installs it: enabled, and waiting for its configuration", async () => {
		expect(await say(first, "systemctl is-enabled kubelet")).toBe("enabled");
		expect(await say(first, "stat -c %a /usr/lib/systemd/system/kubelet.service")).toBe("600");
		expect(await say(first, "stat -c %a /usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf")).toBe("644");
		expect(await say(first, "kubelet --version")).toMatch(/^Kubernetes v1\.37\.\d+$/);
	});

	it("has the images that kubeadm asks for", async () => {
		const wanted = (
			await say(first, "kubeadm config images list --kubernetes-version $(kubeadm version -o short)")
		).split("\n");
		expect(wanted).toHaveLength(7);
		const present = await say(first, "ctr -n k8s.io images ls -q");
		for (const image of wanted) expect(present.split("\n")).toContain(image);
	});

	it("sees no swap, and no process of another host", async () => {
		expect(await say(first, "tail -n +2 /proc/swaps")).toBe("");
		await second.exec("systemd-run --unit=mark --property=Type=exec sleep 12345", { check: true });
		expect(await say(second, "pgrep -fc '^/usr/bin/sleep 12345|^sleep 12345'")).toBe("1");
		expect((await first.exec("pgrep -f '^/usr/bin/sleep 12345|^sleep 12345'")).exitCode).toBe(1);
	});

	it("keeps to itself what it changes of a program", async () => {
		await first.exec("printf '#!/bin/sh\\necho changed\\n' >/usr/bin/kubelet", { check: true });
		expect(await say(first, "kubelet --version")).toBe("changed");
		expect(await say(second, "kubelet --version")).toMatch(/^Kubernetes v/);
	});

	it("reaches the pods' addresses of another host, and is refused by those of services at once", async () => {
		const podAddress = second.podSubnet.replace(".0/24", ".1");
		await second.exec(`ip address add ${podAddress}/32 dev lo`, { check: true });
		expect(await say(first, `bash -c 'head -c 7 </dev/tcp/${podAddress}/22'`)).toBe("SSH-2.0");
		const service = lab.serviceSubnet.replace(".0/20", ".1");
		const refused = await first.exec(`timeout 5 bash -c 'exec 3<>/dev/tcp/${service}/443'`);
		expect(refused.exitCode).toBe(1); // 124 when it hangs
		expect(refused.stderr).toMatch(/No route to host|Network is unreachable/);
	});

	it("keeps its disk when it is shut down and when its power is cut", async () => {
		await first.exec("echo kept >/root/mark && sync", { check: true });
		for (const off of [() => first.powerOff(), () => first.kill()]) {
			await off();
			expect(first.pid).toBeUndefined();
			expect(await answers(first.address, 22)).toBe(false);
			await expect(first.exec("true")).rejects.toThrow("one (lab hosts-test): is switched off");
			await first.start();
			expect(await say(first, "cat /root/mark")).toBe("kept");
			expect(await answers(first.address, 22)).toBe(true);
		}
	});

	it("fails as it is told to, and not any more when that is taken back", async () => {
		const swap = await coverFile(
			first,
			"/proc/swaps",
			"Filename\tType\tSize\tUsed\tPriority\n/dev/sda2\tpartition\t8\t0\t-2\n",
		);
		expect(await say(first, "tail -n +2 /proc/swaps")).toContain("/dev/sda2");
		await swap();
		expect(await say(first, "tail -n +2 /proc/swaps")).toBe("");

		const full = await fillDisk(first, "/etc/kubernetes/pki");
		expect((await first.exec("echo x >/etc/kubernetes/pki/ca.crt")).exitCode).not.toBe(0);
		await full();
		expect((await first.exec("ls /etc/kubernetes/pki")).stdout).toBe("");

		const taken = await takePort(first, 6443);
		expect(await answers(first.address, 6443)).toBe(true);
		const blocked = await blockPort(first, 6443, "REJECT");
		expect(await answers(first.address, 6443)).toBe(false);
		await blocked();
		expect(await answers(first.address, 6443)).toBe(true);
		await taken();
		expect(await answers(first.address, 6443)).toBe(false);

		const stopped = await stopService(first, "containerd");
		expect((await first.exec("systemctl is-active containerd")).stdout).toBe("inactive\n");
		await stopped();
		expect(await say(first, "systemctl is-active containerd")).toBe("active");
	});
});

describe("labs beside each other", { timeout: 120_000 }, () => {
	it("have networks of their own, or, isolated, the same names and addresses", async () => {
		const other = await startLab({ name: "hosts-test-other", hosts: [{ name: "one" }] });
		const twin = await startLab({
			name: "hosts-test-twin",
			hosts: [{ name: "one" }],
			isolated: true,
			subnet: lab.hostSubnet,
		});
		try {
			expect(other.hostSubnet).not.toBe(lab.hostSubnet);
			const [host] = twin.hosts as [LabHost];
			expect([host.name, host.address, twin.podSubnet]).toEqual([first.name, first.address, lab.podSubnet]);
			expect(await say(host, "cat /etc/machine-id")).not.toBe(await say(first, "cat /etc/machine-id"));
			expect(await answers(first.address, 22)).toBe(true);
		} finally {
			await other.stop();
			await twin.stop();
		}
		expect([...(await remains("hosts-test-other")), ...(await remains("hosts-test-twin"))]).toEqual([]);
	});

	it("refuse a name that is taken", async () => {
		await expect(startLab({ name: "hosts-test", hosts: 1 })).rejects.toThrow("lab hosts-test: exists already");
		expect(await answers(first.address, 22)).toBe(true);
	});

	it("leave nothing when their process is killed", async () => {
		const name = "hosts-test-killed";
		const script = `import { startLab } from "${checkout}/lab/index.ts";
			await startLab({ name: "${name}", hosts: 1 });
			process.stdout.write("up\\n");
			setInterval(() => {}, 1000);`;
		const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
			stdio: ["ignore", "pipe", "inherit"],
		});
		await once(child.stdout, "data");
		const before = await remains(name);
		expect(before).toEqual(expect.arrayContaining(["folder", "process", "control group"]));
		child.kill("SIGKILL");
		await until(`nothing is left of ${name}`, 30, async (seen) => {
			const left = await remains(name);
			seen(left.join(", "));
			return left.length === 0 ? true : undefined;
		});
	});
});

describe("the lab command", { timeout: 120_000 }, () => {
	it("lists the hosts of all labs and runs commands on them", async () => {
		expect((await command("list")).stdout).toMatch(new RegExp(`^hosts-test +one +${first.address} +running$`, "m"));
		expect(await command("exec", "hosts-test/two", "--", "sh", "-c", "hostname; exit 3")).toMatchObject({
			exitCode: 3,
			stdout: "two\n",
		});
		expect(await command("exec", "three", "--", "true")).toMatchObject({
			exitCode: 1,
			stderr: expect.stringContaining("host three: there is none"),
		});
	});

	it("knows the releases of Kubernetes that hosts can have", async () => {
		expect(await command("up", "--kubernetes", "1.33")).toMatchObject({
			exitCode: 1,
			stderr: "--kubernetes 1.33: expected one of 1.34, 1.35, 1.36, 1.37\n",
		});
	});

	it("leaves its hosts running, adds what is missing when asked again, and removes them", async () => {
		const name = "hosts-test-cli";
		try {
			expect(await command("up", "--hosts", "1", "--name", name)).toMatchObject({ exitCode: 0 });
			expect(await command("up", "--hosts", "2", "--name", name)).toMatchObject({ exitCode: 0 });
			expect(await command("up", "--kubernetes", "1.36", "--name", name)).toMatchObject({
				exitCode: 1,
				stderr: expect.stringContaining("has Kubernetes 1.37, expected 1.36"),
			});
			expect((await command("list")).stdout.match(new RegExp(`^${name} +host-[12] .* running$`, "gm"))).toHaveLength(2);
		} finally {
			expect(await command("down", "--name", name)).toMatchObject({ exitCode: 0 });
		}
		expect(await remains(name)).toEqual([]);
		expect(await command("down", "--name", name)).toMatchObject({ exitCode: 1 });
	});
});

const command = (...words: string[]) =>
	run([process.execPath, join(checkout, "lab/main.ts"), ...words], { check: false });

function ssh(user: string, host: LabHost, words: string) {
	const options = [`UserKnownHostsFile=${lab.knownHostsFile}`, "StrictHostKeyChecking=yes", "BatchMode=yes"];
	return run(
		[
			"ssh",
			"-F",
			"none",
			"-i",
			lab.sshKeyFile,
			...options.flatMap((option) => ["-o", option]),
			`${user}@${host.address}`,
			words,
		],
		{ check: false },
	);
}

async function say(host: LabHost, words: string): Promise<string> {
	return (await host.exec(words, { check: true })).stdout.trim();
}

function answers(host: string, port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect({ host, port, timeout: 3000 });
		const end = (answer: boolean) => {
			socket.destroy();
			resolve(answer);
		};
		socket
			.once("connect", () => end(true))
			.once("timeout", () => end(false))
			.once("error", () => end(false));
	});
}

// What can be seen of a lab without the lab's own code.
async function remains(name: string): Promise<string[]> {
	const found: string[] = [];
	if (existsSync(`/var/lib/pulumi-kubeadm-lab/${name}`)) found.push("folder");
	if (readFileSync("/proc/self/mounts", "utf8").includes(`/${name}/`)) found.push("mount");
	if ((await run(["ip", "netns", "list"])).stdout.includes(name)) found.push("network namespace");
	if (new RegExp(`vb-${name}`).test((await run(["ip", "link"])).stdout)) found.push("network device");
	if ((await run(["find", "/sys/fs/cgroup", "-path", `*/pulumi-kubeadm-lab/${name}`], { check: false })).stdout)
		found.push("control group");
	const processes = readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && pid !== String(process.pid));
	if (processes.some((pid) => commandOf(pid).includes(`/${name}/`))) found.push("process");
	return found;
}

function commandOf(pid: string): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, "utf8");
	} catch {
		return ""; // it has ended
	}
}
