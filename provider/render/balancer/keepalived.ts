import { healthPortOf, type VirtualIP } from "../../config/endpoint-choice";
import { paths } from "../../facts/paths";
import { parseAddress } from "../../go/address";
import { type ApiServer, LOCAL } from "./haproxy";

const inFolder = (name: string) => `${paths.keepalivedDirectory}/${name}`;

/** Absolute paths of keepalived's files on a host. */
export const keepalivedPaths = {
	configuration: inFolder("keepalived.conf"),
	/** Script that tells whether haproxy and the API server of the host are well. */
	check: inFolder("check.sh"),
	/** Definition of $INTERFACE, for a host whose interface the program does not name. */
	interface: inFolder("interface.conf"),
	/** File whose content "1" sends the address to another host. */
	leave: `${paths.virtualIPDirectory}/leave`,
} as const;

/** A control plane that may hold the virtual IP. */
export interface Holder {
	/** The virtual IP. */
	virtualIP: VirtualIP;
	/** Name of the node. */
	nodeName: string;
	/** API servers of all control planes, this one's too. */
	apiServers: readonly ApiServer[];
}

/**
 * Renders keepalived.conf for one control plane. All have the same priority, so the address stays where it is until its
 * holder gets worse, and a holder that is well again takes nothing back. A dead API server makes worse than being asked to leave.
 *
 * A holder that is off is missed after three adverts of 0.7 s and the skew: 2.5 s. On a busy host keepalived comes first, so
 * that its adverts are not late.
 *
 * Source: keepalived.conf(5); RFC 5798, section 6.1.
 */
export function keepalivedConfiguration({ virtualIP, nodeName, apiServers }: Holder): string {
	const { address, routerId, interface: named } = virtualIP;
	const device = named ?? "$INTERFACE";
	const all = [...apiServers].sort((a, b) => (a.name < b.name ? -1 : 1));
	const own = all.find(({ name }) => name === nodeName);
	const peers = all.filter(({ name }) => name !== nodeName).map((peer) => `		${peer.address}`);
	return `${[
		...(named === undefined ? [`include ${keepalivedPaths.interface}`, ""] : []),
		"global_defs {",
		"	vrrp_version 3",
		"	vrrp_check_unicast_src",
		"	enable_script_security",
		"	script_user root",
		"	vrrp_priority -20",
		"}",
		"",
		"vrrp_script api_server {",
		`	script "/bin/sh ${keepalivedPaths.check}"`,
		"	interval 1",
		"	timeout 2",
		"	fall 2",
		"	rise 1",
		"	weight -50",
		"}",
		"",
		"vrrp_track_file leave {",
		`	file ${keepalivedPaths.leave}`,
		"	weight -20",
		"}",
		"",
		"vrrp_instance kubernetes_api {",
		"	state BACKUP",
		`	interface ${device}`,
		`	virtual_router_id ${routerId}`,
		"	priority 100",
		"	advert_int 0.7",
		...(own && peers.length > 0 ? [`	unicast_src_ip ${own.address}`, "	unicast_peer {", ...peers, "	}"] : []),
		"	virtual_ipaddress {",
		`		${address}/${parseAddress(address)?.family === 6 ? 128 : 32} dev ${device}`,
		"	}",
		"	track_script {",
		"		api_server",
		"	}",
		"	track_file {",
		"		leave",
		"	}",
		"}",
	].join("\n")}\n`;
}

/** Renders the script by which keepalived asks haproxy about the API server of the host, with what its image has. */
export function checkScript({ port }: VirtualIP): string {
	const at = `127.0.0.1/${healthPortOf(port)}`;
	const url = `http://${at.replace("/", ":")}${LOCAL}`;
	return `# Succeeds while haproxy runs on this host and the API server of this host is ready.
if command -v curl >/dev/null; then exec curl --silent --fail --max-time 1 --output /dev/null ${url}; fi
if command -v wget >/dev/null; then exec wget -q -T 1 -O /dev/null ${url}; fi
exec bash -c 'exec 3<>/dev/tcp/${at} && printf "GET ${LOCAL} HTTP/1.0\\r\\n\\r\\n" >&3 && read -r -t 1 line <&3 && [[ $line == *" 200 "* ]]'
`;
}
