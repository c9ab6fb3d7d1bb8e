import { beforeEach, describe, expect, it, vi } from "vitest";
import { firstContact } from "../../provider/hosts/first-contact";
import { HostError } from "../../provider/hosts/host-error";
import { connect } from "../../provider/hosts/ssh/ssh";
import { MemoryHost } from "../support/memory-host";

vi.mock("../../provider/hosts/ssh/ssh", () => ({ connect: vi.fn() }));

const connection = { host: "198.18.0.11" };
const name = "root@198.18.0.11:22";
const refused = new HostError({
	host: name,
	layer: "network",
	reason: "unreachable",
	what: "not reached: connection refused (1 dial in 0.1 s)",
	next: "nc -vz 198.18.0.11 22",
	cause: Object.assign(new Error("connect"), { code: "ECONNREFUSED" }),
});

let host: MemoryHost;
let told: string[];
/** What each dial comes to, in turn; the last one stands for all later ones. */
const dials = (...results: (Error | MemoryHost)[]) =>
	vi.mocked(connect).mockImplementation(async () => {
		const result = results.length > 1 ? results.shift()! : results[0]!;
		if (result instanceof Error) throw result;
		return result as never;
	});
const meet = (args: object = {}, timeoutSeconds?: number) =>
	firstContact({ ...connection, ...args }, { trustOnFirstUse: true, timeoutSeconds });

beforeEach(() => {
	vi.mocked(connect).mockReset();
	host = new MemoryHost();
	told = [];
	vi.spyOn(console, "log").mockImplementation((line) => void told.push(line));
});

describe("the first contact to a machine", () => {
	it("that is there already says nothing", async () => {
		dials(host);
		expect(await meet()).toBe(host);
		expect(told).toEqual([]);
	});

	it("waits until its SSH server answers, and says once what it waits for, since when and how long", async () => {
		dials(refused, refused, refused, host);
		expect(await meet()).toBe(host);
		expect(told).toEqual([
			expect.stringMatching(
				/^root@198\.18\.0\.11:22: its SSH server, waited for since \d{4}-\d\d-\d\dT[\d:]{8}Z: connection refused: nothing listens there, or a firewall rejects it \(0 s of 300 s\)$/,
			),
		]);
	});

	it("waits until its cloud-init has ended, and says at once what it waits for", async () => {
		dials(host);
		const says = ["not started", "running", "running", "done"];
		host.answers(/cloud-init/, () => `${says.shift()}\n`);
		await meet();
		expect(told.map((line) => line.replace(/since \S+:/, "since TIME:"))).toEqual([
			`${name}: its cloud-init, waited for since TIME: not started (0 s of 300 s)`,
		]);
	});

	it("goes on after a cloud-init that ended with an error, and says so", async () => {
		dials(host);
		host.answers(/cloud-init/, () => "error\n");
		await meet();
		expect(told).toEqual([expect.stringContaining(`warning: ${name}: its cloud-init ended with an error: `)]);
	});

	it("fails at the limit with what it saw last, and what to type", async () => {
		dials(refused);
		await expect(meet({}, 1)).rejects.toThrow(
			/its SSH server, .*: limit of 1 s reached; last observation: connection refused: .*\n {2}next: nc -vz 198\.18\.0\.11 22$/,
		);
		dials(host);
		host.answers(/cloud-init/, () => "running\n");
		await expect(meet({}, 1)).rejects.toThrow(
			/its cloud-init, .*: limit of 1 s reached; last observation: running\n {2}next: .*cloud-init status --long/,
		);
	});

	it("does not wait where the machine answers and refuses the login", async () => {
		const denied = new HostError({ host: name, layer: "ssh", reason: "authentication", what: "login refused" });
		dials(denied, host);
		await expect(meet()).rejects.toBe(denied);
	});

	it("is dialled as often as the connection says, where it says so", async () => {
		dials(refused, host);
		await expect(meet({ dialErrorLimit: 2 })).rejects.toBe(refused);
		expect(vi.mocked(connect).mock.calls).toEqual([[{ ...connection, dialErrorLimit: 2 }, { trustOnFirstUse: true }]]);
	});
});
