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
	type Host,
	type NodeInputs,
} from "../resources";

/** What an external CA is asked to sign. */
export interface SigningRequest {
	/** The node that it is for. */
	node: string;
	/** kubeadm's name of the certificate, or of the kubeconfig that its client stands in. */
	name: CertificateName | KubeconfigName;
	/** The CA that is to sign. */
	authority: CaName;
	/** What it must be good for: the request does not say it. */
	usages: readonly CertificateRequest["usages"][number][];
	/** PEM, with subject and names. */
	csr: pulumi.Output<string>;
}

/** Signs: gives the certificate, PEM; its chain may come after it. */
export type Sign = (request: SigningRequest) => pulumi.Input<string>;

/** Those of the given CAs that sign elsewhere. */
export function externalOf(given: Partial<Record<CaName, Authority>>): CaName[] {
	const names = Object.keys(given) as CaName[];
	return names.filter((name) => given[name] !== undefined && given[name].privateKey === undefined);
}

/** What of a control plane node is signed elsewhere, and by whom. */
export interface ExternallySigned {
	host: Host;
	cluster: ClusterInputs;
	node: NodeInputs;
	authorities: ByAuthority<CertificateAuthority>;
	sign?: Sign | undefined;
	external?: readonly CaName[] | undefined;
}

/**
 * Asks for what a control plane node needs of external CAs. All of it waits for all the requests: where it is signed by
 * hand, they are all there when the first one says so.
 */
export function externallySigned(
	prefix: string,
	names: readonly SigningRequest["name"][],
	{ host, cluster, node, authorities, sign, external = [] }: ExternallySigned,
	options: pulumi.CustomResourceOptions,
) {
	const asked = names.flatMap((name) => {
		const { ca: authority, usages }: Asked = name in certificates ? certificates[name as CertificateName] : client;
		if (!external.includes(authority)) return [];
		const args = { host, cluster, node, name, caCertificate: authorities.ca!.certificate };
		const resource = new CertificateSigningRequest(`${prefix}-${name}-csr`, args, options);
		return [{ name, resource, request: { node: node.name as string, name, authority, usages, csr: resource.csr } }];
	});
	const certificateOf = new Map(sign ? asked.map(({ name, request }) => [name, sign(request)]) : []);
	return {
		requests: asked.map(({ resource }) => resource),
		/** The argument that takes a signed certificate, where the program signs. */
		signed(name: SigningRequest["name"]): { certificate?: pulumi.Input<string> } {
			const certificate = certificateOf.get(name);
			return certificate === undefined ? {} : { certificate };
		},
	};
}

type Asked = { ca: CaName; usages: SigningRequest["usages"] };

/** What stands in a kubeconfig. */
const client: Asked = { ca: "ca", usages: ["clientAuth"] };
