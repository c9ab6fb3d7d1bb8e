import type { Host } from "./host";

/**
 * Shell text that controls or asks about a systemd unit, for scripts that do several things in one exchange. Nothing else
 * in this package knows how a host's services are controlled.
 */
export const serviceCommand = {
	start: (unit: string) => `systemctl start ${unit}`,
	/** Does not wait until the unit has started. */
	startLater: (unit: string) => `systemctl start --no-block ${unit}`,
	stop: (unit: string) => `systemctl stop ${unit}`,
	restart: (unit: string) => `systemctl restart ${unit}`,
	enable: (unit: string) => `systemctl enable --quiet ${unit}`,
	disable: (unit: string) => `systemctl disable --quiet ${unit}`,
	/** Forgets that a unit failed. */
	resetFailed: (unit: string) => `systemctl reset-failed ${unit} 2>/dev/null`,
	/** Exit code 0 where the unit runs. */
	isActive: (unit: string) => `systemctl is-active --quiet ${unit} 2>/dev/null`,
	/** Exit code 0 where the unit starts with the host. */
	isEnabled: (unit: string) => `systemctl is-enabled --quiet ${unit} 2>/dev/null`,
	/** Prints `active`, `inactive`, `activating`, `failed`, or nothing where there is no systemd. */
	activeState: (unit: string) => `systemctl is-active ${unit} 2>/dev/null`,
	/** Prints the id of the unit's main process; 0 where none runs. */
	mainProcess: (unit: string) => `systemctl show --property=MainPID --value ${unit}`,
	/** Prints `enabled`, `disabled`, `static`, or nothing where there is no such unit. */
	enabledState: (unit: string) => `systemctl is-enabled ${unit} 2>/dev/null`,
	/** Prints the unit's file and drop-ins; fails where there is no such unit. */
	definition: (unit: string) => `systemctl cat ${unit} 2>/dev/null`,
	/** Lets systemd read units that were written or removed. */
	reload: () => "systemctl daemon-reload",
	/** Prints the newest lines of a unit's log, without their times. @param since as `journalctl --since` takes it */
	log: (unit: string, since: string, lines: number) =>
		`journalctl -u ${unit} --since=${since} -n ${lines} --no-pager -o cat 2>/dev/null`,
	/** What a person types to start a unit now and with the host. */
	enableNow: (unit: string) => `systemctl enable --now ${unit}`,
	/** What a person types to see a unit's file and drop-ins. */
	show: (unit: string) => `systemctl cat ${unit}`,
	/** What a person types to see a unit's state. */
	status: (unit: string) => `systemctl status ${unit}`,
	/** What a person types to see the end of a unit's log. */
	journal: (unit: string) => `journalctl -xeu ${unit}`,
} as const;

/** Control of a systemd unit of a host. Methods throw a `CommandError` where systemd refuses. */
export interface Service {
	/** Starts the unit; success where it runs already. */
	start(): Promise<void>;
	/** Stops the unit; success where it is stopped already, or absent. */
	stop(): Promise<void>;
	/** Restarts the unit, or starts it. */
	restart(): Promise<void>;
	/** Starts the unit where it does not run, and makes it start with the host. */
	enableAndStart(): Promise<void>;
	/** Restarts the unit, and makes it start with the host. */
	enableAndRestart(): Promise<void>;
	/** Keeps the unit from starting with the host; success where there is no such unit. */
	disable(): Promise<void>;
	/** `active`, `inactive`, `activating`, `failed` or `unknown`. */
	activeState(): Promise<string>;
	/** Id of the unit's main process; `0` where none runs. */
	mainProcess(): Promise<string>;
}

/** Makes the control of one systemd unit of a host. @param unit name of the unit, for example `kubelet` */
export function serviceOf(host: Host, unit: string): Service {
	const run = async (verb: string, ...lines: string[]) => {
		await host.run({ intent: `${verb} the ${unit}`, script: lines.join("\n") });
	};
	const enable = `${serviceCommand.isEnabled(unit)} || ${serviceCommand.enable(unit)}`;
	return {
		start: () => run("start", serviceCommand.start(unit)),
		stop: () => run("stop", `${serviceCommand.stop(unit)} 2>/dev/null`, serviceCommand.resetFailed(unit), "exit 0"),
		restart: () => run("restart", serviceCommand.restart(unit)),
		enableAndStart: () => run("start", enable, `${serviceCommand.isActive(unit)} || ${serviceCommand.restart(unit)}`),
		enableAndRestart: () => run("start", enable, serviceCommand.restart(unit)),
		disable: () =>
			run("disable", `${serviceCommand.definition(unit)} >/dev/null || exit 0`, serviceCommand.disable(unit)),
		async activeState() {
			const { stdout } = await host.run({
				intent: `ask for the state of the ${unit}`,
				script: serviceCommand.activeState(unit),
				// 3: not active. 4: no such unit.
				expectedExitCodes: [0, 3, 4],
			});
			return stdout.trim();
		},
		async mainProcess() {
			const { stdout } = await host.run({
				intent: `ask for the process of the ${unit}`,
				script: serviceCommand.mainProcess(unit),
			});
			return stdout.trim() || "0";
		},
	};
}
