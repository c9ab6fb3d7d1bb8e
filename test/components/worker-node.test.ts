import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { WorkerNode } from "../../provider/components/worker-node";
import { BootstrapToken, Host, Kubelet } from "../../provider/resources";
import { cluster } from "../support/cluster";
import { find, key, sent } from "../support/mocks";

const token = "abcdef.0123456789abcdef";
const connection = { host: "198.18.7.20" };
const discovery = {
	bootstrapToken: { token, apiServerEndpoint: "198.18.7.10:6443", caCertHashes: ["sha256:00"] },
	tlsBootstrapToken: token,
};

describe("a WorkerNode that discovers its cluster", () => {
	const program = (args: object = {}) =>
		sent(() => {
			const host = new Host("worker-1", { connection });
			new WorkerNode("worker-1", { host, cluster, node: { name: "worker-1", discovery }, ...args });
		});

	it("creates only a kubelet, and sends its tokens as secrets and all other values in clear", async () => {
		const all = await program();
		expect(all.map(key)).toEqual(["Host worker-1", "Kubelet worker-1-kubelet", "WorkerNode worker-1"]);
		const { inputs, secrets } = find(all, "Kubelet worker-1-kubelet");
		expect(inputs.discovery).toEqual(discovery);
		expect(inputs.node).toEqual({ name: "worker-1" });
		expect(secrets).toEqual(["discovery.bootstrapToken.token", "discovery.tlsBootstrapToken"]);
	});

	it("is also registered through an api, which gets no token", async () => {
		const all = await program({ api: { controlPlanes: [{ connection: { host: "198.18.7.10" } }] } });
		const { inputs, dependsOn } = find(all, "NodeRegistration worker-1-node");
		expect(JSON.stringify(inputs)).not.toContain("0123456789abcdef");
		expect(dependsOn).toEqual(["Kubelet worker-1-kubelet"]);
		expect(find(all, "Kubelet worker-1-kubelet").inputs.controlPlanes).toEqual([
			{ connection: { host: "198.18.7.10" } },
		]);
	});
});

it("a Kubelet's discovery is a secret as a whole where it is the output of another resource", async () => {
	const all = await sent(() => {
		const host = new Host("worker-1", { connection });
		const node = { name: "worker-1", discovery: pulumi.output(discovery) };
		new Kubelet("kubelet", { host, cluster, node, role: "worker" });
	});
	expect(find(all, "Kubelet kubelet").secrets).toEqual(["discovery"]);
});

it("a BootstrapToken's given token is a secret, and so is what is kept of it", async () => {
	const all = await sent(() => {
		const api = { controlPlanes: [{ connection }] };
		new BootstrapToken("given", { api, token, expires: "2030-01-01T00:00:00Z" });
	});
	expect(find(all, "BootstrapToken given")).toMatchObject({
		inputs: { controlPlanes: [{ connection }], token, expires: "2030-01-01T00:00:00Z" },
		secrets: ["givenToken", "token"],
		secretOutputs: ["token"],
	});
});
