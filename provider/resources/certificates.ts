import * as pulumi from "@pulumi/pulumi";
import type { KubeconfigName } from "../render/kubeconfig";
import type { ByAuthority, CaName, CertificateName, CertificateRequest } from "../render/pki/certificates";
import { type HostInput, hostReference } from "./host";
import type { ClusterInputs, DeepInput, NodeInputs } from "./inputs";
import { KubeadmResource } from "./shell";

export interface CertificateAuthorityArgs {
	/** kubeadm's name of it: "ca", "front-proxy-ca" or "etcd-ca". */
	name: pulumi.Input<CaName>;
	cluster: ClusterInputs;
	/** A CA of your own: its certificate, PEM; its chain may come after it. @default one is made */
	certificate?: pulumi.Input<string>;
	/**
	 * A CA of your own: its key, PEM (PKCS#1, PKCS#8 or SEC 1, unencrypted).
	 * @default none: the CA is external, what it is to sign is asked for by `CertificateSigningRequest`s
	 */
	privateKey?: pulumi.Input<string>;
}

/** What signs: a `CertificateAuthority`, or PEM texts. Without a key it signs elsewhere. */
export interface Authority {
	certificate: pulumi.Input<string>;
	privateKey?: pulumi.Input<string>;
}

/** A certificate authority. Its key is a secret in the state, unless it is external. */
export class CertificateAuthority extends KubeadmResource {
	/** PEM. */
	declare readonly certificate: pulumi.Output<string>;
	/** PEM, secret; empty for an external CA. */
	declare readonly privateKey: pulumi.Output<string>;
	/** For `kubeadm join --discovery-token-ca-cert-hash sha256:…`. */
	declare readonly publicKeyHash: pulumi.Output<string>;
	/** ISO 8601. */
	declare readonly notAfter: pulumi.Output<string>;

	constructor(name: string, args: CertificateAuthorityArgs, options?: pulumi.CustomResourceOptions) {
		const isExternal = args.certificate !== undefined && args.privateKey === undefined;
		const privateKey = args.privateKey === undefined ? undefined : pulumi.secret(args.privateKey);
		super(
			"CertificateAuthority",
			name,
			isExternal ? { ...args, privateKey: "" } : { ...args, privateKey },
			{
				outputs: ["certificate", "privateKey", "publicKeyHash", "notAfter"].filter((output) => !(output in args)),
				secrets: ["privateKey"],
			},
			options,
		);
	}
}

export interface ServiceAccountKeyArgs {
	cluster: ClusterInputs;
	/** A private key of your own, PEM; its public half alone cannot sign. @default one is made */
	privateKey?: pulumi.Input<string>;
}

/** The key pair that signs service account tokens. The private key is a secret in the state. */
export class ServiceAccountKey extends KubeadmResource {
	/** PEM, secret. */
	declare readonly privateKey: pulumi.Output<string>;
	/** PEM. */
	declare readonly publicKey: pulumi.Output<string>;

	constructor(name: string, args: ServiceAccountKeyArgs, options?: pulumi.CustomResourceOptions) {
		const privateKey = args.privateKey === undefined ? undefined : pulumi.secret(args.privateKey);
		super(
			"ServiceAccountKey",
			name,
			{ ...args, privateKey },
			{ outputs: ["publicKey"], secrets: ["privateKey"] },
			options,
		);
	}
}

export interface SharedCertificatesArgs {
	host: HostInput;
	cluster: ClusterInputs;
	authorities: ByAuthority<Authority>;
	/** PEM, secret. @default none is placed */
	serviceAccountKey?: pulumi.Input<string>;
}

/** The CAs and the service account key pair on a control plane's host; of an external CA the certificate only. */
export class SharedCertificates extends KubeadmResource {
	/** SHA-256 of each file, by path. */
	declare readonly digests: pulumi.Output<Record<string, string>>;

	constructor(name: string, args: SharedCertificatesArgs, options?: pulumi.CustomResourceOptions) {
		const authorities = Object.fromEntries(
			Object.entries(args.authorities).map(([ca, authority]) => [ca, pair(authority)]),
		);
		const inputs = {
			host: hostReference(args.host),
			cluster: args.cluster,
			authorities,
			...(args.serviceAccountKey === undefined ? {} : { serviceAccountKey: pulumi.secret(args.serviceAccountKey) }),
		};
		super("SharedCertificates", name, inputs, { outputs: ["digests"] }, options);
	}
}

export type CertificateSigningRequestArgs = {
	host: HostInput;
} & (
	| {
			/** One of kubeadm's certificates or kubeconfigs for a control plane node. */
			name: pulumi.Input<CertificateName | KubeconfigName>;
			cluster: ClusterInputs;
			node: NodeInputs;
			/** PEM of the cluster's CA: a kubeconfig is begun with it. */
			caCertificate: pulumi.Input<string>;
	  }
	| {
			/** Any other certificate. */
			request: DeepInput<CertificateRequest>;
	  }
);

