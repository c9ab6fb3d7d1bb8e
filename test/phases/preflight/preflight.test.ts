import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { UNKNOWN } from "../../../provider/facts/unknown";
import { kubelet } from "../../../provider/lifecycle/kubelet";
import { nodePreflight } from "../../../provider/lifecycle/node-preflight";
import { preflight, preflightUnlessPassed } from "../../../provider/phases/preflight/preflight";
import { cluster, node, host as reference } from "../../support/cluster";
import { MemoryHost } from "../../support/memory-host";
import { subjectOf } from "../../support/preflight-subject";
import { preflightPage } from "./preflight-page";

vi.mock("../../../provider/hosts/reach", () => import("../../support/reachable"));
afterEach(() => void vi.restoreAllMocks());

/** What a host says with which nothing is wrong. */
const well = `user=0
processors=4
memory=8000000
net.ipv4.ip_forward=1
net.ipv6.conf.default.forwarding=1
lookup=0
init=systemd
containerd=active
kubelet=v1.37.2
os=Linux
kernel=6.1.0
kernelConfiguration=/proc/config.gz
mount=/sys/fs/cgroup cgroup2
controllers=/sys/fs/cgroup cpu cpuset io memory hugetlb pids
freezer=/sys/fs/cgroup
clock=${Math.floor(Date.now() / 1000)}
${"NAMESPACES NET_NS PID_NS IPC_NS UTS_NS CPUSETS MEMCG INET EXT4_FS PROC_FS NETFILTER_XT_TARGET_REDIRECT NETFILTER_XT_MATCH_COMMENT FAIR_GROUP_SCHED CGROUPS CGROUP_BPF CGROUP_PIDS CGROUP_SCHED"
	.split(" ")
	.map((name) => `kernelOption=${name} y`)
	.join("\n")}
`;

/** The error and the status lines of a look at a host that says this. */
async function look(
	subject: Parameters<typeof subjectOf>[0],
	says = "",
	change: (host: MemoryHost) => void = () => {},
) {
	const log = vi
		.spyOn(console, "log")
		.mockReset()
		.mockImplementation(() => {});
	const host = new MemoryHost();
	// What is said later counts: the first of a key is taken.
	host.answers(/^check whether it can be a node$/, () => `${says}\n${well}`);
	const whole = subjectOf(subject);
	for (const image of whole.images) host.runtime.images.add(image);
	change(host);
	const error = await preflight(host, whole).then(
		() => "",
		({ message }: Error) => message,
	);
	return { error, said: log.mock.calls.map(([line]) => String(line)), host };
}

const problem = (error: string, name: string) => new RegExp(`^\\[${name}\\].*`, "m").exec(error)?.[0];

