import { beforeEach, describe, expect, it } from "vitest";
import { kubelet } from "../../provider/lifecycle/kubelet";
import type { KubeletArgs, KubeletInputs } from "../../provider/lifecycle/kubelet-inputs";
import { startWithCertificate } from "../../provider/phases/kubelet/credentials";
import { cluster, node, host as reference } from "../support/cluster";
import { MemoryHost } from "../support/memory-host";

const path = "/etc/kubernetes/kubelet.conf";
const args: KubeletArgs = { host: reference, cluster, node, role: "control-plane", authority: { certificate: "a" } };
const without = (phase: string) => kubelet.check({ ...args, node: { ...node, skipPhases: [phase] } }, undefined);

/** How the kubelet itself fares with such a kubeconfig is not seen here. */
describe.each(["kubeconfig", "kubeconfig/kubelet", "control-plane-prepare/kubeconfig"])(
	"a control plane's kubelet whose phase %s is skipped",
	(phase) => {
		let host: MemoryHost;
		let inputs: KubeletInputs;
		const started: string[] = [];
		const start = () =>
			startWithCertificate({ host, owner: "kubelet#1" }, inputs, async () => {
				started.push(host.text(path) ?? "");
				return {};
			});

		beforeEach(() => {
			host = new MemoryHost();
			started.length = 0;
			inputs = without(phase);
		});

		it("starts with the kubeconfig that is in place, and leaves it as it is", async () => {
			host.put(path, "my own\n", "0600");
			expect(await start()).toEqual({});
			expect(started).toEqual(["my own\n"]);
			expect(host.text(path)).toBe("my own\n");
		});

		it("says that one is expected where there is none, and does not start", async () => {
			await expect(start()).rejects.toThrow(
				`${path}: expected the file in place, as the phase kubeconfig/kubelet is skipped, got none; put the file there, or take the phase out of skipPhases`,
			);
			expect(started).toEqual([]);
			expect(host.paths()).toEqual([]);
		});
	},
);

it("a control plane's kubelet of which no such phase is skipped has nothing to find in place", () => {
	expect(without("kubeconfig/admin")).not.toHaveProperty("keepsCredentials");
});
