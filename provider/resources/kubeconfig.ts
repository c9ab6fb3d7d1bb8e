import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/kubeconfig";
import { checkArguments } from "./check-arguments";
import type { ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of a `Kubeconfig`. */
export interface KubeconfigArgs extends ProgramArgs<lifecycle.KubeconfigArgs> {}

/**
 * A kubeconfig with a client certificate of its own, or a token. The kubeconfig is placed on a host, or is a secret
 * output.
 */
export class Kubeconfig extends KubeadmResource {
	/** The kubeconfig, YAML, secret. Absent where the kubeconfig is on a host. */
	declare readonly kubeconfig: pulumi.Output<string>;
	/** End of the client certificate's validity, ISO 8601. Empty for a token. */
	declare readonly notAfter: pulumi.Output<string>;
	/** SHA-256 of the file as it is on the host, hexadecimal, by path. */
	declare readonly digests: pulumi.Output<Record<string, string>>;
	/**
	 * SHA-256 of the file as this resource placed it last, hexadecimal, by path. A renewal by kubeadm does not change it.
	 */
	declare readonly placedDigests: pulumi.Output<Record<string, string>>;

	constructor(name: string, args: KubeconfigArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("Kubeconfig", name, args, options);
		super("Kubeconfig", name, args, options);
	}
}
