import type * as pulumi from "@pulumi/pulumi";
import type { KubeconfigName } from "../render/kubeconfig";
import {
	type ByAuthority,
	type CaName,
	type CertificateName,
	type CertificateRequest,
	certificates,
} from "../render/pki/certificates";
import {
	type Authority,
	type CertificateAuthority,
	CertificateSigningRequest,
	type ClusterInputs,
	type HostInput,
	type NodeInputs,
} from "../resources";

/** A request to an external CA for one certificate. */
export interface SigningRequest {
	/**
	 * Name of the node that the certificate is for. The certificate of "super-admin.conf" belongs to no node: its name
	 * here is the cluster's.
	 */
	node: string;
	/** kubeadm's name of the certificate, or of the kubeconfig that holds it. */
	name: CertificateName | KubeconfigName;
	/** The CA that is to sign. */
	authority: CaName;
	/** Usages that the certificate must have. The request itself does not name them. */
	usages: readonly CertificateRequest["usages"][number][];
	/** The request, PEM, with subject and alternative names. */
	csr: pulumi.Output<string>;
}

/** Signs a request. Returns the certificate, PEM; the certificates of its chain may follow. */
export type Sign = (request: SigningRequest) => pulumi.Input<string>;

/** Returns the names of the given CAs that have no private key, so that another signer signs for them. */
export function externalOf(authorities: Partial<Record<CaName, Authority>>): CaName[] {
	const names = Object.keys(authorities) as CaName[];
	return names.filter((name) => authorities[name] !== undefined && authorities[name].privateKey === undefined);
}

/** Certificates that are signed elsewhere for one owner: a node, or the cluster itself. */
export interface ExternallySigned {
	/** Prefix of the requests' resource names. */
	prefix: string;
	/** Name of the owner, as `SigningRequest.node` gives it to the program's `sign`. */
	owner: string;
	/** kubeadm's names of the certificates and kubeconfigs to sign. */
	names: readonly SigningRequest["name"][];
	/** Host on which keys and requests are placed. */
	host: HostInput;
	/** The cluster that the certificates are for. */
	cluster: ClusterInputs;
	/** The node that the certificates are for. */
	node: NodeInputs;
	/** The cluster's CAs, by kubeadm's names. */
	authorities: ByAuthority<CertificateAuthority>;
	/** The program's function that signs. @default none: each certificate is awaited on the host, beside its request */
	sign?: Sign | undefined;
	/** Names of the CAs that have no key here. @default none */
	external?: readonly CaName[] | undefined;
}

/**
 * Asks external CAs for certificates. Every resource that takes one depends on all requests: where people sign by hand,
 * all requests are on the host when the first error names one of them.
 */
export function externallySigned(
	{ prefix, owner, names, host, cluster, node, authorities, sign, external = [] }: ExternallySigned,
	options: pulumi.CustomResourceOptions,
) {
	const requests = names.flatMap((name) => {
		const { ca: authority, usages }: Asked = name in certificates ? certificates[name as CertificateName] : client;
		if (!external.includes(authority)) return [];
		const args = { host, cluster, node, name, caCertificate: authorities.ca.certificate };
		const resource = new CertificateSigningRequest(`${prefix}-${name}-csr`, args, options);
		return [{ name, resource, request: { node: owner, name, authority, usages, csr: resource.csr } }];
	});
	const certificateOf = new Map(sign ? requests.map(({ name, request }) => [name, sign(request)]) : []);
	return {
		requests: requests.map(({ resource }) => resource),
		/** The argument with the signed certificate. Empty where the program does not sign. */
		signed(name: SigningRequest["name"]): { certificate?: pulumi.Input<string> } {
			const certificate = certificateOf.get(name);
			return certificate === undefined ? {} : { certificate };
		},
	};
}

type Asked = { ca: CaName; usages: SigningRequest["usages"] };

/** CA and usages of a kubeconfig's client certificate. */
const client: Asked = { ca: "ca", usages: ["clientAuth"] };
