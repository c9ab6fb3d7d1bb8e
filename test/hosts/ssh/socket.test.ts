import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withRuntime } from "../../../provider/hosts/container-runtime/runtime";
import { connect, disconnectAll } from "../../../provider/hosts/ssh/ssh";
import { type Sshd, sshdMissing, startSshd } from "../support/sshd";

describe.skipIf(sshdMissing)("a unix socket of a host", () => {
	const folder = mkdtempSync(join(tmpdir(), "hosts-ssh-socket-"));
	const socket = join(folder, "runtime.sock");
	let sshd: Sshd;
	let server: Server;
	const list = async (settings: Sshd) =>
		withRuntime(await connect(settings.args), `unix://${socket}`, ({ listSandboxes }) => listSandboxes());

	beforeAll(async () => {
		sshd = await startSshd();
		server = createServer((stream) => stream.end("said by the socket")).listen(socket);
	});

	afterAll(async () => {
		await disconnectAll();
		server.close();
		await sshd?.stop();
		rmSync(folder, { recursive: true });
	});

	it("is reached through the connection", async () => {
		const host = await connect(sshd.args);
		expect(await text(await host.dialSocket(socket))).toBe("said by the socket");
		await expect(host.dialSocket(`${socket}.none`)).rejects.toMatchObject({ layer: "ssh", reason: "refused" });
	});

	it("that is none of a container runtime's is an error with the next command", async () => {
		await expect(list(sshd)).rejects.toThrow(
			/^root@127\.0\.0\.1:\d+: container runtime: ListPodSandbox: .+\n {2}next: ssh .*journalctl -xeu containerd/,
		);
	});

	it.each(["AllowStreamLocalForwarding no", "DisableForwarding yes"])(
		"is not reached where sshd says %s: the error names the settings",
		async (setting) => {
			const strict = await startSshd({ settings: [setting] });
			try {
				await expect(list(strict)).rejects.toThrow(
					/^root@127\.0\.0\.1:\d+: SSH: socket forwarding to \S+runtime\.sock: expected sshd with `AllowStreamLocalForwarding yes`, no `DisableForwarding`.*\n {2}next: ssh .*sshd -T/,
				);
			} finally {
				await disconnectAll();
				await strict.stop();
			}
		},
	);
});
