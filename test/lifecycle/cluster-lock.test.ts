import { beforeEach, describe, expect, it, vi } from "vitest";
import { declareControlPlanes } from "../../provider/lifecycle/cluster-lock";
import { whileLocked } from "../../provider/lifecycle/machine-guards";
import { MemoryHost } from "../support/memory-host";
import { hosts } from "../support/reachable";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

describe("the lock on a cluster of several control planes", () => {
	const at = (address: string) => ({ connection: { host: address } });
	/** The machines whose lock is taken, in order. */
	let locked: string[];
	const work = (address: string) => whileLocked({ host: at(address) }, async () => "done");

	beforeEach(() => {
		locked = [];
		hosts.clear();
		vi.spyOn(console, "log").mockImplementation(() => {});
	});

	const machine = (address: string) => {
		const host = new MemoryHost(`root@${address}:22`);
		host.answers(/^take the host's lock$/, () => {
			locked.push(address);
			return "";
		});
		hosts.set(address, host);
	};

	it("is held where a part of a control plane is taken away that the program names no more", async () => {
		for (const last of [11, 12, 21]) machine(`198.18.2.${last}`);
		const leave = (address: string, leaves: boolean) =>
			whileLocked({ host: at(address) }, async () => "left", { leaves });
		expect(await leave("198.18.2.21", true)).toBe("left");
		expect(locked).toEqual(["198.18.2.21"]);
		declareControlPlanes(at("198.18.2.12"), ["198.18.2.11"].map(at));
		expect(await leave("198.18.2.21", true)).toBe("left");
		expect(locked).toEqual(["198.18.2.21", "198.18.2.11"]);
	});

	it("is kept on the control plane that is first by its address, and taken before the machine's own", async () => {
		for (const last of [11, 12, 13, 21]) machine(`198.18.3.${last}`);
		declareControlPlanes(at("198.18.3.13"), ["198.18.3.11", "198.18.3.12"].map(at));
		expect(await work("198.18.3.13")).toBe("done");
		expect(locked).toEqual(["198.18.3.11", "198.18.3.13"]);
		await work("198.18.3.11");
		await work("198.18.3.12");
		await work("198.18.3.21");
		expect(locked).toEqual(["198.18.3.11", "198.18.3.13", "198.18.3.12", "198.18.3.21"]);
	});

	it("is kept on the next one where the first does not answer", async () => {
		for (const last of [12, 13]) machine(`198.18.4.${last}`);
		declareControlPlanes(at("198.18.4.11"), ["198.18.4.12", "198.18.4.13"].map(at));
		await work("198.18.4.13");
		expect(locked).toEqual(["198.18.4.12", "198.18.4.13"]);
	});

	it("is none for a single control plane", async () => {
		machine("198.18.5.11");
		declareControlPlanes(at("198.18.5.11"), []);
		await work("198.18.5.11");
		expect(locked).toEqual(["198.18.5.11"]);
	});
});
