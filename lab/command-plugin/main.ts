// Stands in for the engine's plugin of @pulumi/command where that cannot be had: a provider with `remote.Command` alone,
// which runs commands over SSH and knows what the tests and examples use. Output, environment and a bastion are left out.
import { isDeepStrictEqual } from "node:util";
import type { types } from "@pulumi/command";
import { provider } from "@pulumi/pulumi";
import { Client } from "ssh2";

type Inputs = Record<string, unknown>;

interface Command {
	connection: types.output.remote.Connection;
	create?: string;
	update?: string;
	delete?: string;
	stdin?: string;
}

const command: provider.Provider = {
	version: "1.2.1",
	schema: JSON.stringify({ name: "command", version: "1.2.1", resources: { "command:remote:Command": {} } }),
	async check(_urn, _olds, news) {
		return { inputs: news };
	},
	async diff(_id, _urn, olds, news) {
		const [was, is] = [plain(olds) as Inputs, plain(news) as Inputs];
		const names = ["connection", "create", "update", "delete", "stdin", "triggers", "logging", "environment"];
		const changed = names.filter((name) => !isDeepStrictEqual(was[name], is[name]));
		const replaces = changed.filter((name) => name === "triggers");
		return { changes: changed.length > 0, replaces };
	},
	async create(_urn, inputs) {
		const { create = "" } = plain(inputs) as Command;
		return { id: crypto.randomUUID(), outs: { ...inputs, ...(await run(inputs, create)) } };
	},
	async update(_id, _urn, _olds, news) {
		const { create = "", update = create } = plain(news) as Command;
		return { outs: { ...news, ...(await run(news, update)) } };
	},
	async delete(_id, _urn, props) {
		const { delete: undo } = plain(props) as Command;
		if (undo) await run(props, undo);
	},
};

/** Runs a command with the connection and the standard input of a resource. */
function run(inputs: Inputs, line: string): Promise<{ stdout: string; stderr: string }> {
	const { connection, stdin = "" } = plain(inputs) as Command;
	const {
		host,
		port = 22,
		user: username = "root",
		privateKeyPassword: passphrase,
		hostKey,
		proxy,
		...login
	} = connection;
	if (proxy) throw new Error("the stand-in for @pulumi/command knows no bastion");
	const [, key] = hostKey?.split(" ") ?? [];
	return new Promise((resolve, reject) => {
		const client = new Client();
		client.on("error", reject);
		client.on("ready", () =>
			client.exec(line, (error, channel) => {
				if (error) return reject(error);
				const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
				channel.on("data", (data: Buffer) => stdout.push(data));
				channel.stderr.on("data", (data: Buffer) => stderr.push(data));
				channel.on("close", (code: number | null) => {
					client.end();
					const output = { stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
					if (code === 0) resolve(output);
					else reject(new Error(`${host}: \`${line}\` ended with ${code}:\n${output.stdout}${output.stderr}`));
				});
				channel.end(stdin);
			}),
		);
		client.connect({
			host,
			port,
			username,
			...(login.privateKey ? { privateKey: login.privateKey } : {}),
			...(login.password ? { password: login.password } : {}),
			...(passphrase ? { passphrase } : {}),
			...(login.agentSocketPath ? { agent: login.agentSocketPath } : {}),
			hostVerifier: (shown: Buffer) => key === undefined || shown.toString("base64") === key,
		});
	});
}

/** A value without the marks of secrets. Source: Pulumi's specialSigKey, sdk/nodejs/runtime/rpc.ts. */
function plain(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(plain);
	if (typeof value !== "object" || value === null) return value;
	if ("4dabf18193072939515e22adb298388d" in value) return plain((value as { value?: unknown }).value);
	return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
}

await provider.main(command, process.argv.slice(2));
