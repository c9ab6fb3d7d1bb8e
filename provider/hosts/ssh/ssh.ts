import type { Duplex } from "node:stream";
import { connectionProblems } from "../../config/connection";
import { readFiles } from "../files/read";
import { removeFiles } from "../files/remove";
import { writeFiles } from "../files/write";
import type { Command, CommandOutput, FileOnHost, FileToWrite, Host } from "../host";
import { run } from "../run";
import { pasteReady } from "../shell";
import { type ConnectionArgs, hostName } from "./connection";
import { credentialsDigest } from "./credentials";
import { forgetAccepted, type HostKeyKnowledge, hostKeyPolicy } from "./host-key";
import { PooledConnection } from "./pooled-connection";
import { parsePublicKey } from "./public-key";
import { withSshConfig } from "./ssh-config";

/** A host with an SSH connection. */
export interface ConnectedHost extends Host {
	/** Host key that the host showed, `ssh-ed25519 AAAA…`. Give this key as `hostKey` in the next run. */
	readonly hostKey: string;
	/** Host key that the bastion showed. Absent without a bastion. */
	readonly proxyHostKey?: string;
}

/** Options of `connect`. */
export interface ConnectOptions {
	/**
	 * Whether to accept a host key that is neither given nor in known_hosts. An accepted key is expected for the rest of
	 * the process.
	 * @default false
	 */
	trustOnFirstUse?: boolean;
	/** Host key that the state keeps, `ssh-ed25519 AAAA…`. Expected where neither `hostKey` nor known_hosts has a key. @default none */
	storedHostKey?: string | undefined;
	/** The same of the bastion. @default none */
	storedProxyHostKey?: string | undefined;
}

/**
 * Connects to a host, or uses the existing connection: there is one for each address, user, bastion and set of
 * credentials. The next command reopens a lost connection. An unused connection closes after a few seconds.
 * @throws Error for wrong arguments, HostError where the connection fails
 */
export async function connect(
	connectionArgs: ConnectionArgs,
	{ trustOnFirstUse = false, storedHostKey, storedProxyHostKey }: ConnectOptions = {},
): Promise<ConnectedHost> {
	const problems = connectionProblems(connectionArgs);
	if (problems.length > 0)
		throw new Error(`connection: ${problems.map(({ path, message }) => `${path}: ${message}`).join("; ")}`);
	const args = withSshConfig(connectionArgs);
	const bastion = args.proxy && pooled(args.proxy);
	// No state keeps the host key of a bastion that only ~/.ssh/config names, so known_hosts must have the key.
	const trustBastion = trustOnFirstUse && connectionArgs.proxy !== undefined;
	const bastionKnowledge = { trustOnFirstUse: trustBastion, stored: connectionArgs.proxy && storedProxyHostKey };
	const proxyHostKey = bastion && args.proxy && (await verified(bastion, args.proxy, bastionKnowledge));
	const connection = pooled(args, bastion);
	const hostKey = await verified(connection, args, { trustOnFirstUse, stored: storedHostKey });
	return Object.assign(new SshHost(connection, hostKey), proxyHostKey ? { proxyHostKey } : {});
}

/** Closes all connections of this process, and forgets the host keys that were accepted on first use. */
export async function disconnectAll(): Promise<void> {
	const all = [...pool.values()];
	pool.clear();
	await Promise.all(all.map((connection) => connection.close()));
	forgetAccepted();
}

const pool = new Map<string, PooledConnection>();

function pooled(args: ConnectionArgs, bastion?: PooledConnection): PooledConnection {
	const { proxy } = args;
	const key = JSON.stringify([
		hostName(args),
		credentialsDigest(args),
		proxy && [hostName(proxy), credentialsDigest(proxy)],
	]);
	const connection = pool.get(key) ?? new PooledConnection(args, bastion);
	pool.set(key, connection);
	return connection;
}

/**
 * Opens a connection and checks its host key for this caller. Another caller, who may know other keys, may have opened
 * a shared connection.
 */
async function verified(
	connection: PooledConnection,
	args: ConnectionArgs,
	knowledge: HostKeyKnowledge,
): Promise<string> {
	const { hostKey } = await connection.open(args, knowledge);
	const key = parsePublicKey(hostKey);
	if (key) hostKeyPolicy(args, connection.name, knowledge).verify(key.blob);
	return hostKey;
}

class SshHost implements ConnectedHost {
	readonly name: string;
	readonly hostKey: string;
	readonly #connection: PooledConnection;

	constructor(connection: PooledConnection, hostKey: string) {
		this.#connection = connection;
		this.name = connection.name;
		this.hostKey = hostKey;
	}

	async run(command: Command): Promise<CommandOutput> {
		const { exitCode, stdout, stderr } = await run(this.#connection, command);
		return { exitCode, stdout: stdout.toString(), stderr };
	}

	read(paths: readonly string[]): Promise<Map<string, FileOnHost>> {
		return readFiles(this.#connection, paths);
	}

	write(
		files: readonly FileToWrite[],
		options?: { folderRecords?: string },
	): Promise<{ written: string[]; madeDirectories: string[] }> {
		return writeFiles(this.#connection, files, options);
	}

	remove(paths: readonly string[], directories: readonly string[] = []): Promise<void> {
		return removeFiles(this.#connection, paths, directories);
	}

	typed(script: string): string {
		return pasteReady(this.#connection.args, script);
	}

	dial(address: string, port: number): Promise<Duplex> {
		return this.#connection.forward(address, port);
	}

	dialSocket(path: string): Promise<Duplex> {
		return this.#connection.forwardSocket(path);
	}
}
