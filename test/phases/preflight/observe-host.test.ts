import { beforeAll, describe, expect, it } from "vitest";
import type { HostObservation } from "../../../provider/phases/preflight/check";
import { checks } from "../../../provider/phases/preflight/checks";
import { observeHost } from "../../../provider/phases/preflight/observe-host";
import { subjectOf } from "../../support/preflight-subject";
import { ShellHost } from "../../support/shell-host";

/** A program that is found before the machine's own. */
const program = (name: string, script: string) =>
	`mkdir -p /mnt/bin; printf '#!/bin/sh\\n%s\\n' '${script}' >/mnt/bin/${name}; chmod 755 /mnt/bin/${name}; PATH=/mnt/bin:$PATH`;

/** Another content of a file that stays what it is for everybody else. */
const file = (path: string, content: string) => {
	const cover = `/mnt/${path.replaceAll("/", "-")}`;
	return `printf '%s' '${content}' >${cover}; mount --bind ${cover} ${path}`;
};

interface Case {
	name: string;
	with: string;
	finds: RegExp;
	subject?: Parameters<typeof subjectOf>[0];
}

const cases: Case[] = [
	{
		name: "IsPrivilegedUser",
		with: program("id", "echo 1000"),
		finds: /expected commands to run as root, got user 1000/,
	},
	{ name: "NumCPU", with: "taskset -cp 0 $$ >/dev/null", finds: /expected 2 processors or more, got 1/ },
	{
		name: "Mem",
		with: file("/proc/meminfo", "MemTotal:        1739776 kB\n"),
		finds: /1700 MB of memory or more, got 1699 MB/,
	},
	{
		name: "Swap",
		with: file("/proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n/dev/sdb2 partition 999420 0 -2\n"),
		finds: /expected no swap, got \/dev\/sdb2/,
	},
	{
		name: "FileExisting-losetup",
		with: "mount --bind /dev/null $(command -v losetup)",
		finds: /expected losetup on PATH/,
	},
	{
		name: "FileContent--proc-sys-net-ipv4-ip_forward",
		with: file("/proc/sys/net/ipv4/ip_forward", "0\n"),
		finds: /, got 0$/,
	},
	{ name: "Hostname", with: "true", finds: /expected cp-1 to resolve to an address, got no address/ },
	{
		name: "KubeletVersion",
		with: program("kubelet", "echo Kubernetes v1.33.4"),
		finds: /a kubelet of 1\.37 .*, got v1\.33\.4/,
	},
	{
		name: "CgroupDriver",
		with: program("containerd", 'echo "            SystemdCgroup = false"'),
		finds: /got systemd and cgroupfs/,
	},
	{
		name: "SystemVerification",
		with: `gzip -dc /proc/config.gz | grep -v EXT4_FS= | gzip >/mnt/file; mount --bind /mnt/file /proc/config.gz`,
		finds: /expected a kernel with CONFIG_EXT4_FS, got one without/,
	},
	{
		name: "Port-XXXX",
		with: "ip link set lo up; busybox timeout 30 busybox nc -l -p 10257 >/dev/null 2>&1 </dev/null & timeout 10 sh -c 'until ss -Hltn | grep -q 10257; do sleep 0.05; done'",
		finds: /expected port 10257 to be free, got busybox on it/,
	},
	{
		name: "FileAvailable-XXXX",
		with: "mkdir -p /etc/kubernetes/manifests; touch /etc/kubernetes/manifests/kube-scheduler.yaml",
		finds: /expected no \/etc\/kubernetes\/manifests\/kube-scheduler\.yaml/,
	},
	{
		name: "DirAvailable-XXXX",
		with: "mkdir -p /var/lib/etcd/lost+found",
		finds: /\/var\/lib\/etcd: expected nothing in it, got lost\+found/,
	},
	{
		name: "ExternalEtcdClientCertificates",
		with: "true",
		subject: {
			cluster: {
				etcd: {
					external: {
						endpoints: ["https://198.18.0.9:2379"],
						caFile: "/nowhere/ca.crt",
						certFile: "/proc/self/status",
						keyFile: "/proc/self/status",
					},
				},
			},
		},
		finds: /expected \/nowhere\/ca\.crt, got no such file/,
	},
	{
		name: "Clock",
		with: program("date", "echo 1700000000"),
		finds: /s behind: new certificates are not valid yet there/,
	},
	{ name: "SELinux", with: program("getenforce", "echo Enforcing"), finds: /enforcing: containers/ },
	{ name: "Firewalld", with: program("systemctl", '[ "$3" = ufw ]'), finds: /ufw is active/ },
];

describe.each(["dash", "busybox sh"])("the look at a host by %s", (shell) => {
	const external = cases.find(({ subject }) => subject)!.subject;
	let ill: HostObservation;
	let illWithExternalEtcd: HostObservation;
	let well: HostObservation;

	// What is wrong is wrong at the same time: each check sees its own.
	beforeAll(async () => {
		const wrong = cases.map((one) => one.with).join("\n");
		const right = `${file("/proc/sys/net/ipv4/ip_forward", "1\n")}; ip link set lo up; ip addr add 198.18.0.11/32 dev lo`;
		ill = await observeHost(new ShellHost(wrong, shell), subjectOf(), checks);
		illWithExternalEtcd = await observeHost(new ShellHost("", shell), subjectOf(external), checks);
		well = await observeHost(new ShellHost(right, shell), subjectOf(), checks);
	});

	const findings = (name: string, seen: HostObservation, subject: Case["subject"]) =>
		checks
			.find((check) => check.name === name)!
			.judge(seen, subjectOf(subject))
			.map(({ what }) => what);

	it.each(cases)("sees what $name is about, and nothing where it is well", ({ name, finds, subject }) => {
		expect(findings(name, subject ? illWithExternalEtcd : ill, subject)).toContainEqual(expect.stringMatching(finds));
		// These are of the machine that the test runs on, which may be as it is.
		const ofThisMachine = ["Hostname", "KubeletVersion", "SystemVerification"].includes(name);
		if (!ofThisMachine) expect(findings(name, well, subject)).toEqual([]);
	});

	it("reads the kernel's configuration and where control groups are mounted", () => {
		expect(well.printed.kernelOption).toContain("CGROUPS y");
		expect(well.printed.mount?.length).toBeGreaterThan(0);
	});
});
