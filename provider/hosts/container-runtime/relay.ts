import { createHash } from "node:crypto";
import type { Duplex } from "node:stream";
import type { Host } from "../host";
import { HostError } from "../host-error";
import { serviceCommand } from "../service";
import { quote } from "../shell";

/** A unix socket that the connection's user may open, and that leads to a socket of root. */
interface Relay {
	socket: string;
	/** Name of the relay's systemd units, without suffix. */
	unit: string;
}

/** Relays by host and socket. */
const relays = new Map<string, Promise<Relay>>();

/** Removals in progress, by host and socket: a new relay waits for them. */
const removals = new Map<string, Promise<void>>();

/** Number of current users, by host and socket: a relay in use is not removed. */
const uses = new Map<string, number>();

/** Begins a use of a host's socket, during which its relay is not removed. @returns a function that ends the use; call it once */
export function beginUse(host: Host, socket: string): () => void {
	const key = keyOf(host, socket);
	uses.set(key, (uses.get(key) ?? 0) + 1);
	return () => void uses.set(key, uses.get(key)! - 1);
}

/** Removes the relay to a socket, unless there is none or it is in use. */
export async function closeRelay(host: Host, socket: string): Promise<void> {
	const key = keyOf(host, socket);
	if (!uses.get(key)) await drop(host, key, relays.get(key));
}

/**
 * Opens a stream to a unix socket of a host, also where only root may open the socket. Where the connection's user may not,
 * makes a relay: a transient systemd socket unit, owned by that user, which starts systemd-socket-proxyd. Such a relay ends
 * after ten minutes; the next call makes a new one.
 * @param socket path of the socket
 * @throws HostError where nothing listens on the socket (`not served`) or sshd refuses to forward it (`refused`)
 */
export async function dialRuntime(host: Host, socket: string): Promise<Duplex> {
	const key = keyOf(host, socket);
	// A known relay may have ended. Without a relay, the socket itself is tried first.
	for (let tries = 1, cause: unknown; ; tries++) {
		const known = relays.get(key) ?? (tries > 1 ? making(host, socket, cause) : undefined);
		const relay = await known;
		try {
			return await host.dialSocket(relay?.socket ?? socket);
		} catch (error) {
			if (!(error instanceof HostError && error.reason === "refused")) throw error;
			cause = error;
		}
		await drop(host, key, known);
		if (tries > 2) throw forbidden(host, socket, cause);
	}
}

function making(host: Host, socket: string, cause: unknown): Promise<Relay> {
	const key = keyOf(host, socket);
	const relay = (removals.get(key) ?? Promise.resolve()).then(() => make(host, socket, cause));
	relays.set(key, relay);
	relay.catch(() => relays.delete(key));
	return relay;
}

/** Removes a relay, unless another caller has removed it or made a new one. */
async function drop(host: Host, key: string, relay: Promise<Relay> | undefined): Promise<void> {
	if (!relay || relays.get(key) !== relay) return;
	relays.delete(key);
	const removal = relay.then((made) => remove(host, made)).finally(() => removals.delete(key));
	removals.set(key, removal);
	await removal;
}

const keyOf = (host: Host, socket: string) => `${host.name} ${socket}`;

/** Makes a relay, or takes over one that runs. A relay that nobody stops ends after ten minutes. */
async function make(host: Host, socket: string, cause: unknown): Promise<Relay> {
	const name = createHash("sha256").update(socket).digest("hex").slice(0, 8);
	const { stdout } = await host.run({
		intent: `make a relay to ${socket}`,
		script: `
real=$(readlink -f ${quote(socket)}) && grep -q " $real$" /proc/net/unix || { echo absent; exit 0; }
[ "\${SUDO_UID:-0}" != 0 ] || { echo forbidden; exit 0; }
unit=pulumi-kubeadm-relay-$SUDO_UID-${name}
for proxy in /usr/lib/systemd/systemd-socket-proxyd /lib/systemd/systemd-socket-proxyd; do [ ! -x $proxy ] || break; done
${serviceCommand.isActive("$unit.socket")} || systemd-run --quiet --collect --unit=$unit \\
	--socket-property=ListenStream=/run/$unit.sock --socket-property=SocketUser=$SUDO_UID --socket-property=SocketMode=0600 \\
	--socket-property=RemoveOnStop=yes --property=RuntimeMaxSec=600 \\
	--property="ExecStopPost=$(command -v systemctl) --no-block stop $unit.socket" $proxy "$real" ||
	${serviceCommand.isActive("$unit.socket")} || exit 1
echo $unit`,
	});
	const unit = stdout.trim();
	if (unit === "absent") throw absent(host, socket, cause);
	if (unit === "forbidden") throw forbidden(host, socket, cause);
	return { unit, socket: `/run/${unit}.sock` };
}

async function remove(host: Host, { unit }: Relay): Promise<void> {
	await host.run({
		intent: "remove the relay to the container runtime",
		script: `${serviceCommand.stop(`${unit}.socket ${unit}.service`)} 2>/dev/null; ${serviceCommand.resetFailed(`${unit}.service`)}; exit 0`,
	});
}

function absent(host: Host, socket: string, cause: unknown): HostError {
	return new HostError({
		host: host.name,
		layer: "container runtime",
		reason: "not served",
		what: `nothing listens on ${socket}`,
		next: host.typed(`${serviceCommand.status("containerd")}; ${serviceCommand.journal("containerd")}`),
		cause,
	});
}

function forbidden(host: Host, socket: string, cause: unknown): HostError {
	return new HostError({
		host: host.name,
		layer: "ssh",
		reason: "refused",
		what: {
			at: `socket forwarding to ${socket}`,
			expected:
				"sshd with `AllowStreamLocalForwarding yes`, no `DisableForwarding`, and no `restrict` in authorized_keys",
			got: "a refusal",
		},
		next: host.typed("sshd -T | grep -i forwarding"),
		cause,
	});
}
