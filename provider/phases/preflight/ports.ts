import { expected } from "../../config/expected";
import { paths } from "../../facts/paths";
import { ports } from "../../facts/ports";
import { introducedIn } from "../../facts/versions";
import { recordPath } from "../../hosts/placement/records";
import { serviceCommand } from "../../hosts/service";
import {
	type Check,
	everywhere,
	firstPrinted,
	type HostObservation,
	isNode,
	nameOf,
	type PreflightFinding,
} from "./check";
import type { Listener } from "./subject";

/** Check for ports in use. Source: `PortOpenCheck`, kubeadm preflight/checks.go. */
export const portsFree: Check = {
	name: "Port-XXXX",
	expects: `these ports to be free: ${ports.kubelet}; on a control plane that of its API server, ${ports.scheduler} and ${ports.controllerManager}; with an etcd ${ports.etcdClient} and ${ports.etcdPeer}. From 1.${introducedIn.portCheckByAddress} on at the address that is to be listened at, which must be the host's`,
	on: everywhere,
	layer: "port in use",
	severity: "error",
	script: () => `
[ -f ${paths.kubeletConfiguration} ] && echo "configured=$(${serviceCommand.activeState("kubelet")})"
[ -f ${recordPath(paths.kubeletConfiguration)} ] && echo ours=yes
ss -Hltnp 2>/dev/null | awk '{ print "listener=" $4 " " $6 }'
ip -o addr show 2>/dev/null | awk '{ sub("/.*", "", $4); print "address=" $4 }'
echo "anyAddress=$(cat /proc/sys/net/ipv4/ip_nonlocal_bind 2>/dev/null)"`,
	judge: (observed, { listeners: listens }) => {
		if (isNode(observed)) return [];
		return listens.flatMap((wanted) => inUse(observed, wanted) ?? []);
	},
	next: "ss -ltnp",
};

function inUse(observed: HostObservation, wanted: Listener): PreflightFinding | undefined {
	const name = nameOf("Port", wanted.port);
	// Where this package's kubelet has stopped, its static pods still hold their ports.
	const ownProcess = firstPrinted(observed, "ours") === "yes" ? /"(kubelet|etcd|kube-[a-z-]+)"/ : /$^/;
	const taken = (observed.printed.listener ?? []).find(
		(listener) => !ownProcess.test(listener) && conflicts(listener, wanted),
	);
	if (taken)
		return {
			name,
			what: expected({
				expected: `port ${wanted.port} to be free`,
				got: `${/"([^"]+)"/.exec(taken)?.[1] ?? "another process"} on it`,
			}),
		};
	const { address } = wanted;
	if (!address || isAny(address) || firstPrinted(observed, "anyAddress") === "1") return undefined;
	const addresses = observed.printed.address ?? [];
	if (addresses.length === 0 || addresses.includes(address) || address.startsWith("127.")) return undefined;
	return {
		name,
		what: expected({ expected: `one of the host's addresses (${addresses.join(", ")}) to listen at`, got: address }),
		next: "ip addr",
	};
}

/** Whether a line of `ss` conflicts with a wanted port. `ss` writes `*` for all addresses of both families. */
function conflicts(listener: string, { port, address }: Listener): boolean {
	const [, at = "", number] = /^(\S*):(\d+)\s/.exec(`${listener} `) ?? [];
	if (Number(number) !== port) return false;
	const taken = at.replace(/^\[|\]$/g, "").replace(/%.*/, "");
	if (!address || isAny(address) || taken === "*") return true;
	return (
		taken === address || (taken === "0.0.0.0" && !address.includes(":")) || (taken === "::" && address.includes(":"))
	);
}

function isAny(address: string): boolean {
	return address === "0.0.0.0" || address === "::";
}
