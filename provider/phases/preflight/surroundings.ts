import { ports } from "../../facts/ports";
import { serviceCommand } from "../../hosts/service";
import { quote } from "../../hosts/shell";
import { type Check, controlPlanes, everywhere, findingIf, firstPrinted } from "./check";

/** Checks of proxy, clock, SELinux and firewall. kubeadm does not check clock and SELinux, and checks firewalld on control planes only. */
export const surroundings: Check[] = [
	proxied("HTTPProxy", "the API server's own address", (target) => !target.includes("/")),
	proxied("HTTPProxyCIDR", "services and pods", (target) => target.includes("/")),
	{
		name: "ControlPlaneEndpoint",
		expects:
			"the host name of `controlPlaneEndpoint` to resolve on the host; a changed name is checked before the change",
		on: controlPlanes,
		ours: true,
		layer: "name resolution",
		severity: "error",
		script: ({ endpointName }) =>
			endpointName
				? `if command -v getent >/dev/null; then timeout 5 getent ahosts ${quote(endpointName)} >/dev/null 2>&1; echo "endpoint=$?"; fi`
				: "",
		judge: (observed, { endpointName }) =>
			findingIf(
				!["", "0"].includes(firstPrinted(observed, "endpoint")) && {
					expected: `${endpointName}, the host name of controlPlaneEndpoint, to resolve to an address`,
					got: "no address",
				},
			),
		next: "getent ahosts NAME; cat /etc/hosts",
		afterwards: "give the name an address in DNS, or in /etc/hosts of every node",
	},
	{
		name: "Clock",
		expects: "the time of the machine that runs the program, up to 4 minutes",
		on: everywhere,
		ours: true,
		layer: "clock",
		severity: "error",
		script: () => `echo "clock=$(date +%s)"`,
		judge: (observed) => {
			const behind = Math.round(Date.now() / 1000 - Number(firstPrinted(observed, "clock")));
			return findingIf(
				Math.abs(behind) > 240 && {
					expected: "the time within 4 minutes of this machine's",
					got: `one that is ${Math.abs(behind)} s ${behind > 0 ? "behind: new certificates are not valid yet there" : "ahead"}`,
				},
			);
		},
		next: "timedatectl",
		afterwards: "set its clock, or start its time service",
	},
	{
		name: "SELinux",
		expects: "SELinux not to be enforcing",
		on: everywhere,
		ours: true,
		layer: "SELinux",
		severity: "warning",
		script: () => `echo "selinux=$(cat /sys/fs/selinux/enforce 2>/dev/null || getenforce 2>/dev/null)"`,
		judge: (observed) =>
			findingIf(
				["1", "Enforcing"].includes(firstPrinted(observed, "selinux")) &&
					"enforcing: containers may not read files that are mounted from the host",
			),
		next: "getenforce; ausearch -m AVC -ts recent",
		afterwards:
			"if containers are denied: setenforce 0, or give /etc/kubernetes and /var/lib/etcd the type container_file_t",
	},
	{
		name: "Firewalld",
		expects: "neither firewalld nor ufw to be active",
		on: everywhere,
		layer: "firewall",
		severity: "warning",
		script: () => `for unit in firewalld ufw; do ${serviceCommand.isActive("$unit")} && echo "firewall=$unit"; done`,
		judge: (observed, { action, listeners: listens }) => {
			const firewall = firstPrinted(observed, "firewall");
			const needed =
				action === "etcd"
					? [ports.etcdClient, ports.etcdPeer]
					: [ports.kubelet, ...(action === "worker join" ? [] : [listens[0]!.port])];
			return findingIf(firewall && `${firewall} is active: other nodes need the ports ${needed.join(", ")}`);
		},
		next: "firewall-cmd --list-all; ufw status",
		afterwards: "open these ports to the other nodes",
	},
];

/** Check of the addresses, or of the networks, that the cluster's proxy is used for. */
function proxied(name: string, subject: string, isAbout: (target: string) => boolean): Check {
	return {
		name,
		expects: `${subject} to be reached without the cluster's proxy`,
		on: controlPlanes,
		layer: "proxy",
		severity: "warning",
		judge: (_seen, { proxiedAddresses: targets }) =>
			targets.filter(isAbout).flatMap((target) =>
				findingIf({
					expected: `${target} in NO_PROXY of the cluster's proxyEnvs`,
					got: "connections to it through the proxy",
				}),
			),
		next: "env | grep -i _proxy",
		afterwards: "name it in NO_PROXY in the program",
	};
}
