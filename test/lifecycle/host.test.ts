import { beforeEach, describe, expect, it, vi } from "vitest";
import { UNKNOWN } from "../../provider/facts/unknown";
import * as dispatch from "../../provider/lifecycle/dispatch";
import { host as lifecycle } from "../../provider/lifecycle/host";
import { host as reference } from "../support/cluster";
import { MemoryHost } from "../support/memory-host";
import { hosts, reach } from "../support/reachable";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));
vi.mock("../../provider/hosts/ssh/ssh", () => ({ connect: (connection: object) => reach({ connection } as never) }));

const machineId = "0123456789abcdef0123456789abcdef";
const said = {
	hostname: "cp-1",
	inet: "198.18.0.11",
	resolvConf: "/run/systemd/resolve/resolv.conf",
	cgroupVersion: "2",
	machineId,
};

let host: MemoryHost;
const says = (facts: Partial<typeof said>) =>
	host.answers(/^read the host's facts$/, () =>
		Object.entries(facts)
			.map(([name, value]) => `${name}=${value}`)
			.join("\n"),
	);

beforeEach(() => {
	host = new MemoryHost();
	hosts.clear();
	hosts.set("198.18.0.11", host);
});

describe("a host", () => {
	const create = (given: object) => lifecycle.create(lifecycle.check({ ...reference, facts: given }, undefined));

	it("that has no default route and no machine-id is one with the facts that are given", async () => {
		const { inet: _address, machineId: _machineId, ...rest } = said;
		says(rest);
		await expect(create({})).rejects.toThrow("expected /etc/machine-id, got none");
		const { outputs } = await create({ machineId, defaultRouteAddress: "fd00::7" });
		expect(outputs.facts).toMatchObject({ hostname: "cp-1", machineId, defaultRouteAddress: "fd00::7" });
	});

	it("keeps its facts as first read, but for those that the program said and no longer says", async () => {
		says(said);
		const given = { defaultRouteAddress: "fd00::7", cgroupVersion: 1 as const };
		const inputs = lifecycle.check({ ...reference, facts: given }, undefined);
		const { id, outputs } = await lifecycle.create(inputs);
		const { resolvConf: _resolvConf, ...rest } = said;
		says({ ...rest, hostname: "renamed" });
		const now = lifecycle.check({ ...reference, facts: { cgroupVersion: 1 } }, inputs);
		const { facts } = await lifecycle.update(id, { ...inputs, ...outputs }, now);
		expect(facts).toEqual({
			hostname: "cp-1",
			defaultRouteAddress: "198.18.0.11",
			resolvConf: "/run/systemd/resolve/resolv.conf",
			cgroupVersion: 1,
			machineId,
			caCertificateDirectories: [],
		});
	});

	it("with another connection shows its known facts and host key in the preview, once it was refreshed", async () => {
		says(said);
		const { id, outs } = await dispatch.create("Host", dispatch.check("Host", {}, reference).inputs!);
		const shown = { facts: outs["facts"], hostKey: "ssh-ed25519 AAAAfirst" };
		Object.assign(host, { hostKey: shown.hostKey });
		const { inputs: was } = await dispatch.read("Host", id, { ...outs, ...shown });
		const checked = (args: object) => dispatch.check("Host", was!, { ...reference, ...args }).inputs!;
		const moved = checked({ connection: { host: "198.18.0.12", perDialTimeout: 20 } });
		expect(moved).toMatchObject(shown);
		expect(checked({ connection: { ...reference.connection, hostKey: "ssh-ed25519 AAAA" } })).not.toHaveProperty(
			"hostKey",
		);
		expect(checked({ facts: { hostname: "other" } })).not.toHaveProperty("facts");
	});

	it("is refused when another machine is there", async () => {
		says(said);
		const inputs = lifecycle.check({ ...reference, facts: { machineId } }, undefined);
		const { id, outputs } = await lifecycle.create(inputs);
		says({ ...said, machineId: "another" });
		await expect(lifecycle.update(id, { ...inputs, ...outputs }, inputs)).rejects.toThrow(
			`expected the machine ${machineId} (its /etc/machine-id), got another`,
		);
		await expect(lifecycle.read!(id, { ...inputs, ...outputs })).rejects.toThrow("another machine");
	});

	it("at another address that is another machine is refused, with what a replaced machine needs", async () => {
		says(said);
		hosts.set("198.18.0.12", host);
		const inputs = lifecycle.check(reference, undefined);
		const { id, outputs } = await lifecycle.create(inputs);
		says({ ...said, machineId: "another" });
		const moved = lifecycle.check({ connection: { host: "198.18.0.12" } }, inputs);
		await expect(lifecycle.update(id, { ...inputs, ...outputs }, moved)).rejects.toThrow(
			/got another: another machine under another address; give the new machine a node name of its own, and the old node leaves before its machine$/,
		);
	});

	it("whose address is no longer known in a preview says what to do where the machine is replaced", () => {
		const told: string[] = [];
		vi.spyOn(console, "log").mockImplementation((line) => void told.push(line));
		const inputs = lifecycle.check(reference, undefined);
		const unknown = { connection: { ...reference.connection, host: UNKNOWN } };
		lifecycle.check(unknown, undefined);
		lifecycle.check(unknown, lifecycle.check(unknown, undefined));
		lifecycle.check(reference, inputs);
		expect(told).toEqual([]);
		lifecycle.check(unknown, inputs);
		vi.restoreAllMocks();
		expect(told).toEqual([
			"root@198.18.0.11:22: its address is known after `pulumi up` only, as the machine changes; where it is replaced: give the new machine a node name of its own, and the old node leaves before its machine",
		]);
	});

	it("is another machine where the person says that it was set up anew, by the address of its connection", async () => {
		says(said);
		const inputs = lifecycle.check(reference, undefined);
		const { id, outputs } = await lifecycle.create(inputs);
		says({ ...said, machineId: "another" });
		const state = { ...inputs, ...outputs };
		vi.stubEnv("PULUMI_KUBEADM_NEW_MACHINES", "198.18.0.12");
		await expect(lifecycle.read!(id, state)).rejects.toThrow(
			"PULUMI_KUBEADM_NEW_MACHINES=198.18.0.11 pulumi up --refresh",
		);
		vi.stubEnv("PULUMI_KUBEADM_NEW_MACHINES", "198.18.0.12, 198.18.0.11");
		expect((await lifecycle.read!(id, state))!.facts.machineId).toBe("another");
		expect((await lifecycle.update(id, state, inputs)).facts.machineId).toBe("another");
		vi.unstubAllEnvs();
	});
});
