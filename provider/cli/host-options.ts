import type { Cluster } from "../config/cluster";

import { caCertificateDirectories } from "../facts/paths";
import { parseAddress } from "../go/address";
import type { EtcdMembers } from "../render/static-pods/pod";
import { type Options, UsageError, type ValuesOf } from "./command";

/** Options for facts of a host, for commands that reach no host. */
export const hostOptions = {
	node: { type: "string", value: "NAME", description: "the node's name (default: nodeRegistration.name)" },
	hostname: { type: "string", value: "NAME", description: "the host's own name (default: the node's)" },
	address: {
		type: "string",
		value: "IP",
		description:
			"the host's address, where localAPIEndpoint.advertiseAddress gives none, or 0.0.0.0, :: or a loopback address",
	},
	"resolv-conf": {
		type: "string",
		value: "FILE",
		description: "resolver of the host's pods: /run/systemd/resolve/resolv.conf where systemd-resolved is active",
	},
	"ca-certificates-dir": {
		type: "string",
		value: "DIR",
		description: "a folder of CA certificates on the host, such as /usr/share/ca-certificates",
		multiple: true,
	},
	"etcd-member": {
		type: "string",
		value: "NAME=IP",
		description: "a member of the etcd that a control plane node joins",
		multiple: true,
	},
	"users-from": {
		type: "string",
		value: "DIR",
		description: "the host's /etc, or a copy of its passwd, group and login.defs, where its control plane is rootless",
	},
	"proxy-env": {
		type: "string",
		value: "NAME=VALUE",
		description: "a proxy variable of the host, such as HTTPS_PROXY, which its control plane and kube-proxy get",
		multiple: true,
	},
	patches: { type: "string", value: "DIR", description: "patches, instead of those in patches.directory" },
} as const satisfies Options;

export type HostValues = ValuesOf<typeof hostOptions>;

/** Source: GetProxyEnvVars, kubeadm util/env.go. */
export function proxyEnvsOf({ "proxy-env": variables }: HostValues): Cluster["proxyEnvs"] {
	return variables.map((text) => {
		const [, name, value] = /^([^=]*_proxy)=(.+)$/is.exec(text) ?? [];
		if (name !== undefined && value !== undefined) return { name, value };
		throw new UsageError({ at: "--proxy-env", expected: "NAME=VALUE of a proxy variable", value: text.split("=")[0] });
	});
}

export function membersOf({ "etcd-member": members }: HostValues): EtcdMembers {
	return members.map((text) => {
		const [name = "", address = ""] = text.split("=", 2);
		if (name && parseAddress(address)) return { name, address };
		throw new UsageError({ at: "--etcd-member", expected: "NAME=IP", value: text });
	});
}

/**
 * Checks which of kubeadm's folders of CA certificates a host has, by the option's values.
 * @throws UsageError for a folder that kubeadm does not look for
 */
export function caDirectoriesOf({ "ca-certificates-dir": directories }: HostValues): string[] {
	return directories.map((directory) => {
		const known = caCertificateDirectories.find((path) => path === directory.replace(/(.)\/+$/, "$1"));
		if (known) return known;
		throw new UsageError({
			at: "--ca-certificates-dir",
			expected: `one of ${caCertificateDirectories.join(", ")}`,
			value: directory,
		});
	});
}
