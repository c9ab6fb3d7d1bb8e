import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/local-proxy";
import { checkArguments } from "./check-arguments";
import type { ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of a `LocalProxy`. */
export interface LocalProxyArgs extends ProgramArgs<lifecycle.LocalProxyArgs> {}

/** The proxy of a node in front of all API servers: haproxy as a static pod, and its configuration. */
export class LocalProxy extends KubeadmResource {
	/** SHA-256 of each file, hexadecimal, by path. */
	declare readonly digests: pulumi.Output<Record<string, string>>;

	constructor(name: string, args: LocalProxyArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("LocalProxy", name, args, options);
		super("LocalProxy", name, args, options);
	}
}
