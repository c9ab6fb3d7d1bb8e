import { healthPortOf } from "../../config/endpoint-choice";
import { paths } from "../../facts/paths";
import { joinHostPort, parseAddress } from "../../go/address";

/** An API server that haproxy passes connections on to. */
export interface ApiServer {
	/** Name of the control plane node. */
	name: string;
	/** IP address of the API server. */
	address: string;
	/** Port of the API server. */
	port: number;
}

/** Absolute paths of haproxy's configuration on a host, by the name of the pod. Both may run while a cluster changes from one to the other. */
export const haproxyPaths = {
	haproxy: `${paths.haproxyDirectory}/haproxy.cfg`,
	"local-proxy": `${paths.localProxyDirectory}/haproxy.cfg`,
} as const;

/** Path under which haproxy tells that it runs itself, whatever the API servers do. */
export const LIVE = "/livez";

/** Path under which haproxy tells that the API server of its own host is ready. */
export const LOCAL = "/local";

/** What haproxy is to do. */
interface Balancing {
	/** Address that is listened at: "" for all addresses of the family of `virtualIP`. */
	address: string;
	/** Address whose family is listened at where `address` is empty. */
	virtualIP?: string;
	port: number;
	apiServers: readonly ApiServer[];
	/** Name of the API server that gets all connections while it is ready. @default none: connections go to all */
	preferred?: string;
}

/**
 * Renders haproxy.cfg.
 *
 * - TLS ends at the API servers. haproxy asks each for /readyz once a second. 401 is as good as 200: an API server that
 *   refuses anonymous requests does not tell more, but it answers. 403 is the answer before its RBAC rules are loaded.
 * - A connection that fails goes to another API server within a second. When an API server is found down, its
 *   connections are cut, so that clients do not stay with a machine that is off, or with an API server without etcd.
 * - Idle connections stay for a day, as `kubectl logs --follow` may wait long. The end of a silent machine is found by TCP.
 *
 * Source: the idea is docs/ha-considerations.md of kubeadm; https://docs.haproxy.org/2.6/configuration.html
 */
export function haproxyConfiguration({ address, virtualIP = "", port, apiServers, preferred }: Balancing): string {
	const all = [...apiServers].sort((a, b) => (a.name < b.name ? -1 : 1));
	const servers = all.map(({ name, ...server }) => {
		const rank = preferred === undefined || preferred === name ? "" : " backup";
		return `	server ${name} ${joinHostPort(server.address, server.port)}${rank}`;
	});
	const local = all.some(({ name }) => name === preferred)
		? [`	http-request return status 200 if { path ${LOCAL} } { srv_is_up(kube-apiserver/${preferred}) }`]
		: [];
	return `${[
		"global",
		"	log stdout format raw local0 notice",
		"	maxconn 8000",
		// A container may be allowed fewer open files.
		"	no strict-limits",
		// Connections to an API server may last for days.
		"	hard-stop-after 2s",
		"",
		"defaults",
		"	log global",
		"	option dontlog-normal",
		"	timeout connect 1s",
		"	timeout check 2s",
		"	timeout client 24h",
		"	timeout server 24h",
		"",
		"frontend kubernetes-api",
		"	mode tcp",
		`	bind ${listener(address, virtualIP, port)} tcp-ut 10s`,
		"	option clitcpka",
		"	default_backend kube-apiserver",
		"",
		"backend kube-apiserver",
		"	mode tcp",
		"	balance random",
		"	option srvtcpka",
		"	option redispatch 1",
		"	option allbackups",
		"	retries 3",
		"	option httpchk GET /readyz",
		"	http-check expect rstatus ^(200|401)$",
		"	default-server check check-ssl verify none inter 1s fall 2 rise 1 on-marked-down shutdown-sessions tcp-ut 10s",
		...servers,
		"",
		"frontend health",
		"	mode http",
		`	bind 127.0.0.1:${healthPortOf(port)}`,
		"	timeout client 5s",
		`	monitor-uri ${LIVE}`,
		...local,
		"	http-request return status 503",
	].join("\n")}\n`;
}

function listener(address: string, virtualIP: string, port: number): string {
	if (address !== "") return joinHostPort(address, port);
	return parseAddress(virtualIP)?.family === 6 ? `[::]:${port} v4v6` : `:${port}`;
}
