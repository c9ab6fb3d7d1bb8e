import { existsSync } from "node:fs";
import type { HostFacts } from "../../../provider/config/node";
import { caCertificateDirectories } from "../../../provider/facts/paths";

/** The host that kubeadm finds where parity runs it. Its name is not all in lower case on purpose. */
export const host = { hostname: "Parity-Host", defaultRouteAddress: "198.18.0.10", gateway: "198.18.0.1" };

/** The same, as our renderers get it. @param resolved whether systemd-resolved is active */
export function hostFacts(resolved: boolean): HostFacts {
	return {
		hostname: host.hostname,
		defaultRouteAddress: host.defaultRouteAddress,
		...(resolved ? { resolvConf: "/run/systemd/resolve/resolv.conf" } : {}),
		cgroupVersion: existsSync("/sys/fs/cgroup/cgroup.controllers") ? 2 : 1,
		machineId: "0123456789abcdef0123456789abcdef",
		caCertificateDirectories: caCertificateDirectories.filter(
			(path) => existsSync(path) && !path.startsWith("/etc/pki"),
		),
	};
}
