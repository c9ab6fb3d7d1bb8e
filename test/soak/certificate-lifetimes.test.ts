import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, type LabHost, startLab } from "../../lab/index.ts";
import { clusterOn } from "../clusters/support/cluster.ts";
import { kubeadm, kubectl } from "../clusters/support/kubeadm.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";

describe("a running cluster whose certificates are to live for another time", () => {
	let lab: Lab;
	let stack: TestStack;
	let controlPlane: LabHost;
	const line =
		"counts for each certificate from its next renewal on; to renew them now: `kubeadm certs renew all` on each control plane, then `pulumi up --refresh`";
	/** Days for which the API server's certificate is valid in all. */
	const days = async () => {
		const { stdout } = await controlPlane.exec("openssl x509 -in /etc/kubernetes/pki/apiserver.crt -noout -dates", {
			check: true,
		});
		const [from, to] = [...stdout.matchAll(/=(.*)/g)].map(([, date]) => Date.parse(date!)) as [number, number];
		return Math.round((to - from) / 86_400_000);
	};

	beforeAll(async () => {
		lab = await startLab({ hosts: [{ name: "cp-1" }] });
		[controlPlane] = lab.hosts as [LabHost];
		stack = await testStack("cluster");
		await stack.configure(clusterOn(lab, { workers: [] }));
		await stack.up();
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it("says in preview and in up that they get it at their next renewal, and with which command at once", async () => {
		await stack.configure(clusterOn(lab, { workers: [], certificateValidityPeriod: "2160h" } as never));
		expect((await stack.preview()).text).toContain(line);
		expect((await stack.up()).text).toContain(line);
		expect(await days()).toBe(365);
	});

	it("has them with that time once the command has run, and no difference afterwards", async () => {
		const { exitCode, stdout, stderr } = await kubeadm(controlPlane, ["certs", "renew", "all"]);
		expect(exitCode, stdout + stderr).toBe(0);
		await stack.up({ refresh: true });
		expect(await days()).toBe(90);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
		expect(await kubectl(controlPlane, "get --raw /readyz")).toBe("ok");
	});
});
