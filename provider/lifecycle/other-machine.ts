import { hasUnknowns } from "../facts/unknown";
import { SpecError } from "../spec/problems";
import type { HostReference } from "./reach";

/** What a program says, or said, of the machine that a resource is on. */
interface OnHost {
	host?: HostReference;
}

/**
 * Refuses to go on with a resource on another machine: what it placed would be left on the first one. A machine that moved
 * still shows its key, and one whose key was made anew is still at its address.
 * @throws SpecError
 */
export function refuseOtherMachine(old: OnHost | undefined, now: OnHost): void {
	const [was, is] = [old, now].map((inputs) => inputs?.host?.connection && traits(inputs.host));
	if (!was?.key || !is?.key || hasUnknowns(is) || was.address === is.address || was.key === is.key) return;
	const message = `expected the machine at ${was.address} (${was.key}), got the one at ${is.address} (${is.key}): what was placed on the first would stay there; give what is on another machine a name of its own`;
	throw new SpecError("host", [{ path: "host", message }]);
}

function traits({ connection, hostKey }: HostReference): { address: string; key: string | undefined } {
	return { address: connection.host, key: connection.hostKey ?? hostKey };
}
