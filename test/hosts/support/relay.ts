import { connect, createServer, type Socket } from "node:net";

/** A TCP relay on the loopback interface that can be cut, frozen and mended. */
export interface Relay {
	port: number;
	/** Connections that were made through it. */
	connections(): number;
	/** Bytes that went to the server since the last `cutAfter`. */
	forwarded(): number;
	/** Cuts every connection once so many more bytes went to the server; from then on new ones pass. */
	cutAfter(bytes: number): void;
	/** Cuts what is connected now. */
	cut(): void;
	/** Lets nothing through in either direction, and closes nothing. */
	freeze(): void;
	/** Lets through again what is sent from now on. */
	thaw(): void;
	close(): Promise<void>;
}

/** Relays to a port of the loopback interface. */
export async function startRelay(target: number): Promise<Relay> {
	const sockets = new Set<Socket>();
	let left = Number.POSITIVE_INFINITY;
	let connections = 0;
	let forwarded = 0;
	let frozen = false;
	const cut = () => {
		for (const socket of sockets) socket.destroy();
	};
	const server = createServer({ noDelay: true }, (inner) => {
		connections++;
		const outer = connect({ port: target, host: "127.0.0.1", noDelay: true });
		for (const [from, to] of [
			[inner, outer],
			[outer, inner],
		] as const) {
			sockets.add(from);
			from.on("error", () => {});
			from.on("close", () => {
				sockets.delete(from);
				to.destroy();
			});
		}
		outer.on("data", (chunk) => frozen || inner.write(chunk));
		inner.on("data", (chunk) => {
			if (frozen) return;
			const passing = chunk.subarray(0, Math.min(chunk.length, left));
			left -= passing.length;
			forwarded += passing.length;
			if (left > 0) outer.write(passing);
			else {
				left = Number.POSITIVE_INFINITY;
				outer.end(passing, cut);
			}
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		port: (server.address() as { port: number }).port,
		connections: () => connections,
		forwarded: () => forwarded,
		cutAfter(bytes) {
			left = bytes;
			forwarded = 0;
		},
		cut,
		freeze() {
			frozen = true;
		},
		thaw() {
			frozen = false;
		},
		close() {
			cut();
			return new Promise((resolve) => server.close(() => resolve()));
		},
	};
}
