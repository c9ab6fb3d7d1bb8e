import type { Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import type { Client, ClientCallback, ClientChannel } from "ssh2";
import { sentence } from "../../config/expected";
import { HostError } from "../host-error";
import { quote, sshTo } from "../shell";
import { type ConnectionArgs, hostName } from "./connection";
import { type HostKeyKnowledge, hostKeyPolicy } from "./host-key";
import { limiter } from "./limiter";
import { DIAL_DEFAULTS, type OpenClient, openClient } from "./open-client";

/**
 * Channels of a connection that are used at once. sshd allows ten (MaxSessions), but frees a channel later than it says
 * so.
 */
const CHANNELS = 4;

/** Idle time after which a connection is closed, in milliseconds. An open connection keeps the process alive. */
const IDLE_MILLISECONDS = 5000;

/**
 * Time during which a refused channel is requested again, in milliseconds. sshd may allow fewer channels than
 * `CHANNELS`.
 */
const REFUSED_MILLISECONDS = 60_000;

/** How often a host is dialled, and how many seconds each dial may take. */
type DialPatience = Required<Pick<ConnectionArgs, "dialErrorLimit" | "perDialTimeout">>;

type Use<T> = (channel: ClientChannel, asked: number) => Promise<T>;

/** An SSH connection that is opened when it is needed, and opened again after it was lost. */
export class PooledConnection {
	readonly args: ConnectionArgs;
	readonly name: string;
	readonly #bastion: PooledConnection | undefined;
	readonly #slot = limiter(CHANNELS);
	#open: Promise<OpenClient> | undefined;
	#live: Client | undefined;
	#hostKey: string | undefined;
	#uses = 0;
	#idle: NodeJS.Timeout | undefined;
	/** The longest patience of any caller, with which a lost connection is opened again. */
	#patience: DialPatience;
	/** Patience of the last dial. */
	#dialed: DialPatience;

	constructor(args: ConnectionArgs, bastion?: PooledConnection) {
		this.args = args;
		this.#patience = patienceOf(args);
		this.#dialed = this.#patience;
		this.name = hostName(args);
		this.#bastion = bastion;
	}

	/**
	 * Connects unless there is a connection already, or the dial of another caller succeeds. A new connection is checked
	 * against the host keys that this caller knows, and dialled as often and as long as this caller asks.
	 */
	async open(args: ConnectionArgs, knowledge: HostKeyKnowledge): Promise<OpenClient> {
		const policy = () => hostKeyPolicy(args, this.name, knowledge);
		const patience = patienceOf(args);
		if (isLess(this.#patience, patience)) this.#patience = patience;
		return this.#using(async () => {
			for (;;) {
				const isOwnDial = !this.#open;
				try {
					return await this.#client(policy, patience);
				} catch (error) {
					if (isOwnDial || !(error instanceof HostError)) throw error;
					// Another caller's attempt may have failed for a host key that only this caller knows, or for impatience.
					const wasImpatient = error.reason === "unreachable" && isLess(this.#dialed, patience);
					if (!wasImpatient && !error.reason.startsWith("host key")) throw error;
				}
			}
		});
	}

	/**
	 * Runs a command line, and passes its channel to `use` before any event of the channel, with the time of the request.
	 * The channel counts as used until `use` has ended.
	 */
	session<T>(line: string, use: Use<T>): Promise<T> {
		return this.#slot(() => this.#using(async () => (await this.#exec(line, use)).running));
	}

	/** Opens a stream to a port as seen from the host. The connection stays open until the stream is closed. */
	forward(address: string, port: number): Promise<Duplex> {
		return this.#stream(
			(client, opened) => client.forwardOut("127.0.0.1", 0, address, port, opened),
			(error) => this.#refused(error, address, port),
		);
	}

	/**
	 * Opens a stream to a unix socket of the host, as the connection's user. sshd does not say why it refuses a stream.
	 */
	forwardSocket(path: string): Promise<Duplex> {
		return this.#stream(
			(client, opened) => client.openssh_forwardOutStreamLocal(path, opened),
			(error) => this.#refusedSocket(error, path),
		);
	}

	#stream(
		open: (client: Client, opened: ClientCallback) => void,
		refused: (error: Error) => HostError,
	): Promise<Duplex> {
		return this.#using(async () => {
			const { client } = await this.#client();
			const stream = await new Promise<ClientChannel>((resolve, reject) => {
				try {
					open(client, (error, channel) => (error ? reject(refused(error)) : resolve(channel)));
				} catch (error) {
					// ssh2 throws at once where the connection was lost meanwhile.
					reject(refused(error as Error));
				}
			});
			this.#uses++;
			stream.once("close", () => this.#release());
			return stream;
		});
	}

	/** Closes the connection. Commands that still run on it fail as lost. */
	async close(): Promise<void> {
		clearTimeout(this.#idle);
		const live = this.#live;
		this.#open?.then(
			({ client }) => client.end(),
			() => {},
		);
		this.#open = undefined;
		this.#live = undefined;
		if (live) await new Promise<void>((resolve) => live.once("close", () => resolve()));
	}

	#client(
		policy = () => hostKeyPolicy(this.args, this.name, { trustOnFirstUse: false, before: this.#hostKey }),
		patience = this.#patience,
	): Promise<OpenClient> {
		if (this.#open) return this.#open;
		this.#dialed = patience;
		const bastion = this.#bastion;
		const { host, port = 22 } = this.args;
		const open = openClient({
			args: { ...this.args, ...patience },
			policy,
			...(bastion ? { tunnel: () => bastion.forward(host, port) } : {}),
		});
		this.#open = open;
		open.then(
			({ client, hostKey }) => {
				this.#hostKey = hostKey;
				if (this.#open === open) this.#live = client;
				client.once("close", () => this.#forget(open));
			},
			() => this.#forget(open),
		);
		return open;
	}

	#forget(open: Promise<OpenClient>): void {
		if (this.#open !== open) return;
		this.#open = undefined;
		this.#live = undefined;
	}

	async #exec<T>(line: string, use: Use<T>): Promise<{ running: Promise<T> }> {
		const start = Date.now();
		for (let tries = 0; ; tries++) {
			const open = this.#client();
			const { client } = await open;
			try {
				const askedAt = performance.now();
				return await new Promise((resolve, reject) => {
					client.exec(line, (error, channel) => (error ? reject(error) : resolve({ running: use(channel, askedAt) })));
				});
			} catch (error) {
				const { reason, message } = error as Error & { reason?: number };
				const full = reason === 2 && Date.now() - start < REFUSED_MILLISECONDS;
				const gone = /^(Not connected|No response from server)$/.test(message) && tries < 3;
				if (!full && !gone) throw this.#lost(error as Error, reason === undefined);
				if (gone) this.#forget(open);
			}
			await pause(Math.min(500, 10 * 1.5 ** tries) * (0.5 + Math.random()));
		}
	}

	async #using<T>(operation: () => Promise<T>): Promise<T> {
		clearTimeout(this.#idle);
		this.#uses++;
		try {
			return await operation();
		} finally {
			this.#release();
		}
	}

	#release(): void {
		this.#uses--;
		if (this.#uses > 0) return;
		clearTimeout(this.#idle);
		this.#idle = setTimeout(() => this.close(), IDLE_MILLISECONDS);
		this.#idle.unref();
	}

	#lost(error: Error, started: boolean): HostError {
		const what = started
			? "the connection was lost when the command was sent; whether the command ran is not known"
			: `the host opened no channel: ${error.message}`;
		return new HostError({
			host: this.name,
			layer: "ssh",
			reason: started ? "lost" : "refused",
			what,
			next: `${sshTo(this.args)} true`,
			cause: error,
		});
	}

	#refused(error: Error & { reason?: unknown }, address: string, port: number): HostError {
		const denied = error.reason === 1;
		const what = denied
			? sentence({
					at: `port forwarding to ${address}:${port}`,
					expected: "sshd with `AllowTcpForwarding yes`",
					got: "a refusal",
				})
			: `${address}:${port} can't be reached from the host: ${error.message.replace(/^\(SSH\) Channel open failure: ?/, "")}`;
		const next = `${sshTo(this.args)} ${denied ? "'sshd -T | grep -i forwarding'" : `'ss -ltn | grep :${port}'`}`;
		return new HostError({
			host: this.name,
			layer: denied ? "ssh" : "network",
			reason: "refused",
			what,
			next,
			cause: error,
		});
	}

	#refusedSocket(error: Error & { reason?: unknown }, path: string): HostError {
		return new HostError({
			host: this.name,
			layer: "ssh",
			reason: error.reason === undefined ? "lost" : "refused",
			what: `${path} can't be opened on the host: ${error.message.replace(/^\(SSH\) Channel open failure: ?/, "")}`,
			next: `${sshTo(this.args)} ${quote(`ls -l ${path}`)}`,
			cause: error,
		});
	}
}

function patienceOf({ dialErrorLimit, perDialTimeout }: ConnectionArgs): DialPatience {
	return {
		dialErrorLimit: dialErrorLimit ?? DIAL_DEFAULTS.dialErrorLimit,
		perDialTimeout: perDialTimeout ?? DIAL_DEFAULTS.perDialTimeout,
	};
}

/** Whether one patience ends before another: by the seconds of all dials. */
function isLess(one: DialPatience, other: DialPatience): boolean {
	return secondsOf(one) < secondsOf(other);
}

/** Seconds of all dials. A negative number of dials, and a timeout of 0, have no end. */
function secondsOf({ dialErrorLimit, perDialTimeout }: DialPatience): number {
	if (dialErrorLimit < 0 || perDialTimeout === 0) return Number.POSITIVE_INFINITY;
	return Math.max(dialErrorLimit, 1) * perDialTimeout;
}
