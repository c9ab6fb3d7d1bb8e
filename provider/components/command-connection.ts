import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import type { types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { inputProblem } from "../config/expected";
import type { Problem } from "../config/problems";
import type { ConnectionInputs, HostInput } from "../resources";

/** The fields that a connection of @pulumi/command has too, without `host` and `proxy`. */
const shared = [
	"port",
	"user",
	"password",
	"privateKey",
	"privateKeyPassword",
	"agentSocketPath",
	"dialErrorLimit",
	"perDialTimeout",
] as const;

/**
 * A machine's connection as @pulumi/command takes it: a key file is read here, and the host key is the one that the machine's
 * `Host` has seen, as @pulumi/command knows neither key files nor known_hosts.
 */
export function commandConnection(host: HostInput): types.input.remote.ConnectionArgs {
	const { connection, hostKey, proxyHostKey } = "reference" in host ? host.reference : host;
	const { proxy } = connection;
	return {
		...direct(connection, hostKey),
		...(proxy === undefined
			? {}
			: { proxy: pulumi.output(proxy).apply((bastion) => direct(bastion as ConnectionInputs, proxyHostKey)) }),
	};
}

function direct(connection: ConnectionInputs, hostKey: pulumi.Input<string> | undefined) {
	const fields = shared.flatMap((name) => (connection[name] === undefined ? [] : [[name, connection[name]]]));
	const { host, privateKey, privateKeyFile, hostKey: given = hostKey } = connection;
	const key = privateKey === undefined && privateKeyFile !== undefined ? { privateKey: textOfKey(privateKeyFile) } : {};
	return { host, ...Object.fromEntries(fields), ...key, ...(given === undefined ? {} : { hostKey: given }) };
}

function textOfKey(file: pulumi.Input<string>): pulumi.Output<string> {
	return pulumi.secret(pulumi.output(file).apply(readKey));
}

function readKey(file: string): string {
	return readFileSync(file.replace(/^~(?=\/)/, homedir()), "utf8");
}

/** Problems with the key files of a machine's connection and of its bastion's, as far as their paths are known. */
export function keyFileProblems(host: HostInput): Problem[] {
	const { connection } = "reference" in host ? host.reference : host;
	const places: readonly (readonly [path: string, of: unknown])[] = [
		["host.connection", connection],
		["host.connection.proxy", connection.proxy],
	];
	return places.flatMap(([path, of]) => {
		const { privateKeyFile: file } = (of ?? {}) as { privateKeyFile?: unknown };
		if (typeof file !== "string") return [];
		try {
			readKey(file);
			return [];
		} catch (error) {
			const got = `${file}: ${(error as NodeJS.ErrnoException).code}`;
			const next = `ssh-keygen -t ed25519 -f ${file}`;
			return [inputProblem({ path: `${path}.privateKeyFile`, expected: "a key file that can be read", got, next })];
		}
	});
}

/** Login name of a connection. */
export function userOf(host: HostInput): pulumi.Input<string> {
	const { connection } = "reference" in host ? host.reference : host;
	return connection.user ?? "root";
}

/**
 * Leaves out the socket of an SSH agent that the program did not give: @pulumi/command fills in that of the terminal, which
 * is another one each time, and would run each command again.
 */
export const withoutTerminalsAgent: pulumi.ResourceTransformation = ({ props, opts }) => {
	const { connection, ...rest } = props;
	const own = pulumi.output(connection).apply((all: Record<string, unknown>) => {
		const { agentSocketPath, ...others } = all;
		const isNeeded = others["privateKey"] === undefined && others["password"] === undefined;
		return isNeeded ? all : others;
	});
	return { props: { ...rest, connection: own }, opts };
};
