import { describe, expect, it } from "vitest";
import { certificateDifferences } from "../../provider/compare/certificates";
import { resolveCluster } from "../../provider/config/cluster";
import { resolveNode } from "../../provider/config/node";
import { certificateProblems } from "../../provider/pki/inspect";
import { issueAuthority, issueLeaf } from "../../provider/pki/issue";
import { keyPem } from "../../provider/pki/keys";
import {
	type CertificateRequest,
	caRequest,
	certificateNamesOf,
	certificateRequest,
} from "../../provider/render/pki/certificates";

const cluster = resolveCluster({ kubernetesVersion: "1.37.2", encryptionAlgorithm: "ECDSA-P256" });
const node = resolveNode(
	cluster,
	{ name: "192.0.2.77", localAPIEndpoint: { advertiseAddress: "192.0.2.11" } },
	"control-plane",
);
const requests = certificateNamesOf(cluster).map((name) => certificateRequest(name, cluster, node));
const withNames = requests.filter(({ sans }) => sans.length > 0);

describe("the names of a certificate", () => {
	it("are compared for the API server's and etcd's", () => {
		expect(withNames.map(({ name }) => name)).toEqual(["apiserver", "etcd-server", "etcd-peer"]);
	});

	it.each(withNames)(
		"of $name are equal to themselves, also where a DNS name looks like an address",
		async (request) => {
			expect(request.sans).toContain("DNS:192.0.2.77");
			expect(await differences(request, request.sans)).toEqual([]);
		},
	);

	it.each(withNames)("of $name differ where an address is there as a DNS name", async (request) => {
		const sans = request.sans.map((name) => (name === "192.0.2.11" ? "DNS:192.0.2.11" : name));
		expect(await differences(request, sans)).toEqual([
			{ at: "names[192.0.2.11]", expected: "192.0.2.11", found: undefined },
			{ at: "names[DNS:192.0.2.11]", expected: undefined, found: "DNS:192.0.2.11" },
		]);
	});

	it.each(withNames)("of $name differ where a DNS name is there as an address", async (request) => {
		const sans = request.sans.map((name) => name.replace("DNS:", ""));
		expect(await differences(request, sans)).toEqual([
			{ at: "names[DNS:192.0.2.77]", expected: "DNS:192.0.2.77", found: undefined },
			{ at: "names[192.0.2.77]", expected: undefined, found: "192.0.2.77" },
		]);
	});

	it.each(withNames)("of $name keep a certificate on a host only if their kinds are right", async (request) => {
		const right = await signed(request, request.sans);
		expect(
			certificateProblems({
				found: right,
				request,
				caCertificate: right.caCertificate,
				now: new Date(),
				rule: "in place",
			}),
		).toEqual([]);
		const wrong = await signed(
			request,
			request.sans.map((name) => name.replace("DNS:", "")),
		);
		expect(
			certificateProblems({
				found: wrong,
				request,
				caCertificate: wrong.caCertificate,
				now: new Date(),
				rule: "in place",
			}),
		).toEqual([expect.stringMatching(/^its names: expected .*dns:192\.0\.2\.77/)]);
	});
});

async function differences(request: CertificateRequest, sans: string[]) {
	return certificateDifferences(request, { ...(await signed(request, sans)), now: new Date() });
}

async function signed(request: CertificateRequest, sans: string[]) {
	const now = new Date();
	const authority = await issueAuthority(caRequest(request.ca!, cluster), now);
	const { certificate, key } = await issueLeaf({ ...request, sans }, authority, now);
	return { certificate, key: keyPem(key), caCertificate: authority.certificate };
}
