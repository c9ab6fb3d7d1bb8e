import * as pulumi from "@pulumi/pulumi";
import type { KubeconfigName } from "../render/kubeconfig";
import type { CaName, CertificateName, CertificateRequest } from "../render/pki/certificates";
import { type HostInput, hostReference } from "./host";
import type { ClusterInputs, DeepInput, NodeInputs } from "./inputs";
import { KubeadmResource } from "./shell";

export interface CertificateAuthorityArgs {
	/** kubeadm's name of it: "ca", "front-proxy-ca" or "etcd-ca". */
	name: pulumi.Input<CaName>;
	cluster: ClusterInputs;
	/** A CA of your own: its certificate, PEM. @default one is made */
	certificate?: pulumi.Input<string>;
	/** A CA of your own: its key, PEM (PKCS#1, PKCS#8 or SEC 1, unencrypted). */
	privateKey?: pulumi.Input<string>;
}

/** What signs: a `CertificateAuthority`, or PEM texts. */
export interface Authority {
	certificate: pulumi.Input<string>;
	privateKey: pulumi.Input<string>;
}

/** A certificate authority. Its key is a secret in the state. */
export class CertificateAuthority extends KubeadmResource {
	/** PEM. */
	declare readonly certificate: pulumi.Output<string>;
	/** PEM, secret. */
	declare readonly privateKey: pulumi.Output<string>;
	/** For `kubeadm join --discovery-token-ca-cert-hash sha256:…`. */
	declare readonly publicKeyHash: pulumi.Output<string>;
	/** ISO 8601. */
	declare readonly notAfter: pulumi.Output<string>;

	constructor(name: string, args: CertificateAuthorityArgs, options?: pulumi.CustomResourceOptions) {
		const privateKey = args.privateKey === undefined ? undefined : pulumi.secret(args.privateKey);
		super(
			"CertificateAuthority",
			name,
			{ ...args, privateKey },
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
	/** A key of your own, PEM. @default one is made */
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
	authorities: Record<CaName, Authority>;
	/** PEM, secret. */
	serviceAccountKey: pulumi.Input<string>;
}

/** The CAs and the service account key pair on a control plane's host. */
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
			serviceAccountKey: pulumi.secret(args.serviceAccountKey),
		};
		super("SharedCertificates", name, inputs, { outputs: ["digests"] }, options);
	}
}

export type CertificateArgs = {
	host: HostInput;
	/** Who signs it. */
	authority: Authority;
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
			{ outputs: ["certificate", "notAfter", "digests", "placed", "status"] },
			options,
		);
	}
}

export interface KubeconfigArgs {
	/** Where it is placed. @default nowhere: it is the output `kubeconfig`, a secret */
	host?: HostInput;
	/** The cluster's CA. */
	authority: Authority;
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
			{ outputs: ["kubeconfig", "notAfter", "digests", "placed", "status"], secrets: ["kubeconfig"] },
			options,
		);
	}
}

/** Only the two texts: a resource given in their place would be sent whole. */
function pair({ certificate, privateKey }: Authority): Authority {
	return { certificate, privateKey: pulumi.secret(privateKey) };
}
