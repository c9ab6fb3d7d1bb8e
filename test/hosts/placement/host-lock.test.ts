import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Command, CommandOutput } from "../../../provider/hosts/host";
import { MemoryHost } from "../../support/memory-host";

let folder: string;
const lock = () => join(folder, "pulumi-kubeadm.lock");
const renewedAt = () => readFileSync(lock(), "utf8").split("\n")[0];
const setUptime = (seconds: number) => writeFileSync(join(folder, "uptime"), `${seconds}.25 9.00\n`);

/** All scripts of a test. The next test waits for their end. */
const scripts: Promise<CommandOutput>[] = [];

/** A host whose scripts run, with /run and the uptime in a folder of the test. */
class LockHost extends MemoryHost {
	readonly seen: string[] = [];

	override async run({ intent, script, stdin = "" }: Command): Promise<CommandOutput> {
		this.seen.push(intent);
		const own = script.replaceAll("/proc/uptime", `${folder}/uptime`).replaceAll("/run", folder);
		const running = new Promise<CommandOutput>((resolve, reject) => {
			const child = execFile("sh", ["-c", own], (error, stdout, stderr) =>
				error ? reject(error) : resolve({ exitCode: 0, stdout, stderr }),
			);
			// A script may end without reading its input.
			child.stdin?.on("error", () => {});
			child.stdin?.end(stdin);
		});
		scripts.push(running);
		return running;
	}
}

/** A process of a program: modules of its own, and the lines that it prints. */
async function processOf(name: string, id?: string) {
	vi.resetModules();
	const program = await import("../../../provider/hosts/placement/program");
	const { withHostLock } = await import("../../../provider/hosts/placement/host-lock");
	program.setProgramName(name);
	if (id) program.learnProgram({ id, name });
	const host = new LockHost();
	return { host, work: <T>(operation: () => Promise<T>) => withHostLock(host, operation) };
}

/** An operation that goes on until the test ends it. */
function longOperation() {
	let end = () => {};
	const ended = new Promise<void>((resolve) => {
		end = resolve;
	});
	let begin = () => {};
	const begun = new Promise<void>((resolve) => {
		begin = resolve;
	});
	const run = () => {
		begin();
		return ended;
	};
	return { run, begun, end: () => end() };
}

const printed: string[] = [];
/** What a process does at SIGINT. */
const atEnd: (() => void)[] = [];
/** Waits for scripts that run on a loaded machine. */
const eventually = (check: () => void) => vi.waitFor(check, 10_000);
const quick = async () => "done";
/** Lets the faked time pass until an operation has ended. */
async function overTime<T>(operation: Promise<T>): Promise<T> {
	const ended = vi.fn();
	operation.then(ended, ended);
	while (ended.mock.calls.length === 0) await vi.advanceTimersByTimeAsync(500);
	return operation;
}

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "host-lock-"));
	setUptime(1000);
	vi.useFakeTimers({ toFake: ["setTimeout", "setInterval", "clearTimeout", "clearInterval"] });
	printed.length = 0;
	atEnd.length = 0;
	vi.spyOn(process, "once").mockImplementation((_signal, listener) => {
		atEnd.push(listener as () => void);
		return process;
	});
	vi.spyOn(console, "log").mockImplementation((line) => void printed.push(line));
});

afterEach(async () => {
	vi.useRealTimers();
	await Promise.allSettled(scripts.splice(0));
	vi.restoreAllMocks();
	rmSync(folder, { recursive: true });
});

