import type * as pulumi from "@pulumi/pulumi";
import type { ClusterSpec } from "../config/cluster";
import type { ConnectionArgs } from "../config/connection";
import type { HostFacts, NodeSpec } from "../config/node";
import type { ByAuthority } from "../render/pki/certificates";

/** A value of which any part may come from another resource. */
export type DeepInput<T> = pulumi.Input<
	T extends (infer Item)[] ? DeepInput<Item>[] : T extends object ? Inputs<T> : T
>;

/** An object that the program itself builds: only its fields may come from other resources. */
export type Inputs<T> = { [Key in keyof T]: DeepInput<Exclude<T[Key], undefined>> };

/** Arguments of an SSH connection, as @pulumi/command takes them too. */
export type ConnectionInputs = Inputs<ConnectionArgs>;

/** A cluster as a program describes it. */
export type ClusterInputs = Inputs<ClusterSpec>;

/** A node as a program describes it. */
export type NodeInputs = Inputs<NodeSpec>;

/** A reference to a machine, which other resources take as `host`. */
export interface HostReference {
	/** SSH connection arguments. */
	connection: ConnectionInputs;
	/**
	 * SSH host key that the machine must show: `ssh-ed25519 AAAA…`.
	 * @default the key of the connection, else of known_hosts
	 */
	hostKey?: pulumi.Input<string>;
	/** SSH host key that the connection's bastion must show. @default as for `hostKey` */
	proxyHostKey?: pulumi.Input<string>;
}

/** A machine as a resource takes it: a `Host`, or a reference to a machine. */
export type HostInput = { readonly reference: HostReference } | HostReference;

/** Access to a cluster's API. */
export interface ApiAccess {
	/** Control planes through whose SSH connection the API is reached, tried in this order. */
	controlPlanes: HostInput[];
	/** Resources that must exist before the API answers. */
	dependsOn?: pulumi.Resource[];
}

/** Arguments of a resource that lives in the cluster's API. */
export interface ApiArgs {
	/** Access to the cluster's API: `cluster.api`, or control planes of a cluster that kubeadm made. */
	api: ApiAccess;
}

/**
 * A CA that signs: a `CertificateAuthority`, or PEM texts. A CA without a key is external: another signer signs for it.
 */
export interface Authority {
	/** Certificate of the CA, PEM. */
	certificate: pulumi.Input<string>;
	/** Private key of the CA, PEM, secret. @default none: the CA is external */
	privateKey?: pulumi.Input<string>;
}

/** Types that a program gives for arguments that are resources or whole objects. */
export interface ProgramTypes {
	/** Machine that the resource is on. */
	host: HostInput;
	/** Machines of the cluster's other control planes. */
	otherControlPlanes: HostInput[];
	/** SSH connection to a machine. */
	connection: ConnectionInputs;
	/** Facts that the program states about a machine. */
	facts: Inputs<Partial<HostFacts>>;
	/** The cluster that the resource belongs to. */
	cluster: ClusterInputs;
	/** The node that the resource belongs to. */
	node: NodeInputs;
	/** The CA that signs. */
	authority: Authority;
	/** The cluster's CAs, by kubeadm's names. */
	authorities: ByAuthority<Authority>;
}

/** Arguments of a lifecycle as a program gives them: any part may come from another resource. */
export type ProgramArgs<Args> = {
	[Name in keyof Args]: Name extends keyof ProgramTypes
		? ProgramTypes[Name]
		: DeepInput<Exclude<Args[Name], undefined>>;
};
