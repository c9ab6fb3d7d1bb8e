import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, type LabHost, startLab } from "../../lab/index.ts";

/** A package kubelet without content, as the host has the program already, and an archive of it: there is no network. */
const ARCHIVE = `
rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/*
mkdir -p /srv/packages && cd /srv/packages
mkdir -p kubelet/DEBIAN
printf 'Package: kubelet\\nVersion: 1.37.2\\nArchitecture: all\\nMaintainer: lab\\nDescription: for a test\\n' >kubelet/DEBIAN/control
dpkg-deb --build kubelet kubelet.deb >/dev/null
{ cat kubelet/DEBIAN/control; echo "Filename: ./kubelet.deb"; echo "Size: $(stat -c %s kubelet.deb)"; echo "SHA256: $(sha256sum kubelet.deb | cut -d' ' -f1)"; } >Packages
echo 'deb [trusted=yes] file:/srv/packages ./' >/etc/apt/sources.list`;

/** The script itself, on a real host, as the user that the example connects as. */
describe("prepare.sh of the example prepared-hosts", () => {
	let lab: Lab;
	let host: LabHost;
	let script: string;
	const said = async (command: string) => (await host.exec(command, { check: true })).stdout.trim();
	const prepare = () => host.exec(["sh", "-c", script], { user: "admin", check: true });
	const prepared = async () => ({
		packages: await said("dpkg-query -W -f '${Package}=${db:Status-Status} ' containerd kubelet"),
		held: await said("apt-mark showhold"),
		modules: await said("cat /etc/modules-load.d/kubernetes.conf"),
		forwarding: await said("cat /etc/sysctl.d/kubernetes.conf /proc/sys/net/ipv4/ip_forward"),
		cgroups: JSON.parse(await said("crictl info")).config.containerd.runtimes.runc.options.SystemdCgroup,
		containerd: await said("systemctl is-active containerd"),
	});

	beforeAll(async () => {
		script = await readFile(join(import.meta.dirname, "../../examples/prepared-hosts/prepare.sh"), "utf8");
		lab = await startLab({ hosts: [{ name: "bare" }] });
		host = lab.hosts[0]!;
		await host.exec(ARCHIVE, { check: true });
		await host.exec("rm /etc/containerd/config.toml; echo 0 > /proc/sys/net/ipv4/ip_forward", { check: true });
	});

	afterAll(() => lab?.stop());

	it("makes a machine ready, and changes nothing when it runs again", async () => {
		await prepare();
		const once = await prepared();
		expect(once).toEqual({
			packages: "containerd=installed kubelet=installed",
			held: "kubelet",
			modules: "overlay\nbr_netfilter",
			forwarding: "net.ipv4.ip_forward = 1\n1",
			cgroups: true,
			containerd: "active",
		});
		const since =
			"stat -c '%y' /etc/containerd/config.toml; systemctl show -p ExecMainStartTimestamp,MainPID containerd";
		const before = await said(since);
		await prepare();
		expect(await said(since)).toBe(before);
		expect(await prepared()).toEqual(once);
	});
});