describe("the lock on a host", () => {
	it("costs one exchange for the first of several operations, and one after the last", async () => {
		const shop = await processOf("shop/dev", "1");
		await Promise.all([shop.work(quick), shop.work(quick), shop.work(quick)]);
		expect(await shop.work(quick)).toBe("done");
		expect(shop.host.seen).toEqual(["take the host's lock"]);
		await vi.advanceTimersByTimeAsync(3000);
		await eventually(() => expect(existsSync(lock())).toBe(false));
		expect(shop.host.seen).toEqual(["take the host's lock", "release the host's lock"]);
	});

	it("is released when the engine ends the process, but for a host with an operation that runs", async () => {
		const kill = vi.spyOn(process, "kill").mockReturnValue(true);
		const shop = await processOf("shop/dev", "1");
		await shop.work(quick);
		const long = longOperation();
		const working = shop.work(long.run);
		const [end] = atEnd;
		end!();
		await eventually(() => expect(kill).toHaveBeenCalledTimes(1));
		expect(existsSync(lock())).toBe(true);
		long.end();
		await working;
		end!();
		await eventually(() => expect(kill).toHaveBeenCalledTimes(2));
		expect(kill).toHaveBeenCalledWith(process.pid, "SIGINT");
		expect(existsSync(lock())).toBe(false);
	});

	it("holds off another program, which says whom it waits for, until the first has ended", async () => {
		const [shop, books] = [await processOf("shop/dev", "11111111-1"), await processOf("books/dev", "2")];
		const long = longOperation();
		const first = shop.work(long.run);
		await long.begun;
		let isDone = false;
		const second = books.work(quick).then(() => {
			isDone = true;
		});
		await eventually(() => expect(printed).toHaveLength(1));
		expect(printed[0]).toMatch(
			/^root@198\.18\.0\.11:22: waits for the Pulumi program shop\/dev \(id 11111111\) of \S+@\S+, which works there since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \(0 s of 300 s\)$/,
		);
		expect(isDone).toBe(false);
		long.end();
		await first;
		while (!isDone) await vi.advanceTimersByTimeAsync(500);
		await second;
		expect(printed).toHaveLength(1);
	});

	it("is given up for after five minutes, with the holder and the way to see its lock", async () => {
		const [shop, books] = [await processOf("shop/dev", "11111111-1"), await processOf("books/dev", "2")];
		const long = longOperation();
		const first = shop.work(long.run);
		await long.begun;
		const operation = vi.fn(quick);
		let failure: Error | undefined;
		const second = books.work(operation).catch((error) => {
			failure = error;
		});
		const begin = performance.now();
		vi.spyOn(performance, "now").mockImplementation(() => begin + 301_000);
		while (!failure) await vi.advanceTimersByTimeAsync(500);
		await second;
		expect(failure.message).toMatch(/limit of 300 s reached; last observation: waits for the Pulumi program shop\/dev/);
		expect(failure.message).toMatch(/nothing was changed on this host; next: .*cat \/run\/pulumi-kubeadm\.lock/);
		expect(operation).not.toHaveBeenCalled();
		long.end();
		await first;
	});

	it("is renewed while an operation runs, and lapses 90 s after the last renewal", async () => {
		const [shop, books] = [await processOf("shop/dev", "1"), await processOf("books/dev", "2")];
		const long = longOperation();
		const first = shop.work(long.run);
		await long.begun;
		setUptime(1020);
		await vi.advanceTimersByTimeAsync(20_000);
		await eventually(() => expect(renewedAt()).toBe("1020"));
		setUptime(1109);
		const second = books.work(quick);
		await eventually(() => expect(printed).toHaveLength(1));
		setUptime(1110);
		await vi.advanceTimersByTimeAsync(2000);
		expect(await second).toBe("done");
		long.end();
		await first;
	});

	it("holds off another run of the same program while that process lives", async () => {
		const [first, second] = [await processOf("shop/dev", "1"), await processOf("shop/dev", "1")];
		const long = longOperation();
		const working = first.work(long.run);
		await long.begun;
		const waiting = second.work(quick);
		await eventually(() => expect(printed).toHaveLength(1));
		expect(printed[0]).toContain("waits for another run of the Pulumi program shop/dev (id 1) of ");
		long.end();
		await working;
		expect(await overTime(waiting)).toBe("done");
	});

	it("holds off a run of the same program until a process of another machine must have renewed it, dead or not", async () => {
		const holder = { id: "1", name: "shop/dev", user: "ci@ci-7", since: "2026-01-01T00:00:00Z", token: "a" };
		const lines = ["1000", "1 a", JSON.stringify({ ...holder, process: { machine: "ci-7", pid: process.pid } })];
		writeFileSync(lock(), `${lines.join("\n")}\n`);
		const shop = await processOf("shop/dev", "1");
		const waiting = shop.work(quick);
		await eventually(() => expect(printed).toHaveLength(1));
		expect(printed[0]).toContain("of ci@ci-7, which works there since 2026-01-01T00:00:00Z");
		setUptime(1090);
		expect(await overTime(waiting)).toBe("done");
	});

	it("is taken over at once by a later run of the same program when the first process has ended, whose release leaves it", async () => {
		const first = await processOf("shop/dev", "1");
		await first.work(quick);
		const isGone = Object.assign(new Error("no such process"), { code: "ESRCH" });
		vi.spyOn(process, "kill").mockImplementation(() => {
			throw isGone;
		});
		const second = await processOf("shop/dev", "1");
		const long = longOperation();
		const working = second.work(long.run);
		await long.begun;
		await vi.advanceTimersByTimeAsync(3000);
		await eventually(() => expect(first.host.seen).toContain("release the host's lock"));
		await eventually(() => expect(renewedAt()).toBe("1000"));
		expect(existsSync(lock())).toBe(true);
		long.end();
		await working;
	});

	it("holds off a program of the same name with another id, and one that has no id yet", async () => {
		const first = await processOf("shop/dev");
		const long = longOperation();
		const working = first.work(long.run);
		await long.begun;
		const others = [await processOf("shop/dev"), await processOf("shop/dev", "2")];
		const waiting = others.map((other) => other.work(quick));
		await eventually(() => expect(printed).toHaveLength(2));
		long.end();
		await working;
		expect(await overTime(Promise.all(waiting))).toEqual(["done", "done"]);
	});

	it.each(["", "no lock\n", "2000\n1 a\n{}\n"])("is taken where its file says %j", async (content) => {
		writeFileSync(lock(), content);
		const shop = await processOf("shop/dev", "2");
		expect(await shop.work(quick)).toBe("done");
		expect(renewedAt()).toBe("1000");
	});
});
