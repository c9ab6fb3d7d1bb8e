import type * as pulumi from "@pulumi/pulumi";
import type { HostFacts } from "../config/node";
import type * as lifecycle from "../lifecycle/host";
import { secretConnection } from "./arguments";
import { checkArguments } from "./check-arguments";
import type { HostReference, ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";
import { typedAt, typedPathsIn } from "./typed-paths";

/** Arguments of a `Host`. */
export interface HostArgs extends ProgramArgs<lifecycle.HostArgs> {}

/**
 * A machine with SSH, containerd and a kubelet. The machine's facts (name, addresses, resolver, cgroup version,
 * machine-id) are read at the first contact, and kept.
 *
 * ```ts
 * const host = new kubeadm.Host("cp-1", { connection: { host: "198.18.0.11", user: "admin", privateKeyFile: "~/.ssh/id_ed25519" } });
 * ```
 */
export class Host extends KubeadmResource {
	/** Facts of the machine, as read at the first contact. */
	declare readonly facts: pulumi.Output<HostFacts>;
	/** SSH host key that the machine showed at the first contact: `ssh-ed25519 AAAA…`. */
	declare readonly hostKey: pulumi.Output<string>;
	/** SSH host key of the bastion. Empty without a bastion. */
	declare readonly proxyHostKey: pulumi.Output<string>;
	/** Time of the first contact, in milliseconds since 1970. `undefined` for a host of a release that did not keep it. */
	declare readonly firstContact: pulumi.Output<number | undefined>;
	/** The reference that other resources take as `host`. */
	readonly reference: HostReference;

	constructor(name: string, args: HostArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("Host", name, args, options);
		super("Host", name, args, options);
		const { hostKey, proxyHostKey } = this;
		const connection = secretConnection(args.connection);
		const keys = { hostKey, ...(connection.proxy === undefined ? {} : { proxyHostKey }) };
		const typed = typedPathsIn(args)?.[""];
		this.reference = typedAt(typed === undefined ? undefined : { "": `${typed}.connection` }, { connection, ...keys });
	}
}
