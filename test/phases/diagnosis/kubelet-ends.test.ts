import { describe, expect, it, vi } from "vitest";
import { endsIn, watchKubelet } from "../../../provider/phases/diagnosis/kubelet-ends";
import { MemoryHost } from "../../support/memory-host";

const exited = "kubelet.service: Main process exited, code=exited, status=1/FAILURE";
const stopped = "kubelet.service: Main process exited, code=exited, status=0/SUCCESS";
const killed = "kubelet.service: Main process exited, code=killed, status=9/KILL";
const restarted = "kubelet.service: Scheduled restart job, restart counter is at 1.";
const started = "Started kubelet.service - kubelet: The Kubernetes Node Agent.";
const panic = "panic: unrecognized feature gate: NoSuchGate";
const unable = (time: string, list: string) =>
	`E1127 ${time}    2142 kubelet.go:1850] "Failed to start ContainerManager" err="Failed to enforce System Reserved Cgroup Limits on \\"/none\\": cgroup [\\"none\\"] has some missing paths: ${list}"`;
const noise = 'E1127 11:27:58.7    2142 kubelet.go:2697] "Skipping pod synchronization" err="PLEG is not healthy"';
const away =
	'E1127 11:27:58.7    2142 run.go:72] "command failed" err="validate service connection: connection refused"';

describe("the ends in a kubelet's log", () => {
	it.each([
		["a panic, before errors that come after it", [noise, panic, noise, exited], [panic]],
		[
			"a fatal line, before a panic's place",
			["F1127 11:27:58.7 1 a.go:1] gone", noise, exited],
			["F1127 11:27:58.7 1 a.go:1] gone"],
		],
		["the error that names a step of the start", [unable("1", "/a"), noise, exited], [unable("1", "/a")]],
		["the last error, where none names a step", [away.replace("command failed", "a"), noise, exited], [noise]],
		["systemd's line, where the process said nothing", [killed], [killed]],
		["nothing of a process that was stopped", [noise, stopped], []],
		["nothing of a process that runs", [panic, exited, restarted, started, noise], [panic]],
		["nothing of what was before a start by hand", [panic, exited, started, noise, exited], [noise]],
	])("have for their reason %s", (_what, lines, ends) => {
		expect(endsIn(lines)).toEqual(ends);
	});
});

describe("the watch over a kubelet", () => {
	/** What each of several observations finds, a second after the other. */
	const observe = async (...logs: string[][]) => {
		vi.useFakeTimers({ toFake: ["performance"] });
		try {
			const host = new MemoryHost();
			let log: string[] = [];
			host.answers(/^look for processes that ended$/, () => ["1000", ...log].join("\n"));
			const watch = watchKubelet(host);
			const found: (string | undefined)[] = [];
			for (log of logs) {
				vi.advanceTimersByTime(1001);
				found.push(await watch());
			}
			return found;
		} finally {
			vi.useRealTimers();
		}
	};

	it("is over at the first end of a kubelet that refuses its configuration", async () => {
		expect(await observe([], [panic, exited])).toEqual([undefined, `ends at once: ${panic}`]);
	});

	it("is over at the second end with one line, whatever its time and the order of its list", async () => {
		const first = [unable("11:27:58.8", "/a, /b"), exited, restarted, started];
		const second = [unable("11:28:09.6", "/b, /a"), exited];
		const [one, two] = await observe(first, [...first, ...second]);
		expect(one).toBeUndefined();
		expect(two).toMatch(/^ends again and again: "Failed to start ContainerManager" err="Failed to enforce System/);
	});

	it("goes on where the ends differ, and where another component may end them", async () => {
		expect(
			await observe(
				[noise, exited, restarted, started, unable("1", "/a"), exited],
				[away, exited, restarted, started, away, exited],
			),
		).toEqual([undefined, undefined]);
	});
});
