import { describe, expect, it } from "vitest";
import { signingRequest } from "../../provider/pki/issue";
import { newKey } from "../../provider/pki/keys";
import { type ServingRequest, servingRequestProblems } from "../../provider/pki/serving-request";

const node = { name: "worker-1", names: ["worker-1"], addresses: ["198.18.0.12", "fd00:0::12"] };

async function asked(
	change: Partial<ServingRequest> = {},
	{
		sans = ["worker-1", "198.18.0.12", "fd00::12"],
		commonName = "system:node:worker-1",
		organizations = ["system:nodes"],
	} = {},
): Promise<string[]> {
	const subject = {
		name: "serving",
		commonName,
		organizations,
		sans,
		usages: [],
		validity: 1,
		algorithm: "ECDSA-P256" as const,
	};
	const pem = await signingRequest(subject, await newKey("ECDSA-P256"));
	const request = {
		signerName: "kubernetes.io/kubelet-serving",
		username: "system:node:worker-1",
		groups: ["system:nodes", "system:authenticated"],
		usages: ["digital signature", "key encipherment", "server auth"],
		pem,
		...change,
	};
	return servingRequestProblems(request, node);
}

describe("a request for a kubelet's serving certificate", () => {
	it("may be approved for names and addresses of the machine, however an address is spelled", async () => {
		expect(await asked()).toEqual([]);
		expect(await asked({ usages: ["digital signature", "server auth"] }, { sans: ["198.18.0.12"] })).toEqual([]);
	});

	it.each<[string, Partial<ServingRequest>, object, string]>([
		[
			"another node's name",
			{},
			{ sans: ["worker-1", "cp-1"] },
			"names: expected only those of the machine: worker-1, 198.18.0.12, fd00:0::12, got also cp-1",
		],
		[
			"another machine's address",
			{},
			{ sans: ["198.18.0.11"] },
			"names: expected only those of the machine: worker-1, 198.18.0.12, fd00:0::12, got also 198.18.0.11",
		],
		["no name at all", {}, { sans: [] }, "names: expected at least one name or address, got none"],
		[
			"another subject",
			{},
			{ commonName: "system:node:cp-1" },
			"subject: expected O=system:nodes, CN=system:node:worker-1, got O=system:nodes, CN=system:node:cp-1",
		],
		[
			"an administrators' group",
			{},
			{ organizations: ["system:masters"] },
			"subject: expected O=system:nodes, CN=system:node:worker-1, got O=system:masters, CN=system:node:worker-1",
		],
		[
			"one made by another user",
			{ username: "system:node:cp-1" },
			{},
			"user: expected system:node:worker-1, got system:node:cp-1",
		],
		[
			"one made outside the nodes' group",
			{ groups: ["system:authenticated"] },
			{},
			"group: expected system:nodes, got none",
		],
		[
			"a client's usage",
			{ usages: ["digital signature", "server auth", "client auth"] },
			{},
			"usages: expected digital signature, key encipherment, server auth, got digital signature, server auth, client auth",
		],
		[
			"no server's usage",
			{ usages: ["digital signature"] },
			{},
			"usages: expected digital signature, key encipherment, server auth, got digital signature",
		],
		[
			"another signer",
			{ signerName: "kubernetes.io/kube-apiserver-client" },
			{},
			"signer: expected kubernetes.io/kubelet-serving, got kubernetes.io/kube-apiserver-client",
		],
		[
			"a text that is no request",
			{ pem: "text" },
			{},
			"request: expected a PEM certificate signing request, got another text",
		],
	])("is a problem for %s", async (_what, change, of, problem) => {
		expect(await asked(change, of)).toEqual([problem]);
	});
});
