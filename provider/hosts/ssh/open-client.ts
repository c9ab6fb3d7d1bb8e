import { connect as connectSocket, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { type Algorithms, Client } from "ssh2";
import { HostError } from "../host-error";
import { offeredAlgorithms } from "./algorithms";
import type { ConnectionArgs } from "./connection";
import { credentials } from "./credentials";
import { finalError, unreachable } from "./dial-error";
import type { HostKeyPolicy } from "./host-key";
import { limiter } from "./limiter";
import { formatKey } from "./public-key";
import { serverOffer } from "./server-offer";

/** A connection after login. */
export interface OpenClient {
	/** Logged-in client of ssh2. */
	client: Client;
	/** Host key that the host showed, `ssh-ed25519 AAAA…`. */
	hostKey: string;
}

/** Number of dials, and seconds of each, where the connection arguments name none. */
export const DIAL_DEFAULTS = { dialErrorLimit: 10, perDialTimeout: 15 } as const;

/** Arguments for opening a connection. */
export interface Opening {
	/** Connection arguments of the host. */
	args: ConnectionArgs;
	/** Makes the host key policy. Called for each dial, as the user may have edited known_hosts in between. */
	policy: () => HostKeyPolicy;
	/** Opens a stream through the bastion. Absent without a bastion. */
	tunnel?: () => Promise<Duplex>;
}

/**
 * Logs in, and tries again while the host cannot be reached: the host may still be booting, or sshd may refuse dials in
 * excess of its MaxStartups. Refused credentials and host keys are not tried again.
 * @throws HostError after `dialErrorLimit` failed dials, or at once for refused credentials and host keys
 */
export async function openClient(opening: Opening): Promise<OpenClient> {
	const limit = opening.args.dialErrorLimit ?? DIAL_DEFAULTS.dialErrorLimit;
	const start = Date.now();
	for (let failures = 1; ; failures++) {
		try {
			return await dialsTo(opening.args)(() => dial(opening));
		} catch (error) {
			if (error instanceof HostError && !(error.layer === "network" && error.reason === "refused")) throw error;
			if (limit >= 0 && failures >= Math.max(limit, 1)) {
				throw unreachable(
					opening.args,
					error,
					`${failures} ${failures === 1 ? "dial" : "dials"} in ${((Date.now() - start) / 1000).toFixed(1)} s`,
				);
			}
		}
		await pause(Math.min(5000, 200 * 1.7 ** (failures - 1)) * (0.5 + Math.random()));
	}
}

/**
 * Limits of simultaneous logins, by host or bastion. sshd begins to refuse at ten unfinished logins, so eight at once
 * may go to a host, or to all hosts behind one bastion.
 */
const dials = new Map<string, ReturnType<typeof limiter>>();

function dialsTo({ host, port, proxy }: ConnectionArgs): ReturnType<typeof limiter> {
	const key = proxy ? JSON.stringify([proxy.host, proxy.port]) : JSON.stringify([host, port]);
	const existing = dials.get(key) ?? limiter(8);
	dials.set(key, existing);
	return existing;
}

async function dial({ args, policy, tunnel }: Opening): Promise<OpenClient> {
	const login = credentials(args);
	const { knownTypes, verify } = policy();
	const { offer, debug } = serverOffer();
	const seconds = args.perDialTimeout ?? DIAL_DEFAULTS.perDialTimeout;
	const client = new Client();
	let hostKey = "";
	let banner = "";
	let socket: Duplex | undefined;
	let timer: NodeJS.Timeout | undefined;
	let gaveUp = false;
	const expiry = new Promise<never>((_resolve, reject) => {
		if (seconds > 0) timer = setTimeout(() => reject(new Error(`no answer in ${seconds} s`)), seconds * 1000);
	});
	try {
		const opened = tunnel ? tunnel() : openSocket(args);
		opened.then(
			(late) => gaveUp && late.destroy(),
			() => {},
		);
		socket = await Promise.race([opened, expiry]);
		const ready = new Promise<void>((resolve, reject) => {
			client.once("ready", resolve);
			client.on("error", (error: Error & { level?: string }) => error.level !== "agent" && reject(error));
			client.once("close", () => reject(new Error("the connection was closed during the login")));
			client.on("banner", (text) => {
				banner = text.trim();
			});
			client.connect({
				sock: socket as Socket,
				username: args.user ?? "root",
				authHandler: login.handler,
				algorithms: offeredAlgorithms(args, knownTypes) as Algorithms,
				debug,
				hostVerifier: (key: Buffer) => {
					verify(key);
					hostKey = formatKey(key);
					return true;
				},
				readyTimeout: 0,
				keepaliveInterval: 2000,
				keepaliveCountMax: 2,
				// Servers other than OpenSSH forward unix sockets too.
				strictVendor: false,
			});
		});
		await Promise.race([ready, expiry]);
		return { client, hostKey };
	} catch (error) {
		gaveUp = true;
		client.destroy();
		socket?.destroy();
		throw finalError({ args, error: error as Error & { level?: string }, login, banner, offer, knownTypes });
	} finally {
		clearTimeout(timer);
	}
}

function openSocket({ host, port = 22 }: ConnectionArgs): Promise<Socket> {
	return new Promise((resolve, reject) => {
		const socket = connectSocket({ host, port, noDelay: true });
		socket.once("error", reject);
		socket.once("connect", () => {
			socket.off("error", reject);
			resolve(socket);
		});
	});
}
