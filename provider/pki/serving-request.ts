import { expected } from "../config/expected";
import { normalizeAddress } from "../go/address";
import * as x509 from "./x509";

/** A CertificateSigningRequest of the API, with the fields that decide about its approval. */
export interface ServingRequest {
	/** Signer that the request names. */
	signerName: string;
	/** User who made the request, as the API server authenticated the user. */
	username: string;
	/** Groups of the user. */
	groups: readonly string[];
	/** Usages that the request asks for. */
	usages: readonly string[];
	/** The request, PEM. */
	pem: string;
}

/** Signer of the serving certificates of kubelets. */
export const servingSigner = "kubernetes.io/kubelet-serving";

/**
 * Compares a request for a kubelet's serving certificate with what the node may ask for: made by the node itself, with
 * its own subject, for a server, and for names and addresses of its machine only. The API server and the signer do not
 * compare names and addresses.
 *
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#kubernetes-signers
 * @param node name of the node, the names of its machine, and the machine's addresses
 * @returns the problems, as sentences; empty where the request may be approved
 */
export function servingRequestProblems(
	request: ServingRequest,
	node: { name: string; names: readonly string[]; addresses: readonly string[] },
): string[] {
	const user = `system:node:${node.name}`;
	const parsed = parse(request.pem);
	if (!parsed) return [expected({ at: "request", expected: "a PEM certificate signing request", got: "another text" })];
	const { subject, names, addresses, others } = parsed;
	const foreign = [
		...names.filter((name) => !node.names.includes(name)),
		...addresses.filter((address) => !node.addresses.map(normalizeAddress).includes(normalizeAddress(address))),
		...others,
	];
	const compared = [
		{ at: "signer", wanted: servingSigner, got: request.signerName },
		{ at: "user", wanted: user, got: request.username },
		{ at: "group", wanted: "system:nodes", got: request.groups.find((group) => group === "system:nodes") ?? "none" },
		{ at: "subject", wanted: `O=system:nodes, CN=${user}`, got: subject },
	];
	const usages = request.usages.filter((usage) => !allowedUsages.includes(usage));
	const isServer = request.usages.includes("server auth");
	return [
		...compared.flatMap(({ at, wanted, got }) => (wanted === got ? [] : [expected({ at, expected: wanted, got })])),
		...(usages.length > 0 || !isServer
			? [expected({ at: "usages", expected: allowedUsages.join(", "), got: request.usages.join(", ") || "none" })]
			: []),
		...(names.length + addresses.length === 0
			? [expected({ at: "names", expected: "at least one name or address", got: "none" })]
			: []),
		...(foreign.length > 0
			? [
					expected({
						at: "names",
						expected: `only those of the machine: ${[...node.names, ...node.addresses].join(", ")}`,
						got: `also ${foreign.join(", ")}`,
					}),
				]
			: []),
	];
}

const allowedUsages = ["digital signature", "key encipherment", "server auth"];

/** Subject and alternative names of a request; `undefined` for a text that is none. */
function parse(pem: string) {
	try {
		const { subjectName, extensions } = new x509.Pkcs10CertificateRequest(pem);
		const all = extensions.flatMap((extension) =>
			extension instanceof x509.SubjectAlternativeNameExtension ? extension.names.items : [],
		);
		const ofType = (type: string) => all.filter((name) => name.type === type).map(({ value }) => value);
		const parts = subjectName.toJSON().flatMap((part) => Object.entries(part));
		return {
			subject: parts.flatMap(([type, values]) => values.map((value) => `${type}=${value}`)).join(", "),
			names: ofType("dns"),
			addresses: ofType("ip"),
			others: all.filter(({ type }) => type !== "dns" && type !== "ip").map(({ type, value }) => `${type} ${value}`),
		};
	} catch {
		return undefined;
	}
}
