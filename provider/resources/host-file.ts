import type * as pulumi from "@pulumi/pulumi";
import type * as lifecycle from "../lifecycle/host-file";
import { checkArguments } from "./check-arguments";
import type { ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

/** Arguments of a `HostFile`. */
export interface HostFileArgs extends ProgramArgs<lifecycle.HostFileArgs> {}

/** A text file on a host. */
export class HostFile extends KubeadmResource {
	/** SHA-256 of the file, hexadecimal, by path. */
	declare readonly digests: pulumi.Output<Record<string, string>>;

	constructor(name: string, args: HostFileArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("HostFile", name, args, options);
		super("HostFile", name, args, options);
	}
}
