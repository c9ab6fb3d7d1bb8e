import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Command, CommandOutput } from "../../provider/hosts/host";
import { serviceOf } from "../../provider/hosts/service";
import { MemoryHost } from "../support/memory-host";

/** Stands in for systemd: one unit, whose states are files; `systemctl start` of a unit that is absent fails. */
const systemctl = (state: string) => `#!/bin/sh
cd ${state}
verb=$1; shift; quiet=; for word; do [ "$word" = --quiet ] && quiet=yes; done
show() { [ -n "$quiet" ] || cat "$1"; }
case $verb in
cat | start | stop | restart | enable | disable) [ -f unit ] || exit 5 ;;
esac
case $verb in
start) echo active > active ;;
restart) echo active > active; echo restarted >> log ;;
stop) echo inactive > active ;;
enable) echo enabled > enabled ;;
disable) echo disabled > enabled ;;
is-active) show active; grep -qx active active || exit 3 ;;
is-enabled) show enabled; grep -qx enabled enabled || exit 1 ;;
esac
`;

/** Runs commands on this machine, where the programs of a folder come first. */
class LocalHost extends MemoryHost {
	readonly #programs: string;

	constructor(programs: string) {
		super();
		this.#programs = programs;
	}

	override run({ intent, script, expectedExitCodes = [0] }: Command): Promise<CommandOutput> {
		const env = { ...process.env, PATH: `${this.#programs}:${process.env.PATH}` };
		return new Promise((resolve, reject) => {
			execFile("sh", ["-c", script], { env }, (error, stdout, stderr) => {
				const exitCode = Number(error?.code ?? 0);
				if (expectedExitCodes.includes(exitCode)) resolve({ exitCode, stdout, stderr });
				else reject(new Error(`${intent}: exit code ${exitCode}`));
			});
		});
	}
}

describe("a service of a host", () => {
	let directory: string;
	let service: ReturnType<typeof serviceOf>;
	const state = async (name: string) => (await readFile(join(directory, name), "utf8")).trim();
	const become = async (states: Record<string, string>) => {
		for (const [name, text] of Object.entries(states)) await writeFile(join(directory, name), `${text}\n`);
	};

	beforeEach(async () => {
		directory = await mkdtemp(join(tmpdir(), "service-"));
		await writeFile(join(directory, "systemctl"), systemctl(directory), { mode: 0o755 });
		await become({ unit: "", active: "inactive", enabled: "disabled", log: "" });
		service = serviceOf(new LocalHost(directory), "kubelet");
	});
	afterEach(() => rm(directory, { recursive: true }));

	it("is started, stopped and started again", async () => {
		await service.start();
		expect(await state("active")).toBe("active");
		await service.stop();
		expect(await state("active")).toBe("inactive");
		await service.restart();
		expect(await state("active")).toBe("active");
	});

	it("that runs is enabled and not restarted by a start, and restarted by a restart", async () => {
		await become({ active: "active" });
		await service.enableAndStart();
		expect([await state("enabled"), await state("log")]).toEqual(["enabled", ""]);
		await service.enableAndRestart();
		expect(await state("log")).toBe("restarted");
	});

	it("that does not run is started by a start", async () => {
		await service.enableAndStart();
		expect([await state("enabled"), await state("active")]).toEqual(["enabled", "active"]);
	});

	it("that is absent can be stopped and disabled, and not started", async () => {
		await rm(join(directory, "unit"));
		await service.stop();
		await service.disable();
		await expect(service.start()).rejects.toThrow(/^start the kubelet: exit code 5/);
	});

	it("is no longer started with the host once it is disabled", async () => {
		await become({ enabled: "enabled" });
		await service.disable();
		expect(await state("enabled")).toBe("disabled");
	});

	it("tells whether it runs", async () => {
		await become({ active: "active" });
		expect(await service.activeState()).toBe("active");
	});
});
