import { afterEach, describe, expect, it, vi } from "vitest";
import { kubelet } from "../../provider/lifecycle/kubelet";
import { type PreflightSubject, preflight } from "../../provider/lifecycle/preflight/preflight";
import { cluster, node, host as reference } from "../support/cluster";
import { MemoryHost } from "../support/memory-host";

vi.mock("../../provider/lifecycle/reach", () => import("../support/reachable"));
afterEach(() => void vi.restoreAllMocks());

describe("a look whether a control plane's ports are free", () => {
	/** What is said of the ports, where this one is taken. */
	const problemOf = async (subject: Partial<PreflightSubject>, port: number) => {
		vi.spyOn(console, "log").mockImplementation(() => {});
		const host = new MemoryHost();
		host.answers(/^look whether it can be a node$/, () => `port${port}=users:(("nginx",pid=7,fd=3))`);
		const whole = { role: "control-plane", nodeName: "cp-1", kubernetesVersion: "v1.37.2", configuration: {} } as const;
		const { message } = await preflight(host, { ...whole, ...subject }).catch((error: Error) => error as Error & void);
		return /\[Port\].*/.exec(message)?.[0];
	};

	it("asks for the one at which its API server listens", async () => {
		expect(await problemOf({ apiServerPort: 7443 }, 7443)).toContain("expected free ports, got 7443 taken by nginx");
		expect(await problemOf({ apiServerPort: 7443 }, 6443)).toBeUndefined();
		expect(await problemOf({}, 6443)).toContain("got 6443 taken by nginx");
		expect(await problemOf({ role: "worker" }, 6443)).toBeUndefined();
	});

	it("is told of it where it is not kubeadm's default", () => {
		const authority = { certificate: "a certificate" };
		const portOf = (bindPort: number, role: "control-plane" | "worker") => {
			const own = { ...node, localAPIEndpoint: { bindPort }, apiServer: { advertiseAddress: "198.18.0.11" } };
			return kubelet.check({ host: reference, cluster, node: own, role, authority }, undefined).apiServerPort;
		};
		expect([portOf(7443, "worker"), portOf(0, "worker")]).toEqual([undefined, undefined]);
		expect([portOf(7443, "control-plane"), portOf(6443, "control-plane")]).toEqual([7443, undefined]);
	});
});
