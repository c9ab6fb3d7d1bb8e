import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { HostError } from "../../../provider/hosts/host-error";
import { type ConnectedHost, connect, disconnectAll } from "../../../provider/hosts/ssh/ssh";
import { type Relay, startRelay } from "../support/relay";
import { eventually, type Sshd, sshdMissing, startSshd } from "../support/sshd";

describe.skipIf(sshdMissing)(`a connection that is cut ${sshdMissing}`, () => {
	let sshd: Sshd;
	let relay: Relay;
	let host: ConnectedHost;

	beforeAll(async () => {
		sshd = await startSshd();
	});
	beforeEach(async () => {
		relay = await startRelay(sshd.port);
		host = await connect({ ...sshd.args, port: relay.port });
	});
	afterEach(async () => {
		await relay.close();
		await disconnectAll();
	});
	afterAll(() => sshd.stop());

	it("keeps the old files and leaves nothing behind, wherever a write is cut", async () => {
		const folder = mkdtempSync(join(sshd.folder, "cut-"));
		const access = { mode: "0600", owner: "root", group: "root" };
		const old = ["a", "b", "c"].map((name) => ({ ...access, path: join(folder, name), content: `old ${name}` }));
		const next = old
			.map((file) => ({ ...file, content: randomBytes(130_000) }))
			.concat([{ ...access, path: join(folder, "made/d"), content: Buffer.from("d") }]);
		await host.write(old);
		const whole = await measured(() => host.write(old.map((file) => ({ ...file, content: randomBytes(130_000) }))));
		expect(whole).toBeGreaterThan(390_000);
		await host.write(old);
		const offsets = [3000, 5000, 6000, 40_000, 131_000, 140_000, 200_000, 266_000, 300_000, 390_000, whole - 3000];
		for (const offset of offsets) {
			await host.run({ intent: "have a connection", script: "true" });
			relay.cutAfter(offset);
			const error: HostError = await host.write(next).then(
				() => expect.fail(`the write was not cut at ${offset}`),
				(thrown) => thrown,
			);
			expect([offset, error.reason]).toEqual([offset, "lost"]);
			await eventually(
				`only the old files after a cut at ${offset}`,
				() => readdirSync(folder).sort().join() === "a,b,c",
			);
			for (const { path, content } of old) expect(readFileSync(path, "utf8")).toBe(content);
		}
		expect((await host.write(next)).written).toHaveLength(4);
		for (const { path, content } of next) expect(readFileSync(path).equals(content)).toBe(true);
		expect(readdirSync(folder).sort()).toEqual(["a", "b", "c", "made"]);
	}, 60_000);

	async function measured(operation: () => Promise<unknown>): Promise<number> {
		relay.cutAfter(Number.POSITIVE_INFINITY);
		await operation();
		return relay.forwarded();
	}

	it("opens a new connection for the next command", async () => {
		expect(relay.connections()).toBe(1);
		relay.cut();
		expect((await host.run({ intent: "say so", script: "echo again" })).stdout).toBe("again\n");
		expect(relay.connections()).toBe(2);
	});

	it("is dialled as often as each caller asks, whoever shares the first dial", async () => {
		await disconnectAll();
		relay.freeze();
		const dial = { ...sshd.args, port: relay.port, perDialTimeout: 1 };
		const impatient = connect({ ...dial, dialErrorLimit: 1 });
		const patient = connect({ ...dial, dialErrorLimit: 30 });
		await expect(impatient).rejects.toMatchObject({ layer: "network", reason: "unreachable" });
		relay.thaw();
		expect((await (await patient).run({ intent: "answer", script: "echo there" })).stdout).toBe("there\n");
	});

	it("is opened again with the patience of the most patient caller", async () => {
		await disconnectAll();
		const dial = { ...sshd.args, port: relay.port, perDialTimeout: 1 };
		const impatient = await connect({ ...dial, dialErrorLimit: 1 });
		await connect({ ...dial, dialErrorLimit: 30 });
		relay.freeze();
		relay.cut();
		const answer = impatient.run({ intent: "answer", script: "echo there" });
		const dialled = relay.connections();
		await eventually("a second dial", () => relay.connections() >= dialled + 2);
		relay.thaw();
		expect((await answer).stdout).toBe("there\n");
	});

	it("says that a command's fate is unknown when the connection goes while it runs", async () => {
		const running = host.run({ intent: "sleep", script: "sleep 3" });
		setTimeout(() => relay.cut(), 300);
		await expect(running).rejects.toMatchObject({
			layer: "ssh",
			reason: "lost",
			message: expect.stringContaining("whether the command finished is not known"),
		});
	});

	it("asks again for files when the connection goes while they are read", async () => {
		const path = join(sshd.folder, "big");
		const content = randomBytes(3_000_000);
		await host.write([{ path, content, mode: "0600", owner: "root", group: "root" }]);
		relay.cutAfter(300);
		expect((await host.read([path])).get(path)?.content.equals(content)).toBe(true);
		expect(relay.connections()).toBe(2);
	});

	it("notices within seconds that a host is frozen", async () => {
		const mark = join(sshd.folder, "sleeping");
		const running = host.run({ intent: "sleep", script: `touch ${mark}; sleep 30`, timeoutSeconds: 12 });
		running.catch(() => {});
		await eventually("the command runs", () => existsSync(mark));
		const start = Date.now();
		relay.freeze();
		await expect(running).rejects.toMatchObject({ layer: "ssh", reason: "lost" });
		expect(Date.now() - start).toBeLessThan(10_000);
	}, 15_000);

	it("kills what a lost connection left running at the command's own limit", async () => {
		const mark = join(sshd.folder, "too-late");
		const running = host.run({ intent: "wait", script: `sleep 2; touch ${mark}`, timeoutSeconds: 1 });
		setTimeout(() => relay.cut(), 300);
		await expect(running).rejects.toMatchObject({ reason: "lost" });
		await new Promise((resolve) => setTimeout(resolve, 2500));
		expect(existsSync(mark)).toBe(false);
	});
});
