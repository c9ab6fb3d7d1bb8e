import { describe, expect, it } from "vitest";
import * as dispatch from "../../provider/lifecycle/dispatch";
import { kept, pick, splitKept } from "../../provider/lifecycle/kept-state";
import { cluster, host, node } from "../support/cluster";

const configuration = {
	evictionHard: { "memory.available": "200Mi" },
	authentication: { x509: { clientCAFile: "/etc/kubernetes/pki/ca.crt" }, webhook: { enabled: true } },
	resolvConf: `/${"x".repeat(200)}`,
};

describe("a kubelet's configuration among the inputs", () => {
	it("stands there setting by setting, and comes back as one", () => {
		const inputs = kept("Kubelet", { configuration, role: "worker" }, { whole: [] });
		expect(inputs).toMatchObject({ "configuration > evictionHard": "{memory.available: 200Mi}", role: "worker" });
		expect(inputs).not.toHaveProperty("configuration");
		expect(splitKept("Kubelet", inputs)).toMatchObject({ own: { configuration, role: "worker" }, whole: [] });
	});

	it("is among the inputs that a refresh takes from the state", () => {
		const state = kept("Kubelet", { configuration, role: "worker", status: "running" }, { whole: [] });
		const inputs = pick(state, ["configuration", "role"]);
		expect(splitKept("Kubelet", inputs).own).toEqual({ configuration, role: "worker" });
	});

	it("is read where an older release has kept it as one, and stays so until it is written again", () => {
		const old = kept("Kubelet", { configuration }, { whole: ["configuration"] });
		expect(Object.keys(old)).toEqual(["configuration"]);
		expect(splitKept("Kubelet", old)).toMatchObject({ own: { configuration }, whole: ["configuration"] });
	});

	it("comes back as one where a name looks like a path", () => {
		const odd = { ...configuration, evictionHard: { "a > b": "1" } };
		expect(splitKept("Kubelet", kept("Kubelet", { configuration: odd }, { whole: [] })).own).toEqual({
			configuration: odd,
		});
	});

	it("stays as one where it is secret, by which name the engine knows it", () => {
		const discovery = {
			bootstrapToken: {
				token: "abcdef.0123456789abcdef",
				apiServerEndpoint: "198.18.0.11:6443",
				caCertHashes: [`sha256:${"0a".repeat(32)}`],
			},
		};
		const args = { host, cluster, node, role: "worker", discovery };
		expect(dispatch.check("Kubelet", {}, { ...args, configuration: "" }).inputs).toHaveProperty("configuration");
		expect(dispatch.check("Kubelet", {}, args).inputs).not.toHaveProperty("configuration");
	});

	it("stays as one where it is not known yet or holds little", () => {
		expect(kept("Kubelet", { configuration: {} }, { whole: [] })).toEqual({ configuration: {} });
		const short = kept("Kubelet", { configuration: { maxPods: 1 } }, { whole: [] });
		expect(short).toEqual({ configuration: "{maxPods: 1}" });
	});
});
