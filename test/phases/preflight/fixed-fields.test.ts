import { describe, expect, it } from "vitest";
import { UNKNOWN } from "../../../provider/facts/unknown";
import { fixedFieldProblems } from "../../../provider/phases/preflight/fixed-fields";
import { subjectOf } from "../../support/preflight-subject";

const controlPlane = (bindPort: number) => subjectOf({ node: { localAPIEndpoint: { bindPort } } as never });
const worker = (criSocket: string) => ({ ...subjectOf({ action: "worker join" }), criSocket });

describe("a change of a running node", () => {
	it("is refused for the API server's port and for the container runtime, by path", () => {
		expect(fixedFieldProblems(controlPlane(6443), controlPlane(6444))).toEqual([
			{
				path: "node.localAPIEndpoint.bindPort",
				message:
					"expected 6443 as the running node has it, got 6444: kubeconfigs on all nodes name the port; the field cannot be changed; remove the node and add it again",
			},
		]);
		const socket = "unix:///var/run/containerd/containerd.sock";
		expect(fixedFieldProblems(worker(socket), worker("unix:///run/crio/crio.sock"))).toEqual([
			{
				path: "node.nodeRegistration.criSocket",
				message: `expected "${socket}" as the running node has it, got "unix:///run/crio/crio.sock": the containers of the last runtime would go on beside those of the new one; the field cannot be changed; remove the node and add it again`,
			},
		]);
	});

	it.each([
		["another spelling of the socket", worker("unix:///var/run/c.sock"), worker("/run/c.sock")],
		["an unknown socket", worker("unix:///run/c.sock"), worker(UNKNOWN)],
		["an older state without the field", {}, worker("unix:///run/c.sock")],
		["a worker's ports", { ...worker("unix:///run/c.sock"), listeners: [{ port: 1 }] }, worker("unix:///run/c.sock")],
	])("is none for %s", (_, was, is) => {
		expect(fixedFieldProblems(was, is)).toEqual([]);
	});
});
