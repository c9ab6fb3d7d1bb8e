import { readFileSync, readlinkSync } from "node:fs";

/** A process on a machine where programs run, as the lock on a host names it. */
export interface ProcessName {
	/**
	 * The machine's boot, and its space of process ids: containers of one machine have spaces of their own. Empty where the
	 * system does not tell them.
	 */
	machine: string;
	/** Id of the process. */
	pid: number;
}

/** This process. */
export function thisProcess(): ProcessName {
	return { machine: machine(), pid: process.pid };
}

/** Whether a process is known to have ended: false for one of another machine, of which nothing is known. */
export function hasEnded({ machine: where, pid }: ProcessName): boolean {
	if (where === "" || where !== machine()) return false;
	try {
		process.kill(pid, 0);
		return false;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "ESRCH";
	}
}

function machine(): string {
	try {
		const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
		return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
	} catch {
		// Without Linux's /proc: the lock of a killed process lapses.
		return "";
	}
}
