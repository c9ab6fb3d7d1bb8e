import { readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** A process on a machine where programs run, as the lock on a host names it. */
export interface ProcessName {
	/** Name of the machine, and its space of process ids: containers of one machine have spaces of their own. */
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
	if (where !== machine()) return false;
	try {
		process.kill(pid, 0);
		return false;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "ESRCH";
	}
}

function machine(): string {
	return `${hostname()} ${processIds()}`.trim();
}

/** The space of process ids. Empty where the system has a single one. */
function processIds(): string {
	try {
		return readlinkSync("/proc/self/ns/pid");
	} catch {
		return "";
	}
}
