import { describe, expect, it, vi } from "vitest";
import { ensureRequirements } from "../../lab/hosts/requirements.ts";
import { addressesOf, hostCount, networkCount, networkIndex } from "../../lab/network/addresses.ts";
import { conflist, routes } from "../../lab/network/pods.ts";

describe("addresses of a lab", () => {
	it("gives lab 0 the first networks", () => {
		const { host, podsOf, ...networks } = addressesOf(0);
		expect(networks).toEqual({
			hosts: "198.18.0.0/24",
			pods: "198.19.0.0/20",
			services: "198.19.128.0/20",
			gateway: "198.18.0.1",
		});
		expect([host(0), podsOf(0)]).toEqual(["198.18.0.10", "198.19.0.0/24"]);
	});

	it("gives no two labs or hosts the same pods or services, and stays within 198.18.0.0/15", () => {
		const all = Array.from({ length: networkCount }, (_, index) => addressesOf(index));
		const pods = all.flatMap(({ podsOf }) => Array.from({ length: hostCount }, (_, host) => range(podsOf(host))));
		const ranges = [...pods, ...all.flatMap(({ hosts, services }) => [range(hosts), range(services)])];
		ranges.sort(([one], [other]) => one - other);
		for (const [position, [first, last]] of ranges.entries()) {
			expect(first).toBeGreaterThanOrEqual(range("198.18.0.0/15")[0]);
			expect(last).toBeLessThanOrEqual(range("198.18.0.0/15")[1]);
			expect(first).toBeGreaterThan(ranges[position - 1]?.[1] ?? 0);
		}
	});

	it("holds the pods of every host of a lab in the lab's pod network", () => {
		const { pods, podsOf } = addressesOf(7);
		expect(range(podsOf(0))[0]).toBe(range(pods)[0]);
		expect(range(podsOf(hostCount - 1))[1]).toBe(range(pods)[1]);
	});

	it("knows a lab's network by its hosts' subnet and refuses every other", () => {
		expect(networkIndex("198.18.3.0/24")).toBe(3);
		for (const subnet of ["198.18.8.0/24", "198.18.3.0/16", "10.0.0.0/24"])
			expect(() => networkIndex(subnet)).toThrow(`subnet ${subnet}: expected one of 198.18.0.0/24 to 198.18.7.0/24`);
	});
});

describe("the network of the pods", () => {
	it("routes to the pods of every other host, refuses services, and sends the rest to the bridge", () => {
		const lines = routes(addressesOf(1), 1);
		expect(lines).toHaveLength(1 + 15 + 1);
		expect(lines).toEqual(
			expect.arrayContaining([
				"default via 198.18.1.1",
				"198.19.16.0/24 via 198.18.1.10",
				"198.19.18.0/24 via 198.18.1.12",
				"unreachable 198.19.144.0/20",
			]),
		);
		expect(lines).not.toContain("198.19.17.0/24 via 198.18.1.11");
	});

	it("gives a host's pods addresses from the host's own network", () => {
		const { plugins } = JSON.parse(conflist("198.19.17.0/24"));
		expect(plugins.map(({ type }: { type: string }) => type)).toEqual(["bridge", "portmap"]);
		expect(plugins[0].ipam.ranges).toEqual([[{ subnet: "198.19.17.0/24" }]]);
	});
});

describe("where hosts cannot be started", () => {
	it("says at once that root is needed, and how to go on with hosts of one's own", async () => {
		vi.spyOn(process, "getuid").mockReturnValueOnce(1000);
		await expect(ensureRequirements()).rejects.toThrow(/need root; this is user 1000.*\n.*hosts of your own/);
	});

	it("says at once that Linux is needed", async () => {
		const platform = vi.spyOn(process, "platform", "get").mockReturnValue("darwin");
		await expect(ensureRequirements()).rejects.toThrow(/need Linux with systemd-nspawn; this is darwin/);
		platform.mockRestore();
	});
});

function range(subnet: string): [first: number, last: number] {
	const [address = "", bits] = subnet.split("/");
	const first = address.split(".").reduce((value, part) => value * 256 + Number(part), 0);
	return [first, first + 2 ** (32 - Number(bits)) - 1];
}
