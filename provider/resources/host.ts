import type * as pulumi from "@pulumi/pulumi";
import type { HostFacts } from "../config/node";
import type * as lifecycle from "../lifecycle/host";
import { secretConnection } from "./arguments";
import { checkArguments } from "./check-arguments";
import type { HostReference, ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

export interface HostArgs extends ProgramArgs<lifecycle.HostArgs> {}

/**
 * A machine with SSH, containerd and a kubelet. Its facts (name, addresses, resolver, cgroup version, machine-id) are read
 * when the machine is first reached, and kept.
 *
 * ```ts
 * const host = new kubeadm.Host("cp-1", { connection: { host: "198.18.0.11", user: "admin", privateKeyFile: "~/.ssh/id_ed25519" } });
 * ```
 */
export class Host extends KubeadmResource {
	/** Facts of the machine, as they were first read. */
	declare readonly facts: pulumi.Output<HostFacts>;
	/** The SSH host key that the machine showed when it was first reached: `ssh-ed25519 AAAA…`. */
	declare readonly hostKey: pulumi.Output<string>;
	/** The SSH host key of the bastion; empty where there is none. */
	declare readonly proxyHostKey: pulumi.Output<string>;
	/** What other resources take as `host`. */
	readonly reference: HostReference;

	constructor(name: string, args: HostArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("Host", name, args, options);
		super("Host", name, args, options);
		const { hostKey, proxyHostKey } = this;
		const connection = secretConnection(args.connection);
		this.reference = { connection, hostKey, ...(connection.proxy === undefined ? {} : { proxyHostKey }) };
	}
}