describe("the preflight check of a control plane's ports", () => {
	/** What is said of the ports, where this one is taken. */
	const problemOf = async (subject: Parameters<typeof subjectOf>[0], port: number, answers = "") =>
		/^\[Port-.*/m.exec(
			(await look(subject, `${answers}listener=0.0.0.0:${port} users:(("nginx",pid=7,fd=3))`)).error,
		)?.[0];
	const at = (bindPort: number) => ({ node: { ...node, localAPIEndpoint: { bindPort } } });

	it("asks for the one at which its API server listens", async () => {
		expect(await problemOf(at(7443), 7443)).toBe(
			"[Port-7443] port in use: expected port 7443 to be free, got nginx on it",
		);
		expect(await problemOf(at(7443), 6443)).toBeUndefined();
		expect(await problemOf({}, 6443)).toContain("[Port-6443] port in use: expected port 6443 to be free");
		expect(await problemOf({ action: "worker join" }, 6443)).toBeUndefined();
		expect(await problemOf({ action: "worker join" }, 10250)).toContain("[Port-10250]");
	});

	it("takes a kubelet for none that is tried without a configuration, as its package does again and again", async () => {
		expect(await problemOf({}, 6443, "active=active\n")).toContain("got nginx on it");
		expect(await problemOf({}, 6443, "configured=active\n")).toBeUndefined();
	});

	it("asks from 1.37 on at the address that is listened at, and for that address, and before at any", async () => {
		const scheduler = { extraArgs: [{ name: "bind-address", value: "127.0.0.1" }] };
		const taken = 'listener=198.18.0.9:10259 users:(("nginx",pid=7,fd=3))\naddress=198.18.0.11\naddress=127.0.0.1';
		expect((await look({ cluster: { scheduler } }, taken)).error).toBe("");
		expect((await look({}, taken)).error).toContain("[Port-10259]");
		const elsewhere = (await look({}, "address=198.18.0.9")).error;
		expect(elsewhere).toContain("[Port-2379] port in use: expected one of the host's addresses (");
		expect(elsewhere).toContain("[Port-2380]");
		expect(elsewhere).not.toContain("[Port-6443]");
	});

	it("is told of it", () => {
		const portOf = (bindPort: number) => {
			const own = { ...node, localAPIEndpoint: { bindPort }, apiServer: { advertiseAddress: "198.18.0.11" } };
			return nodePreflight.check({ host: reference, cluster, node: own }, undefined).listeners[0];
		};
		expect([portOf(7443), portOf(0)]).toEqual([{ port: 7443 }, { port: 6443 }]);
		const own = { ...node, apiServer: { advertiseAddress: "198.18.0.11" } };
		const authority = UNKNOWN as never;
		const worker = { host: reference, cluster, node: own, role: "worker" as const, authority, controlPlanes: [] };
		expect(kubelet.check(worker, undefined).preflight?.listeners).toEqual([{ port: 10250 }]);
	});
});

describe("preflight", () => {
	it("says nothing where nothing is wrong, and asks the host once and the container runtime for all images at once", async () => {
		const { error, said, host } = await look({});
		expect([error, said]).toEqual(["", []]);
		expect(host.commands.map(({ intent }) => intent)).toEqual(["check whether it can be a node"]);
		expect(host.runtime.calls.filter((call) => call.startsWith("ImageStatus"))).toHaveLength(7);
		expect(host.runtime.calls.filter((call) => call.startsWith("PullImage"))).toEqual([]);
	});

	it("says all that is wrong in one error, each with the next command, and warnings beside it", async () => {
		const { error, said } = await look({}, "processors=1\nswap=/dev/sdb2 \nmissing=losetup\nselinux=1\nfirewall=ufw");
		expect(error.split("\n")).toEqual([
			"cp-1 (root@198.18.0.11:22): preflight failed, and the kubelet was not started",
			"[NumCPU] machine: expected 2 processors or more, got 1",
			'  next: ssh root@198.18.0.11:22 "nproc"; then: give the machine more',
			"[Swap] swap: expected no swap, got /dev/sdb2",
			expect.stringContaining("swapoff -a"),
			"[FileExisting-losetup] machine: expected losetup on PATH, got none",
			expect.stringContaining("command -v losetup"),
		]);
		expect(said).toEqual([
			expect.stringMatching(/^cp-1: warning: \[SELinux\] SELinux: enforcing.*\n {2}next: ssh .*getenforce/),
			expect.stringMatching(
				/^cp-1: warning: \[Firewalld\] firewall: ufw is active: other nodes need the ports 10250, 6443\n/,
			),
		]);
	});

	it("shows what is ignored by name, in any case, or all of it, as warnings", async () => {
		const says = "processors=1\nswap=/dev/sdb2";
		const ignoring = (...ignorePreflightErrors: string[]) => ({
			node: { ...node, nodeRegistration: { ignorePreflightErrors } },
		});
		const one = await look(ignoring("numcpu"), says);
		expect([problem(one.error, "NumCPU"), problem(one.error, "Swap")]).toEqual([undefined, expect.any(String)]);
		expect(one.said).toEqual([expect.stringContaining("cp-1: warning: [NumCPU]")]);
		const all = await look(ignoring("ALL"), says);
		expect([all.error, all.said.length]).toEqual(["", 2]);
	});

	it("looks at nothing where the phase preflight is skipped", async () => {
		const { error, host } = await look({ node: { ...node, skipPhases: ["preflight"] } }, "processors=1");
		expect([error, host.commands, host.runtime.calls]).toEqual(["", [], []]);
	});

	it("asks a worker neither for processors nor for the control plane's images", async () => {
		const { error, host } = await look({ action: "worker join" }, "processors=1\nmemory=500000", (host) =>
			host.runtime.images.clear(),
		);
		expect(error).toBe("");
		expect(host.runtime.calls).toEqual(["Status", "RuntimeConfig"]);
	});

	it("says of a container runtime whether it runs, is ready, and is recent", async () => {
		const away = await look({}, "containerd=inactive", (host) => {
			host.runtime.fails = () => ({ status: 14, message: "gone" });
		});
		expect(problem(away.error, "CRI")).toBe("[CRI] container runtime: expected containerd to run, got inactive");
		const other = { ...node, nodeRegistration: { criSocket: "unix:///run/crio/crio.sock" } };
		const crio = await look({ node: other }, "containerd=inactive", (host) => {
			host.runtime.notReady = "no runc";
		});
		expect(problem(crio.error, "CRI")).toContain("at unix:///run/crio/crio.sock, got not ready: Reason: no runc");
		const old = await look({}, "", (host) => {
			host.runtime.fails = (method) =>
				method === "RuntimeConfig" ? { status: 12, message: "unknown method RuntimeConfig" } : undefined;
		});
		expect([old.error, old.said]).toEqual(["", [expect.stringContaining("[ContainerRuntimeVersion]")]]);
	});

	it("says of cgroup v1 what follows for the kubelet: an error from 1.35 on, unless it is told to start all the same", async () => {
		const v1 = `mount=/sys/fs/cgroup tmpfs\ncgroupMemory=yes\n${"cpu cpuacct cpuset devices freezer memory pids hugetlb blkio"
			.split(" ")
			.map((name) => `subsystem=${name}`)
			.join("\n")}\n${["CPUACCT", "DEVICE", "FREEZER"].map((name) => `kernelOption=CGROUP_${name} y`).join("\n")}`;
		expect(problem((await look({}, v1)).error, "SystemVerification")).toContain("expected cgroup v2, got v1, on which");
		const accepted = await look({ cluster: { kubelet: { failCgroupV1: false } } }, v1);
		expect(accepted.error).toBe("");
		expect(accepted.said).toEqual([
			expect.stringContaining("warning: [SystemVerification] kernel: expected cgroup v2"),
		]);
		const older = await look({}, `kubelet=v1.34.4\n${v1}`);
		expect([older.error, older.said.length]).toEqual(["", 1]);
	});

	it("names what the kernel lacks", async () => {
		const without = well.replace("kernelOption=EXT4_FS y\n", "").replace("NET_NS y", "NET_NS n");
		const { error } = await look({}, "", (host) =>
			host.answers(/^check whether/, () => without.replace("kernel=6.1.0", "kernel=4.19.1")),
		);
		expect(problem(error, "SystemVerification")).toBe(
			"[SystemVerification] kernel: expected a kernel with CONFIG_NET_NS, CONFIG_EXT4_FS, got one without",
		);
	});

	it("refuses files and data of another cluster, but on a host that is a node already", async () => {
		const says = "foreign=/etc/kubernetes/manifests/etcd.yaml\nleft=member\ndata=yes";
		const { error } = await look({}, says);
		expect(problem(error, "FileAvailable--etc-kubernetes-manifests-etcd.yaml")).toContain(
			"that this program did not write",
		);
		expect(problem(error, "DirAvailable--var-lib-etcd")).toContain(
			"/var/lib/etcd/member/snap/db: expected no etcd data on a host without etcd, got data of another cluster",
		);
		expect((await look({}, `configured=active\n${says}`)).error).toBe("");
	});

	it("warns of what the cluster's proxy stands before, as kubeadm does of its own", async () => {
		const through = async (noProxy: string) =>
			(
				await look({
					cluster: {
						networking: { podSubnet: "10.244.0.0/16" },
						proxyEnvs: [
							{ name: "HTTPS_PROXY", value: "http://me:secret@198.18.0.1:3128" },
							{ name: "NO_PROXY", value: noProxy },
						],
					},
				})
			).said.map((line) => /\[(\S+)\] proxy: expected (\S+)/.exec(line)?.slice(1).join(" "));
		expect(await through("example.com")).toEqual([
			"HTTPProxy 198.18.0.11",
			"HTTPProxyCIDR 10.96.0.0/12",
			"HTTPProxyCIDR 10.244.0.0/16",
		]);
		expect(await through("198.18.0.0/15, 10.96.0.1")).toEqual(["HTTPProxyCIDR 10.244.0.0/16"]);
		expect(await through("*")).toEqual([]);
	});

	it("asks the members of an external etcd for their version, from the host and for init only", async () => {
		const answers: Record<string, string> = { version: "3.5.24" };
		const server = createServer((_request, response) =>
			response
				.writeHead(answers.version ? 200 : 404)
				.end(JSON.stringify({ etcdserver: answers.version, etcdcluster: "3.5.0" })),
		);
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		const asked = async (version: string, action: "init" | "control plane join" = "init") => {
			answers.version = version;
			const external = { endpoints: ["http://198.18.0.9:2379", "http://[fd00::9]:2379"] };
			const { error, host } = await look({ action, cluster: { etcd: { external } } }, "", (host) => {
				host.listens = (server.address() as AddressInfo).port;
			});
			return { problem: problem(error, "ExternalEtcdVersion"), dialled: host.dialled };
		};
		expect(await asked("3.5.24")).toEqual({ problem: undefined, dialled: ["198.18.0.9:2379", "fd00::9:2379"] });
		expect((await asked("3.6.0-rc.1")).problem).toBeUndefined();
		expect((await asked("3.5.9")).problem).toBe(
			"[ExternalEtcdVersion] external etcd: expected etcd 3.5.24 or later at http://198.18.0.9:2379, got 3.5.9",
		);
		expect((await asked("")).problem).toContain("expected http://198.18.0.9:2379/version to answer, got status 404");
		expect((await asked("3.5.9", "control plane join")).dialled).toEqual([]);
		server.close();
	});

	it("is made by the kubelet, too, unless its host has passed since the update began", async () => {
		vi.spyOn(console, "log").mockImplementation(() => {});
		const host = new MemoryHost("root@198.18.0.77:22");
		host.answers(/^check whether it can be a node$/, () => `swap=/dev/sdb2\n${well}`);
		const subject = { ...subjectOf(), images: [] };
		await expect(preflightUnlessPassed(host, subject)).rejects.toThrow("[Swap]");
		host.answers(/^check whether it can be a node$/, () => well);
		await preflightUnlessPassed(host, subject);
		const looks = host.commands.length;
		await preflightUnlessPassed(host, subject);
		expect([looks, host.commands.length]).toEqual([2, 2]);
	});

	it("is not made again for a host that is a node, and a changed image is pulled there", () => {
		const state = nodePreflight.check({ host: reference, cluster, node }, undefined);
		const with_ = (change: object) =>
			nodePreflight.check({ host: reference, cluster, node: { ...node, ...change } }, state);
		expect(nodePreflight.diff!(state, with_({ skipPhases: ["preflight"] }))).toEqual({ changes: false });
		const newer = nodePreflight.check(
			{ host: reference, cluster: { ...cluster, imageRepository: "registry.example.com" }, node },
			state,
		);
		expect(nodePreflight.diff!(state, newer)).toEqual({});
	});
});

describe("the page on preflight checks", () => {
	it("is what the table of checks says", async () => {
		await expect(preflightPage()).toMatchFileSnapshot("../../../docs/preflight.md");
	});
});
