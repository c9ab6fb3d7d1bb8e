import type { Host } from "./host";
import { HostError } from "./host-error";
import { type ConnectionArgs, hostName } from "./ssh/connection";
import { dialProblem } from "./ssh/dial-error";
import { type ConnectedHost, connect } from "./ssh/ssh";
import { status } from "./status";
import { waitFor } from "./wait";
import { timeNow } from "./wait-status";

/** Limit of each wait of the first contact, in seconds, where the program names none. */
const BOOT_SECONDS = 300;

/**
 * Connects to a machine that may have been made a moment ago: waits until its SSH server answers, then until its cloud-init
 * has ended. A connection with a `dialErrorLimit` is dialled so often instead of the first wait. A cloud-init that ended with
 * an error is said in a status line.
 * @throws WaitError at the limit of a wait; HostError at once where the machine answers and refuses the login or its host key
 */
export async function firstContact(
	connection: ConnectionArgs,
	{ trustOnFirstUse, timeoutSeconds = BOOT_SECONDS }: { trustOnFirstUse: boolean; timeoutSeconds?: number | undefined },
): Promise<ConnectedHost> {
	const host =
		connection.dialErrorLimit === undefined
			? await awaitLogin(connection, { trustOnFirstUse, timeoutSeconds })
			: await connect(connection, { trustOnFirstUse });
	await awaitCloudInit(host, timeoutSeconds);
	return host;
}

function awaitLogin(
	connection: ConnectionArgs,
	{ trustOnFirstUse, timeoutSeconds }: { trustOnFirstUse: boolean; timeoutSeconds: number },
): Promise<ConnectedHost> {
	let next: string | undefined;
	return waitFor({
		subject: `${hostName(connection)}: its SSH server, waited for since ${timeNow()}`,
		timeoutSeconds,
		intervalSeconds: 5,
		onStatus: status,
		toldAfterSeconds: 0,
		observe: async () => {
			try {
				return { done: true, value: await connect({ ...connection, dialErrorLimit: 1 }, { trustOnFirstUse }) };
			} catch (error) {
				if (!(error instanceof HostError) || error.reason !== "unreachable") throw error;
				next = error.next;
				return { done: false, saw: dialProblem(error.cause) };
			}
		},
		explain: async () => (next === undefined ? "" : `  next: ${next}`),
	});
}

/** Waits until cloud-init has ended on a machine that has it: until then it installs packages, and restarts services. */
async function awaitCloudInit(host: Host, timeoutSeconds: number): Promise<void> {
	const said = await waitFor({
		subject: `${host.name}: its cloud-init, waited for since ${timeNow()}`,
		timeoutSeconds,
		intervalSeconds: 5,
		onStatus: status,
		toldAfterSeconds: 0,
		observe: async () => {
			const { stdout } = await host.run({ intent: "look whether cloud-init has ended", script: CLOUD_INIT });
			const saw = stdout.trim();
			return /^(not |running)/.test(saw) ? { done: false, saw } : { done: true, value: saw };
		},
		explain: async () => `  next: ${host.typed("cloud-init status --long")}`,
	});
	if (said === "error")
		status(`warning: ${host.name}: its cloud-init ended with an error: ${host.typed("cloud-init status --long")}`);
}

/** Prints what cloud-init says of itself, such as `running` and `done`. Nothing on a machine without it. */
const CLOUD_INIT =
	"command -v cloud-init >/dev/null || exit 0; cloud-init status 2>/dev/null | sed -n 's/^status: *//p'";