/**
 * A key on a host and the request for its certificate, where and as `kubeadm certs generate-csr` places them. The key is on
 * the host only.
 */
export class CertificateSigningRequest extends KubeadmResource {
	/** PEM. */
	declare readonly csr: pulumi.Output<string>;
	/** SHA-256 of each file, by path. */
	declare readonly digests: pulumi.Output<Record<string, string>>;

	constructor(name: string, args: CertificateSigningRequestArgs, options?: pulumi.CustomResourceOptions) {
		super(
			"CertificateSigningRequest",
			name,
			{ ...args, host: hostReference(args.host) },
			{ outputs: ["csr", "digests", "status"] },
			options,
		);
	}
}

export type CertificateArgs = {
	host: HostInput;
	/** Who signs it. */
	authority: Authority;
	/**
	 * PEM: signed elsewhere for the key that a `CertificateSigningRequest` placed.
	 * @default signed with `authority.privateKey`; without that it is awaited on the host, beside its request
	 */
	certificate?: pulumi.Input<string>;
} & (
	| {
			/** One of kubeadm's certificates for a control plane node. */
			name: pulumi.Input<CertificateName>;
			cluster: ClusterInputs;
			node: NodeInputs;
	  }
	| {
			/** Any other certificate. */
			request: DeepInput<CertificateRequest>;
	  }
);

/** A certificate with its key on a host. The key is on the host only; the state holds its digest. */
export class Certificate extends KubeadmResource {
	/** PEM. */
	declare readonly certificate: pulumi.Output<string>;
	/** ISO 8601. */
	declare readonly notAfter: pulumi.Output<string>;
	/** SHA-256 of each file, by path. */
	declare readonly digests: pulumi.Output<Record<string, string>>;
	/** The same of what was last placed, whatever kubeadm renewed since. */
	declare readonly placed: pulumi.Output<Record<string, string>>;

	constructor(name: string, args: CertificateArgs, options?: pulumi.CustomResourceOptions) {
		super(
			"Certificate",
			name,
			{ ...args, host: hostReference(args.host), authority: pair(args.authority) },
			{ outputs: ["certificate", ...PLACED].filter((output) => !(output in args)) },
			options,
		);
	}
}

export interface KubeconfigArgs {
	/** Where it is placed. @default nowhere: it is the output `kubeconfig`, a secret */
	host?: HostInput;
	/** The cluster's CA. */
	authority: Authority;
	/** PEM: the client's certificate, signed elsewhere for the key that a `CertificateSigningRequest` placed. @default as for `Certificate` */
	certificate?: pulumi.Input<string>;
	cluster: ClusterInputs;
	/** One of kubeadm's own, for `node`. */
	name?: pulumi.Input<KubeconfigName>;
	node?: NodeInputs;
	/** Another user, as `kubeadm kubeconfig user` has them. */
	user?: DeepInput<{ name: string; groups?: string[]; server: string; validitySeconds?: number }>;
	/** A token by which the user is known, instead of a certificate. Secret. */
	token?: pulumi.Input<string>;
	/** Absolute path on the host, for another user's. */
	path?: pulumi.Input<string>;
}

/** A kubeconfig with a client certificate of its own, or a token: on a host, or as a secret output. */
export class Kubeconfig extends KubeadmResource {
	/** YAML, secret; only where it is not on a host. */
	declare readonly kubeconfig: pulumi.Output<string>;
	/** ISO 8601. */
	declare readonly notAfter: pulumi.Output<string>;
	/** SHA-256 of the file, by path. */
	declare readonly digests: pulumi.Output<Record<string, string>>;
	/** The same of what was last placed, whatever kubeadm renewed since. */
	declare readonly placed: pulumi.Output<Record<string, string>>;

	constructor(name: string, args: KubeconfigArgs, options?: pulumi.CustomResourceOptions) {
		const host = args.host && hostReference(args.host);
		const token = args.token === undefined ? undefined : pulumi.secret(args.token);
		super(
			"Kubeconfig",
			name,
			{ ...args, host, token, authority: pair(args.authority) },
			{ outputs: ["kubeconfig", ...PLACED], secrets: ["kubeconfig"] },
			options,
		);
	}
}

/** Only the two texts: a resource given in their place would be sent whole. */
function pair({ certificate, privateKey }: Authority): Authority {
	return privateKey === undefined ? { certificate } : { certificate, privateKey: pulumi.secret(privateKey) };
}

/** Outputs of what is placed with a certificate. */
const PLACED = ["notBefore", "notAfter", "digests", "placedDigests", "keptAsFound", "status"];
