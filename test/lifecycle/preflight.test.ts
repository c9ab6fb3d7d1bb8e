import { afterEach, describe, expect, it, vi } from "vitest";
import { UNKNOWN } from "../../provider/facts/unknown";
import { kubelet } from "../../provider/lifecycle/kubelet";
import { type PreflightSubject, preflight } from "../../provider/lifecycle/preflight/preflight";
import { cluster, node, host as reference } from "../support/cluster";
import { MemoryHost } from "../support/memory-host";

vi.mock("../../provider/lifecycle/reach", () => import("../support/reachable"));
afterEach(() => void vi.restoreAllMocks());

describe("a look whether a control plane's ports are free", () => {
	/** What is said of the ports, where this one is taken. */
	const problemOf = async (subject: Partial<PreflightSubject>, port: number, answers = "") => {
		vi.spyOn(console, "log").mockImplementation(() => {});
		const host = new MemoryHost();
		host.answers(/^look whether it can be a node$/, () => `${answers}port${port}=users:(("nginx",pid=7,fd=3))`);
		const whole = { role: "control-plane", nodeName: "cp-1", kubernetesVersion: "v1.37.2", configuration: {} } as const;
		const looked = preflight(host, { ...whole, ...subject });
		const said = await looked.then(
			() => "",
			({ message }: Error) => message,
		);
		return /\[Port\].*/.exec(said)?.[0];
	};

	it("asks for the one at which its API server listens", async () => {
		expect(await problemOf({ apiServerPort: 7443 }, 7443)).toContain("expected free ports, got 7443 taken by nginx");
		expect(await problemOf({ apiServerPort: 7443 }, 6443)).toBeUndefined();
		expect(await problemOf({}, 6443)).toContain("got 6443 taken by nginx");
		expect(await problemOf({ role: "worker" }, 6443)).toBeUndefined();
	});

	it("takes a kubelet for none that is tried without a configuration, as its package does again and again", async () => {
		expect(await problemOf({}, 6443, "active=active\n")).toContain("got 6443 taken by nginx");
		expect(await problemOf({}, 6443, "configured=active\n")).toBeUndefined();
	});

	it("is told of it", () => {
		const authority = UNKNOWN as never;
		const portOf = (bindPort: number, role: "control-plane" | "worker") => {
			const own = { ...node, localAPIEndpoint: { bindPort }, apiServer: { advertiseAddress: "198.18.0.11" } };
			return kubelet.check({ host: reference, cluster, node: own, role, authority }, undefined).apiServerPort;
		};
		expect([portOf(7443, "worker"), portOf(0, "worker")]).toEqual([undefined, undefined]);
		expect([portOf(7443, "control-plane"), portOf(0, "control-plane")]).toEqual([7443, 6443]);
	});
});
