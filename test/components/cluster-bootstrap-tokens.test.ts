import { describe, expect, it } from "vitest";
import { Cluster } from "../../provider/components/cluster";
import { find, key, sent } from "../support/mocks";

const token = "abcdef.0123456789abcdef";
const machine = (name: string, host: string) => ({ name, connection: { host } });
const discovery = {
	bootstrapToken: { token, apiServerEndpoint: "198.18.7.10:6443", unsafeSkipCAVerification: true },
};
const program = (args: object) =>
	sent(() => {
		new Cluster("lab", {
			kubernetesVersion: "1.37.2",
			controlPlanes: [machine("cp-1", "198.18.7.10")],
			workers: [machine("worker-1", "198.18.7.11")],
			...args,
		});
	});

describe("a cluster's bootstrapTokens", () => {
	it("are none unless they are given", async () => {
		expect((await program({})).map(key).join()).not.toContain("BootstrapToken");
	});

	it("are made in the API once it knows kubeadm's rights, and before a worker may join by them", async () => {
		const all = await program({ bootstrapTokens: [{ token, ttl: "2h" }, { description: "another" }] });
		const { inputs, secrets, dependsOn, parent } = find(all, "BootstrapToken lab-bootstrap-token-0");
		expect(inputs).toMatchObject({ token, ttl: "2h" });
		expect(secrets).toContain("token");
		expect(dependsOn).toContain("ClusterAccess lab-access");
		expect(parent).toBe("Cluster lab");
		expect(find(all, "BootstrapToken lab-bootstrap-token-1").inputs).toMatchObject({ description: "another" });
		expect(find(all, "Kubelet lab-worker-1-kubelet").dependsOn).toEqual(
			expect.arrayContaining(["BootstrapToken lab-bootstrap-token-0", "BootstrapToken lab-bootstrap-token-1"]),
		);
	});

	it("of one id count once, the last, as kubeadm overwrites the earlier ones", async () => {
		const other = "abcdef.fedcba9876543210";
		const all = await program({ bootstrapTokens: [{ token }, { token: "ghijkl.0123456789abcdef" }, { token: other }] });
		const made = all.filter((one) => key(one).startsWith("BootstrapToken "));
		expect(made.map(({ inputs }) => inputs.token)).toEqual(["ghijkl.0123456789abcdef", other]);
	});

	it("are inputs of no other resource than the token itself and the kubelet that joins with the token", async () => {
		const all = await program({
			bootstrapTokens: [{ token }],
			controlPlanes: [{ ...machine("cp-1", "198.18.7.10"), discovery }],
			workers: [{ ...machine("worker-1", "198.18.7.11"), discovery }],
		});
		const told = all.filter(({ inputs }) => JSON.stringify(inputs).includes(token));
		expect(told.map(key)).toEqual(["BootstrapToken lab-bootstrap-token-0", "Kubelet lab-worker-1-kubelet"]);
	});
});
