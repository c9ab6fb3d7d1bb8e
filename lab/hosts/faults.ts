import { createHash } from "node:crypto";
import type { LabHost } from "./types.ts";

/** Removes a fault. */
export type Undo = () => Promise<void>;

/** Replaces the content of an existing file, also in /proc or read-only, until the fault is removed. */
export async function coverFile(host: LabHost, path: string, content: string): Promise<Undo> {
	const cover = `/run/lab/${createHash("sha256").update(path).digest("hex").slice(0, 12)}`;
	await host.exec(`mkdir -p /run/lab && cat >${cover} && mount --bind ${cover} '${path}'`, {
		input: content,
		check: true,
	});
	return () => done(host, `umount '${path}' && rm ${cover}`);
}

/** Mounts a full disk over the folder `path`. The folder's content is hidden until the fault is removed. */
export async function fillDisk(host: LabHost, path: string): Promise<Undo> {
	await done(host, `mkdir -p '${path}' && mount -t tmpfs -o size=64k lab-full '${path}'`);
	await host.exec(`cat /dev/zero >'${path}/filled'`);
	return () => done(host, `umount '${path}'`);
}

/** Rejects or drops incoming packets for a TCP port, as a firewall does. */
export async function blockPort(host: LabHost, port: number, verdict: "REJECT" | "DROP" = "DROP"): Promise<Undo> {
	const rule = `INPUT -p tcp --dport ${port} -j ${verdict}`;
	await done(host, `iptables -I ${rule}`);
	return () => done(host, `iptables -D ${rule}`);
}

/** Occupies a TCP port. Returns when the port is taken. */
export async function takePort(host: LabHost, port: number): Promise<Undo> {
	const unit = `lab-port-${port}`;
	// Socket activation: the port is taken when systemd-run returns.
	await done(
		host,
		`systemd-run --quiet --unit=${unit} --socket-property=ListenStream=${port} --socket-property=Accept=no sleep infinity`,
	);
	// The socket stops first: a connection waiting in it would start the service again. The service exists only after a connection.
	return () => done(host, `systemctl stop ${unit}.socket && systemctl stop '${unit}.*'`);
}

/** Stops a service until the fault is removed. */
export async function stopService(host: LabHost, service: string): Promise<Undo> {
	await done(host, `systemctl stop ${service}`);
	return () => done(host, `systemctl start ${service}`);
}

async function done(host: LabHost, command: string): Promise<void> {
	await host.exec(command, { check: true });
}
