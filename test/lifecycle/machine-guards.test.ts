import { describe, expect, it } from "vitest";
import { UNKNOWN } from "../../provider/facts/unknown";
import * as dispatch from "../../provider/lifecycle/dispatch";

const machine = (host: string, hostKey: string) => ({ connection: { host }, hostKey });
const on = (host: object) => ({ host, path: "/etc/motd", content: "one" });
const a = machine("198.18.0.11", "ssh-ed25519 AAAAa");
const failures = (was: object, is: object) => dispatch.check("HostFile", on(was), on(is)).failures;

describe("a resource on a machine", () => {
	it("is refused on another one, where what it placed before would be left behind", () => {
		const refusal = {
			property: "",
			reason:
				"host: expected the machine at 198.18.0.11 (ssh-ed25519 AAAAa), got the one at 198.18.0.12 (ssh-ed25519 AAAAb): files and pods on the first machine would stay there; give the resources of another machine names of their own",
		};
		expect(failures(a, machine("198.18.0.12", "ssh-ed25519 AAAAb"))).toEqual([refusal]);
		const said = { connection: { host: "198.18.0.12", hostKey: "ssh-ed25519 AAAAb" } };
		expect(failures(a, said)).toEqual([refusal]);
	});

	it.each<[string, object]>([
		["moved to another address", machine("198.18.0.12", a.hostKey)],
		["made its key anew", machine("198.18.0.11", "ssh-ed25519 AAAAnew")],
		["is reached by another user", { ...a, connection: { ...a.connection, user: "admin" } }],
		["is made in the same program", machine(UNKNOWN, UNKNOWN)],
		["has not shown its key yet", machine("198.18.0.12", UNKNOWN)],
		["is known by its address only", { connection: { host: "198.18.0.12" } }],
		["is not known at all yet", UNKNOWN as never],
	])("goes on where it %s", (_what, is) => {
		expect(failures(a, is)).toBeUndefined();
	});
});
