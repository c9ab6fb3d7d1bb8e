import type * as pulumi from "@pulumi/pulumi";
import type { HostFacts } from "../config/node";
import { type ConnectionInputs, type Inputs, secretConnection } from "./inputs";
import { KubeadmResource } from "./shell";

/** How other resources know a machine. */
export interface HostReference {
	connection: ConnectionInputs;
	hostKey?: pulumi.Input<string>;
	/** That of the connection's bastion. */
	proxyHostKey?: pulumi.Input<string>;
}

export interface HostArgs {
	/** How it is reached: the same object serves @pulumi/command. */
	connection: ConnectionInputs;
	/** Facts that are known without asking. Those given are in sight in the first preview. */
	facts?: Inputs<Partial<HostFacts>>;
	/** Whether a host key that is neither given nor in known_hosts is accepted at first, and from then on expected. @default true */
	trustOnFirstUse?: pulumi.Input<boolean>;
}

/**
 * A machine with SSH, containerd and a kubelet. Its facts (name, addresses, resolver, cgroup version, machine-id) are read
 * when it is first reached, and kept.
 *
 * ```ts
 * const host = new kubeadm.Host("cp-1", { connection: { host: "198.18.0.11", user: "admin", privateKeyFile: "~/.ssh/id_ed25519" } });
 * ```
 */
export class Host extends KubeadmResource {
	declare readonly facts: pulumi.Output<HostFacts>;
	/** `ssh-ed25519 AAAA…`. */
	declare readonly hostKey: pulumi.Output<string>;
	/** The bastion's; empty where there is none. */
	declare readonly proxyHostKey: pulumi.Output<string>;
	/** What other resources take as `host`. */
	readonly reference: HostReference;

	constructor(name: string, args: HostArgs, options?: pulumi.CustomResourceOptions) {
		const connection = secretConnection(args.connection);
		super("Host", name, { ...args, connection }, { outputs: ["facts", "hostKey", "proxyHostKey"] }, options);
		const { hostKey, proxyHostKey } = this;
		this.reference = { connection, hostKey, ...(connection.proxy === undefined ? {} : { proxyHostKey }) };
	}
}

/** A machine as a resource takes it. */
export type HostInput = Host | HostReference;

/** What is sent to the engine for it. */
export function hostReference(host: HostInput): HostReference {
	return host instanceof Host ? host.reference : { ...host, connection: secretConnection(host.connection) };
}
