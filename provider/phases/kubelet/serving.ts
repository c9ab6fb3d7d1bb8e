import { paths } from "../../facts/paths";
import type { Host } from "../../hosts/host";
import type { HostReference } from "../../hosts/reach";
import { waitFor } from "../../hosts/wait";
import { type Api, api } from "../../kubernetes/api";
import { certificateProblems, type Period, periodOf } from "../../pki/inspect";
import { servingRequestProblems, servingSigner } from "../../pki/serving-request";
import type { KubernetesObject } from "../../render/kubernetes-object";

/** A node whose kubelet asks the cluster's CA for a serving certificate. */
export interface ServingNode {
	/** Name of the node. */
	nodeName: string;
	/** Certificate of the CA that signs, PEM. */
	caCertificate: string;
}

/** File in which a kubelet keeps its current serving certificate and key. */
const certificatePath = `${paths.kubeletPkiDirectory}/kubelet-server-current.pem`;

/** Reads a kubelet's serving certificate on its host: the validity, empty where there is none, and why another one is needed. */
export async function servingCertificate(
	host: Host,
	{ nodeName, caCertificate }: ServingNode,
): Promise<Period & { problems: string[] }> {
	const text = (await host.read([certificatePath])).get(certificatePath)?.content.toString() ?? "";
	const certificate = text.replace(
		/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----\n?/g,
		"",
	);
	if (certificate === "") return { notBefore: "", notAfter: "", problems: ["the kubelet has no serving certificate"] };
	const problems = certificateProblems({
		found: { certificate },
		request: {
			name: "kubelet-serving",
			commonName: `system:node:${nodeName}`,
			organizations: ["system:nodes"],
			usages: ["serverAuth"],
			sans: [],
			validity: 0,
			algorithm: "RSA-2048",
		},
		caCertificate,
		now: new Date(),
		rule: "at least",
	});
	return { ...periodOf(certificate), problems };
}

/**
 * Approves what a node's kubelet asks for, and waits until the kubelet has a serving certificate of the cluster's CA.
 * @returns validity of the certificate
 * @throws Error that names a request for anything but the node's own names and addresses; no request is approved then
 * @throws WaitError where the kubelet has no certificate at the limit
 */
export async function approveServing(
	host: Host,
	{
		controlPlanes,
		timeoutSeconds,
		onStatus,
		...node
	}: ServingNode & { controlPlanes: HostReference[]; timeoutSeconds: number; onStatus: (line: string) => void },
): Promise<Period> {
	const server = await api({ controlPlanes });
	const machine = await machineNames(host);
	return waitFor<Period>({
		subject: `${node.nodeName}: serving certificate of the kubelet`,
		timeoutSeconds,
		onStatus,
		observe: async () => {
			for (const request of await waitingRequests(server, node.nodeName)) {
				refuseForeign(request, { name: node.nodeName, ...machine, names: [node.nodeName, ...machine.names] });
				await server.approve(approved(request));
			}
			const { problems, ...period } = await servingCertificate(host, node);
			const [problem] = problems;
			// A kubelet takes an approved renewal by itself, and serves with the certificate that it has until then.
			return problem === undefined ? { done: true, value: period } : { done: false, saw: problem };
		},
	});
}

/** Names and addresses of a machine, as the machine itself has them. Loopback and link-local addresses are left out. */
async function machineNames(host: Host): Promise<{ names: string[]; addresses: string[] }> {
	const { stdout } = await host.run({ intent: "read the machine's names and addresses", script: SCRIPT });
	const lines = stdout.split("\n").map((line) => line.trim().split("=", 2));
	const all = (key: string) => lines.filter(([name]) => name === key).map(([, value]) => value!);
	return { names: all("name"), addresses: all("address") };
}

const SCRIPT = `
echo "name=$(hostname)"
for family in 4 6; do
	ip -o "-$family" addr show scope global | awk '{ sub("/.*", "", $4); print "address=" $4 }'
done`;

/** Lists the requests of a node's kubelet for a serving certificate that are neither approved, denied nor failed. */
export async function waitingRequests(server: Api, nodeName: string): Promise<KubernetesObject[]> {
	const all = await server.list("certificates.k8s.io/v1", "CertificateSigningRequest");
	return all.filter((request) => {
		const { signerName, username } = specOf(request);
		const { conditions = [] } = (request.status ?? {}) as { conditions?: object[] };
		return signerName === servingSigner && username === `system:node:${nodeName}` && conditions.length === 0;
	});
}

interface RequestSpec {
	signerName: string;
	username: string;
	groups?: string[];
	usages?: string[];
	request: string;
}

function specOf(request: KubernetesObject): RequestSpec {
	return request.spec as RequestSpec;
}

function refuseForeign(request: KubernetesObject, node: Parameters<typeof servingRequestProblems>[1]): void {
	const { signerName, username, groups = [], usages = [], request: text } = specOf(request);
	const pem = Buffer.from(text, "base64").toString();
	const problems = servingRequestProblems({ signerName, username, groups, usages, pem }, node);
	if (problems.length === 0) return;
	const { name } = request.metadata;
	throw new Error(
		[
			`node ${node.name}: the request ${name} for a serving certificate is not approved:`,
			...problems.map((problem) => `  ${problem}`),
			`look at the machine; then: kubectl certificate deny ${name}`,
		].join("\n"),
	);
}

function approved({ metadata, status = {} }: KubernetesObject & { status?: object }): KubernetesObject {
	const { name, resourceVersion } = metadata as { name: string; resourceVersion?: string };
	const condition = {
		type: "Approved",
		status: "True",
		reason: "NamesOfTheNode",
		message: "The request asks for the node's own names and addresses only.",
	};
	return {
		apiVersion: "certificates.k8s.io/v1",
		kind: "CertificateSigningRequest",
		metadata: { name, resourceVersion },
		status: { ...status, conditions: [condition] },
	} as KubernetesObject;
}
