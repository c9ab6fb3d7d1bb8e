import { describe, expect, it, vi } from "vitest";
import { HostError, type HostErrorReason } from "../../provider/hosts/host-error";
import { reach } from "../../provider/hosts/reach";
import * as dispatch from "../../provider/lifecycle/dispatch";
import { plain } from "../support/preview-form";

vi.mock("../../provider/hosts/reach", async (original) => ({
	...(await original<typeof import("../../provider/hosts/reach")>()),
	reach: vi.fn(),
}));

const fileOn = (address: string, path: string) => ({
	host: { connection: { host: address } },
	path,
	content: "one",
	mode: "0644",
	owner: "root",
	group: "root",
	digests: {},
});

/** Lets every dial of a machine fail. */
function fail(reason: HostErrorReason): void {
	vi.mocked(reach).mockImplementation(async ({ connection }) => {
		const what = reason === "unreachable" ? "not reached: no answer" : "login refused";
		throw new HostError({
			host: `root@${connection.host}:22`,
			layer: reason === "unreachable" ? "network" : "ssh",
			reason,
			what,
		});
	});
}

describe("a refresh of a machine that does not answer", () => {
	it("keeps the state of each resource after one dial, and says so once with the way to remove the node", async () => {
		fail("unreachable");
		const log = vi.spyOn(console, "log").mockImplementation(() => {});
		for (const path of ["/etc/one", "/etc/two"]) {
			const state = fileOn("198.18.0.31", path);
			expect(plain((await dispatch.read("HostFile", `${path}#1`, state)).props)).toMatchObject(state);
		}
		expect(log.mock.calls).toEqual([
			[
				"warning: root@198.18.0.31:22 does not answer: its resources are not read, and are taken for unchanged: not reached: no answer; where the machine is gone for good: `gone: true` on its node in the program, or PULUMI_KUBEADM_GONE_HOSTS=198.18.0.31 pulumi up",
			],
		]);
		expect(reach).toHaveBeenCalledTimes(1);
		expect(vi.mocked(reach).mock.calls[0]![0].connection).toEqual({ host: "198.18.0.31", dialErrorLimit: 1 });
		log.mockRestore();
	});

	it("keeps the state where the machine answers and refuses the login, and updates the Host by the program's connection", async () => {
		fail("authentication");
		const log = vi.spyOn(console, "log").mockImplementation(() => {});
		const state = fileOn("198.18.0.32", "/etc/one");
		expect(plain((await dispatch.read("HostFile", "a#1", state)).props)).toMatchObject(state);
		const machine = { connection: { host: "198.18.0.32" }, givenFacts: {}, trustOnFirstUse: true };
		const { props, inputs } = await dispatch.read("Host", "h#1", {
			...machine,
			facts: {},
			hostKey: "k",
			proxyHostKey: "",
		});
		expect(await dispatch.diff("Host", props, inputs!)).toEqual({ changes: true });
		expect(log.mock.calls).toEqual([
			[
				"warning: root@198.18.0.32:22 does not let this program in by the connection of the state: its resources are not read: login refused\n  put the connection that works into the program, then: pulumi up",
			],
		]);
		log.mockRestore();
		await expect(dispatch.remove("HostFile", "a#1", state)).rejects.toThrow(
			"login refused\n  put the connection that works into the program, then: pulumi up",
		);
	});

	it("is followed by a delete that fails, and names the way", async () => {
		fail("unreachable");
		await expect(dispatch.remove("HostFile", "a#1", fileOn("198.18.0.33", "/etc/one"))).rejects.toThrow(
			"PULUMI_KUBEADM_GONE_HOSTS=198.18.0.33 pulumi up",
		);
	});
});
